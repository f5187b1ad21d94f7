"""Throughput: all workers share a sender's tokens, nobody is starved, and a carrier's "wait" holds for everybody."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from scene import CADENCE, NOW, OPERATOR, PROGRAM, VISIT_DAY, Scene, compose, local
from sqlalchemy import insert, select, update
from twin import Throttle

from outreach.engine import dispatch
from outreach.engine.claim import claim
from outreach.engine.record import record
from outreach.engine.throughput import limits
from outreach.loops.cadence import Queue
from outreach.loops.rates import Daily, Steady, Unlimited
from outreach.settings import Rates, Settings
from outreach.store import tables as t

SENDER = "+12025550100"
MORNING = local(VISIT_DAY - timedelta(days=3), 12)


def numbers(count: int) -> list[str]:
    return [f"+1{200 + n // 100}55501{n % 100:02d}" for n in range(count)]


def limited(scene: Scene, slots: int = 50, **rates: Any) -> Scene:
    """The same scene under limits, with a worker of its own."""
    scene.carrier.slots = slots
    scene.deployment = compose(scene.deployment.database, scene.timer, scene.carrier, rates=Rates(**rates))
    return scene


def due_now(scene: Scene, count: int, queue: str = "bulk") -> list[int]:
    """So many texts of one segment, each to its own phone, due in one queue."""
    loops = scene.crowd(*numbers(count))
    with scene.deployment.write(OPERATOR) as uow:
        uow.execute(update(t.touch).where(t.touch.c.step == "welcome").values(queue=queue, words="optin_confirm"))
        uow.commit()
    return loops


def waiting(scene: Scene) -> list[Any]:
    return [row for row in scene.rows(t.touch, t.touch.c.step == "welcome") if row.state == "planned"]


def test_what_there_are_no_tokens_for_waits_in_its_order_and_loses_nothing(scene: Scene) -> None:
    due_now(limited(scene, sender=1), 60)
    order = [row.id for row in waiting(scene)]
    scene.settle()
    left = [message.touch for message in scene.carrier.posted]
    assert left == order[: len(left)]
    assert 0 < len(left) < 60
    assert all((row.due_at, row.attempts, row.rule) == (NOW, 0, None) for row in waiting(scene))
    assert scene.unheld() == {}
    before = len(left)
    for _ in range(10):
        scene.timer.sleep(1)
        scene.settle()
    assert 1 <= len(scene.carrier.posted) - before <= 12


def test_safety_and_replies_find_tokens_where_a_backlog_took_all_it_may(scene: Scene) -> None:
    loops = due_now(limited(scene, sender=1), 60)
    scene.settle()
    (late,) = [row for row in waiting(scene) if row.loop_id == loops[-1]]
    scene.change(t.touch, late.id, queue="reply")
    scene.settle()
    assert late.id in [message.touch for message in scene.carrier.posted]


def test_two_workers_together_never_send_more_than_the_rate(scene: Scene) -> None:
    due_now(limited(scene, sender=5), 90)
    began = scene.timer.now()

    def work() -> None:
        for _ in range(12):
            dispatch.send_due(scene.deployment, Queue.BULK)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    seconds = (scene.timer.now() - began).total_seconds()
    sent = Counter(message.touch for message in scene.carrier.posted)
    burst = 0.75 * Steady(5).holds
    assert set(sent.values()) == {1}
    assert burst <= len(sent) <= burst + 5 * seconds


def test_a_carrier_that_says_wait_is_heard_by_every_worker(scene: Scene) -> None:
    due_now(scene, 4)
    scene.carrier.slots = 2
    scene.carrier.answers.append(Throttle(60))
    claimed, _ = claim(scene.deployment, Queue.BULK, SENDER, 1)
    record(scene.deployment, list(scene.carrier.post(claimed)))
    other = compose(scene.deployment.database, scene.timer, scene.carrier)
    assert claim(other, Queue.BULK, SENDER, 10) == ([], 0)
    assert claim(other, Queue.SAFETY, SENDER, 10) == ([], 0)
    assert len(waiting(scene)) == 4
    scene.timer.sleep(61)
    scene.settle()
    assert len(scene.carrier.bodies) == 4


def test_a_429_without_a_time_backs_off_and_after_five_tries_the_text_rests_some_minutes(scene: Scene) -> None:
    due_now(scene, 1)
    scene.carrier.usual = Throttle(0)
    waits = []
    for tries in range(1, 7):
        dispatch.send_due(scene.deployment, Queue.BULK)
        assert len(scene.carrier.posted) == tries
        closed = scene.row(t.bucket).closed_until
        waits.append((closed - scene.timer.now()).total_seconds())
        scene.timer.sleep(waits[-1])
    assert all(wait <= 0.11 * 2**tries for tries, wait in enumerate(waits))
    assert waits[4] > 1
    (rests,) = waiting(scene)
    assert timedelta(minutes=1) <= rests.due_at - NOW <= timedelta(minutes=5)
    assert [row.outcome for row in scene.rows(t.attempt)] == ["throttled"] * 6
    assert scene.unheld() == {}
    scene.carrier.usual = "accept"
    scene.timer.sleep(60)
    scene.go_to(rests.due_at)
    assert len(scene.carrier.bodies) == 1  # six tries count against no cap


def test_a_huge_program_does_not_starve_a_small_one(scene: Scene) -> None:
    loops = due_now(limited(scene, sender=1), 50)
    small = PROGRAM + 100
    _copy_program(scene, small)
    mine = loops[-3:]
    with scene.deployment.write(OPERATOR) as uow:
        later = {"program_id": small, "due_at": NOW + timedelta(seconds=1)}
        theirs = t.touch.c.loop_id.in_(mine) & (t.touch.c.step == "welcome")
        uow.execute(update(t.touch).where(theirs).values(**later))
        uow.commit()
    scene.go_to(NOW + timedelta(seconds=2))
    sent = {message.touch for message in scene.carrier.posted}
    assert {row.loop_id for row in scene.rows(t.touch) if row.id in sent} >= set(mine)
    assert len(waiting(scene)) > 15


def test_one_token_at_a_time_goes_to_each_program_in_turn(scene: Scene) -> None:
    loops = due_now(limited(scene, sender=1), 50)
    other = PROGRAM + 100
    _copy_program(scene, other)
    with scene.deployment.write(OPERATOR) as uow:
        theirs = t.touch.c.loop_id.in_(loops[25:]) & (t.touch.c.step == "welcome")
        uow.execute(update(t.touch).where(theirs).values(program_id=other, due_at=NOW + timedelta(seconds=1)))
        uow.commit()
    scene.go_to(NOW + timedelta(seconds=2))
    before = len(scene.carrier.posted)
    while len(scene.carrier.posted) < before + 6:
        scene.timer.sleep(1)
        scene.settle()
    programs = {row.id: row.program_id for row in scene.rows(t.touch)}
    turns = Counter(programs[message.touch] for message in scene.carrier.posted[before:])
    assert abs(turns[PROGRAM] - turns[other]) <= 1


def test_twi_08_the_carrier_may_hold_a_text_for_the_day_until_ten_minutes_before_the_visit(scene: Scene) -> None:
    loop = due_now(scene, 1)[0]
    scene.settle()
    scene.change(t.touch, scene.touch(loop, "dayof").id, useful_until=local(VISIT_DAY, 14, 30))
    scene.go_to(local(VISIT_DAY, 14, 10))
    assert (scene.carrier.posted[-1].touch, scene.carrier.posted[-1].validity_seconds) == (
        scene.touch(loop, "dayof").id, 600,
    )  # fmt: skip


def test_twi_08_a_text_for_the_day_does_not_leave_when_the_carrier_would_have_less_than_a_minute(scene: Scene) -> None:
    loop = due_now(scene, 1)[0]
    scene.settle()
    scene.change(t.touch, scene.touch(loop, "dayof").id, useful_until=local(VISIT_DAY, 14, 30))
    sent = len(scene.carrier.posted)
    scene.at(local(VISIT_DAY, 14, 20) - timedelta(seconds=59))
    dispatch.send_due(scene.deployment, Queue.DAY_OF)
    assert len(scene.carrier.posted) == sent
    scene.settle()
    assert (scene.touch(loop, "dayof").state, scene.touch(loop, "dayof").rule) == ("refused", "TIM-09")
    assert scene.unheld() == {}


@pytest.mark.parametrize(
    ("sender", "found"),
    [
        ("+12025550100", {"sender:+12025550100": Steady(1), "campaign": Steady(3.75), "brand-day": Daily(6000)}),
        ("+18335550100", {"sender:+18335550100": Steady(3)}),
        ("12345", {"sender:12345": Steady(10)}),
        ("MG1", {"sender:MG1": Unlimited(), "campaign:MG1": Steady(3.75), "brand-day": Daily(6000)}),
    ],
)
def test_twi_35_each_kind_of_sender_has_the_limits_that_are_published_for_it(sender: str, found: Any) -> None:
    twilio = Settings(twilio_account_sid="AC1", twilio_auth_token="x", twilio_from="+12025550100")  # type: ignore[arg-type]
    assert limits(twilio, sender) == found | {"account": Steady(100)}
    elsewhere = twilio.model_copy(update={"twilio_base_url": "http://127.0.0.1:1"})
    assert limits(elsewhere, sender) == {f"sender:{sender}": Unlimited()}
    own = elsewhere.model_copy(update={"rates": Rates(senders={sender: 7}, account=float("inf"))})
    assert limits(own, sender) == {f"sender:{sender}": Steady(7)}


def _copy_program(scene: Scene, new: int) -> None:
    """A second program with the same words on the same sender."""
    with scene.deployment.write(OPERATOR) as uow:
        row = dict(uow.all(select(t.program))[0]._mapping) | {"id": new, "key": "other"}
        uow.execute(insert(t.program), [row])
        cadence = dict(uow.all(select(t.cadence))[0]._mapping) | {"id": CADENCE + 1000, "program_id": new}
        uow.execute(insert(t.cadence), [cadence])
        words = [
            dict(r._mapping) | {"id": uow.next_id(), "program_id": new} for r in uow.all(select(t.message_version))
        ]
        uow.insert(t.message_version, words)
        uow.commit()


def test_a_backlog_that_waits_for_tokens_is_not_called_overdue_while_workers_work(scene: Scene) -> None:
    due_now(limited(scene, brand_day=60), 60)  # less than a fifth of the day's budget is kept: some wait for tomorrow
    scene.settle()
    assert waiting(scene)
    scene.at(NOW + timedelta(minutes=16))
    assert scene.unheld() == {}
    with scene.deployment.write(OPERATOR) as uow:
        uow.execute(update(t.rate_wait).values(until=scene.timer.now() - timedelta(minutes=16)))
        uow.commit()  # the tokens came long ago, and no worker took them
    assert set(scene.unheld().values()) == {"a touch is overdue"}


def test_tokens_that_one_queue_waits_for_excuse_no_other(scene: Scene) -> None:
    (loop, *_) = due_now(limited(scene, brand_day=60), 60)
    scene.settle()
    scene.change(t.touch, scene.touch(loop, "welcome").id, state="planned", queue="safety", due_at=NOW, sid=None)
    scene.at(NOW + timedelta(minutes=16))
    assert "a touch is overdue" in scene.unheld()[loop]
