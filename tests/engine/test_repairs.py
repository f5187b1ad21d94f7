"""What a callback should have said and never did is asked for; one that came too early waits for its text."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scene import ANA, NOW, OPERATOR, Scene

from outreach.channels.carrier import Fate
from outreach.engine.pump import pump
from outreach.store import parking
from outreach.store import tables as t

HOUR = timedelta(hours=1)


@pytest.fixture
def touch(scene: Scene) -> int:
    """The first text of a member, accepted by the carrier."""
    loop = scene.visit(scene.member(ANA))
    scene.settle()
    return int(scene.touch(loop, "welcome").id)


def status(scene: Scene, touch: int) -> tuple[str, str]:
    row = scene.row(t.touch, t.touch.c.id == touch)
    return row.state, row.carrier_status


def after(scene: Scene, hours: float, queue: str = "statuses") -> int:
    scene.at(NOW + hours * HOUR)
    scene.timer.sleep(61)
    return pump(scene.deployment, queue)


def tells(scene: Scene, touch: int, word: str, code: int | None = None) -> None:
    sid = scene.row(t.touch, t.touch.c.id == touch).sid
    scene.carrier.told[sid] = Fate(sid, word, code)


def test_a_text_whose_end_never_came_is_asked_about_after_four_hours(scene: Scene, touch: int) -> None:
    tells(scene, touch, "delivered")
    assert after(scene, 3.9) == 0
    assert after(scene, 4.1) == 1
    assert status(scene, touch) == ("sent", "delivered")
    scene.settle()
    assert [row.kind for row in scene.rows(t.loop_event)].count("TouchDelivered") == 1


def test_a_failure_that_nobody_told_us_of_is_acted_upon(scene: Scene, touch: int) -> None:
    tells(scene, touch, "undelivered", 30005)
    after(scene, 5)
    scene.settle()
    assert status(scene, touch) == ("sent", "undelivered")
    assert scene.open_tasks() == ["verify_phone"]


def test_it_is_asked_once_and_again_after_a_day(scene: Scene, touch: int) -> None:
    tells(scene, touch, "sent")
    assert [after(scene, hours) for hours in (5, 6, 23)] == [1, 0, 0]
    assert after(scene, 24.1) == 1
    assert status(scene, touch) == ("sent", "sent_unconfirmed")
    assert after(scene, 48) == 0
    assert scene.unheld() == {}


def test_a_text_the_carrier_has_forgotten_is_unconfirmed_after_a_day(scene: Scene, touch: int) -> None:
    tells(scene, touch, "")
    assert (after(scene, 5), status(scene, touch)[1]) == (1, "queued")
    assert (after(scene, 25), status(scene, touch)[1]) == (1, "sent_unconfirmed")


def test_while_the_carrier_is_away_nothing_is_given_up(scene: Scene, touch: int) -> None:
    assert after(scene, 30) == 0
    assert status(scene, touch)[1] == "queued"
    tells(scene, touch, "delivered")
    assert after(scene, 31) == 1
    assert status(scene, touch)[1] == "delivered"


def test_a_delivery_that_is_told_after_all_still_counts(scene: Scene, touch: int) -> None:
    tells(scene, touch, "sent")
    after(scene, 25)
    scene.call_back(touch, "delivered")
    assert status(scene, touch) == ("sent", "delivered")


def test_many_are_asked_about_a_batch_at_a_time(scene: Scene) -> None:
    loops = scene.crowd(*(f"+1202555{number:04}" for number in range(100, 160)))
    scene.settle()
    for loop in loops:
        tells(scene, scene.touch(loop, "welcome").id, "delivered")
    scene.at(NOW + 5 * HOUR)
    scene.timer.sleep(61)
    assert [pump(scene.deployment, "statuses") for _ in range(3)] == [50, 10, 0]


def park(scene: Scene, touch: int, attempt: int, sid: str, word: str = "delivered") -> None:
    """A callback came that fits nothing yet."""
    scene.call_back(touch, word, attempt=attempt, sid=sid)


def test_a_parked_callback_is_applied_once_its_message_is_known(scene: Scene, touch: int) -> None:
    park(scene, 987_654, 1, "SM-from-before-the-backup")
    assert after(scene, 1, "parked") == 0
    scene.change(t.touch, touch, sid="SM-from-before-the-backup")
    assert after(scene, 2, "parked") == 1
    assert status(scene, touch) == ("sent", "delivered")
    assert after(scene, 3, "parked") == 0
    assert scene.row(t.parked_callback).matched_at is not None


def test_after_a_day_a_parked_callback_is_left_and_counted(scene: Scene, touch: int) -> None:
    park(scene, 987_654, 1, "SM-nobodys")
    with scene.deployment.read(OPERATOR) as uow:
        assert parking.unmatched(uow, NOW - 24 * HOUR) == (1, 0)
    scene.change(t.touch, touch, sid="SM-nobodys")
    assert after(scene, 24.1, "parked") == 0
    with scene.deployment.read(OPERATOR) as uow:
        assert parking.unmatched(uow, NOW + 0.1 * HOUR) == (0, 1)


def test_an_incident_is_never_applied_however_often_it_is_looked_at(scene: Scene, touch: int) -> None:
    park(scene, touch, 1, "SM-another")
    assert [after(scene, hours, "parked") for hours in (1, 2)] == [0, 0]
    assert status(scene, touch)[1] == "queued"
