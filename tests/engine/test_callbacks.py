"""What the carrier says later: in any order, twice, about an older attempt, or before we have written anything."""

from __future__ import annotations

from itertools import permutations, product

import pytest
from scene import ANA, VISIT_DAY, Scene, local
from twin import DIE_AFTER, LOSE, WorkerDied
from world import contents

from outreach.engine.pump import pump
from outreach.store import tables as t

ONCE = ("queued", "sent", "delivered")


@pytest.fixture
def touch(scene: Scene) -> int:
    """The first text of a member, accepted by the carrier."""
    loop = scene.visit(scene.member(ANA))
    scene.settle()
    return int(scene.touch(loop, "welcome").id)


def _status(scene: Scene, touch: int) -> tuple[str, str, int]:
    row = scene.row(t.touch, t.touch.c.id == touch)
    return row.state, row.carrier_status, row.carrier_rank


def test_any_order_of_callbacks_ends_as_the_right_order_does(scene: Scene, touch: int) -> None:
    for order in permutations(ONCE):
        scene.change(t.touch, touch, carrier_status="queued", carrier_rank=2)
        for status in order:
            scene.call_back(touch, status)
        assert _status(scene, touch) == ("sent", "delivered", 10)


def test_repeated_callbacks_change_nothing(scene: Scene, touch: int) -> None:
    for status in ONCE:
        scene.call_back(touch, status)
    scene.settle()
    before = contents(scene.deployment.database)
    for status, _ in product(ONCE, range(2)):
        scene.call_back(touch, status)
    assert contents(scene.deployment.database) == before


def test_undelivered_after_delivered_is_not_believed(scene: Scene, touch: int) -> None:
    scene.call_back(touch, "delivered")
    scene.call_back(touch, "undelivered", code=30005)
    assert _status(scene, touch)[1] == "delivered"
    assert scene.row(t.contact_point).state == "unverified"


def test_a_text_that_could_not_be_delivered_is_somebodys_task(scene: Scene, touch: int) -> None:
    scene.call_back(touch, "undelivered", code=30005)
    scene.settle()
    assert scene.open_tasks() == ["verify_phone"]
    assert scene.row(t.contact_point).state == "invalid"
    assert scene.unheld() == {}


def test_an_opt_out_that_a_callback_brings_suppresses_the_phone(scene: Scene, touch: int) -> None:
    scene.call_back(touch, "failed", code=21610)
    scene.settle()
    assert [row.rule for row in scene.rows(t.consent_event)] == ["LAW-26", "CARRIER-21610"]
    scene.go_to(local(VISIT_DAY, 12))
    assert len(scene.carrier.bodies) == 1


def test_a_callback_before_the_answer_was_recorded_is_adopted(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA))
    scene.carrier.answers.append(DIE_AFTER)
    with pytest.raises(WorkerDied):
        pump(scene.deployment, "bulk")
    touch = scene.touch(loop, "welcome").id
    scene.call_back(touch, "sent")
    assert _status(scene, touch) == ("sent", "sent", 4)
    assert [row.outcome for row in scene.rows(t.attempt)] == ["accepted"]
    scene.timer.sleep(1000)
    scene.settle()
    assert (len(scene.carrier.posted), scene.unheld()) == (1, {})


def test_a_callback_for_a_text_that_was_given_up_keeps_it_from_leaving_twice(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA))
    scene.carrier.answers.append(LOSE)
    pump(scene.deployment, "bulk")
    touch = scene.touch(loop, "welcome").id
    for _ in range(2):
        scene.timer.sleep(125)
        pump(scene.deployment, "looks")
    assert scene.touch(loop, "welcome").state == "planned"
    scene.call_back(touch, "delivered", sid="SM-slow-list")
    scene.settle()
    assert (len(scene.carrier.posted), scene.touch(loop, "welcome").sid) == (1, "SM-slow-list")


def test_a_callback_of_an_older_attempt_is_parked_once(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA))
    scene.carrier.answers.append(LOSE)
    scene.settle()
    for _ in range(2):
        scene.timer.sleep(125)
        scene.settle()
    touch = scene.touch(loop, "welcome")
    assert (touch.state, touch.attempts) == ("sent", 2)
    for _ in range(2):
        scene.call_back(touch.id, "delivered", attempt=1, sid="SM-ghost")
    parked = scene.row(t.parked_callback)
    assert (parked.why, parked.sid, parked.fencing) == ("old attempt", "SM-ghost", 1)
    assert scene.touch(loop, "welcome").carrier_status == "queued"


def test_a_callback_with_another_message_id_is_parked(scene: Scene, touch: int) -> None:
    scene.call_back(touch, "delivered", sid="SM-other")
    assert scene.row(t.parked_callback).why == "another message id"
    assert _status(scene, touch)[1] == "queued"


def test_a_callback_about_a_touch_we_never_had_is_parked(scene: Scene) -> None:
    scene.call_back(987_654, "delivered")
    assert scene.row(t.parked_callback).why == "unknown touch"


def test_a_word_the_carrier_invents_moves_nothing(scene: Scene, touch: int) -> None:
    scene.call_back(touch, "teleported")
    assert _status(scene, touch) == ("sent", "queued", 2)


def test_callbacks_that_overtake_each_other_wake_the_loop_once(scene: Scene, touch: int) -> None:
    for status in ("delivered", "sent", "delivered"):
        scene.call_back(touch, status)
    scene.settle()
    assert [row.kind for row in scene.rows(t.loop_event)].count("TouchDelivered") == 1
