"""Texts that failed and are tried again, numbers that fail softly, and lines that have to be looked up first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from scene import ANA, NOW, OPERATOR, VISIT_DAY, Scene, compose, local
from twin import HandTimer, TwinCarrier

from outreach.channels.look.numbers import Question
from outreach.loops.numbers import LineType, Reassigned
from outreach.store import tables as t
from outreach.store.database import Database

OFF = 30003  # the handset cannot be reached


@dataclass
class Lines:
    """A look-up that knows every number, and says of each line what it is told; nothing when it knows none."""

    source: str = "twin"
    line: LineType | None = LineType.UNKNOWN
    asked: list[str] = field(default_factory=list)

    def answers(self, questions: Sequence[Question]) -> Iterator[tuple[Question, Reassigned]]:
        return ((question, Reassigned.NO) for question in questions)

    def lines(self, questions: Sequence[Question]) -> Iterator[tuple[Question, LineType]]:
        for question in questions:
            self.asked.append(question.number)
            if self.line is not None:
                yield question, self.line


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def scene(database: Database, timer: HandTimer, lines: Lines) -> Scene:
    carrier = TwinCarrier()
    made = Scene(compose(database, timer, carrier, number_lookup=lines), carrier, timer)
    made.furnish()
    return made


def _fails(scene: Scene, loop: int, step: str = "welcome", code: int = OFF) -> None:
    touch = scene.touch(loop, step)
    scene.call_back(touch.id, "undelivered", attempt=touch.attempts, code=code)
    scene.settle()


def test_a_phone_that_was_off_is_tried_again_today_and_tomorrow_and_then_called(scene: Scene, loop: int) -> None:
    scene.settle()
    for nth, (first, last) in enumerate(((2, 6), (20, 26)), start=1):
        before = scene.deployment.database.now()
        _fails(scene, loop)
        touch = scene.touch(loop, "welcome")
        assert (touch.state, touch.retries, touch.sid, scene.open_tasks()) == ("planned", nth, None, [])
        assert timedelta(hours=first) <= touch.due_at - before <= timedelta(hours=last)
        assert scene.unheld() == {}
        scene.live_to(touch.due_at + timedelta(hours=12))
        assert scene.touch(loop, "welcome").state == "sent"
    _fails(scene, loop)
    assert (scene.open_tasks(), len(scene.carrier.kept), scene.unheld()) == (["call_member"], 3, {})
    assert [row.outcome for row in scene.rows(t.attempt, t.attempt.c.touch_id == scene.touch(loop, "welcome").id)] == [
        "failed", "failed", "failed"
    ]  # fmt: skip


def test_a_callback_that_is_told_again_burns_no_retry(scene: Scene, loop: int) -> None:
    scene.settle()
    for status in ("undelivered", "sent", "failed", "undelivered"):
        scene.call_back(scene.touch(loop, "welcome").id, status, code=OFF)
    touch = scene.touch(loop, "welcome")
    assert (touch.state, touch.retries) == ("planned", 1)


def test_a_text_that_arrived_after_all_is_not_sent_again(scene: Scene, loop: int) -> None:
    scene.settle()
    _fails(scene, loop)
    scene.call_back(scene.touch(loop, "welcome").id, "delivered")
    scene.live_to(NOW + timedelta(hours=8))
    touch = scene.touch(loop, "welcome")
    assert (touch.state, touch.carrier_status, len(scene.carrier.kept)) == ("sent", "delivered", 1)


def test_another_messages_callback_says_nothing_of_one_that_failed(scene: Scene, loop: int) -> None:
    scene.settle()
    _fails(scene, loop)
    scene.call_back(scene.touch(loop, "welcome").id, "delivered", sid="SM-other")
    assert scene.touch(loop, "welcome").state == "planned"
    assert scene.row(t.parked_callback).why == "another message id"


def test_a_retry_passes_the_gate_again(scene: Scene, loop: int) -> None:
    scene.settle()
    _fails(scene, loop)
    scene.say(ANA, "STOP")
    scene.live_to(NOW + timedelta(hours=8))
    assert scene.touch(loop, "welcome").rule == "LAW-19"


def test_nothing_for_the_visits_day_is_tried_again_after_it_began(scene: Scene, loop: int) -> None:
    scene.settle()
    scene.go_to(local(VISIT_DAY, 11, 45))
    assert scene.touch(loop, "dayof").state == "sent"
    scene.at(local(VISIT_DAY, 13))
    _fails(scene, loop, "dayof")
    assert (scene.touch(loop, "dayof").state, "call_member" in scene.open_tasks()) == ("sent", True)


@pytest.mark.parametrize(("days", "state"), [((0, 1), "unverified"), ((0, 0, 0), "unverified"), ((0, 1, 2), "suspect")])
def test_a_number_that_fails_softly_on_three_days_is_in_doubt(
    scene: Scene, loop: int, days: tuple[int, ...], state: str
) -> None:
    scene.settle()
    _soft(scene, loop, days)
    assert scene.row(t.contact_point).state == state
    assert ("verify_phone" in scene.open_tasks()) == (state == "suspect")
    assert scene.unheld() == {}


def _soft(scene: Scene, loop: int, days: tuple[int, ...]) -> None:
    """The first text fails softly once on each of these days from its own; the last of them is heard of."""
    welcome = scene.touch(loop, "welcome")
    had = dict(scene.row(t.attempt)._mapping)
    scene.at(NOW + timedelta(days=days[-1]))
    with scene.deployment.write(OPERATOR) as uow:
        uow.insert(
            t.attempt,
            [
                had
                | {
                    "claimed_at": NOW + timedelta(days=day, minutes=1),
                    "fencing": 100 + nth,
                    "outcome": "failed",
                    "error_code": 30008,
                }
                for nth, day in enumerate(days[:-1])
            ],
        )
        uow.execute(t.attempt.update().where(t.attempt.c.fencing == 1).values(claimed_at=uow.now))
        uow.commit()
    scene.call_back(welcome.id, "undelivered", code=30008)
    scene.settle()


@pytest.mark.parametrize("sign", ["a reply", "a delivery", "a person's word"])
def test_a_sign_of_life_begins_the_count_anew(scene: Scene, loop: int, sign: str) -> None:
    scene.settle()
    scene.at(NOW + timedelta(days=1, hours=1))
    if sign == "a reply":
        scene.hear(ANA, "thanks")
    elif sign == "a delivery":
        scene.change(
            t.touch,
            scene.touch(loop, "reminder").id,
            state="sent",
            carrier_rank=10,
            sent_at=NOW + timedelta(days=1, hours=1),
        )
    else:
        scene.change(t.contact_point, scene.phone(ANA), verified_at=NOW + timedelta(days=1, hours=1))
    _soft(scene, loop, (0, 1, 2))
    assert scene.row(t.contact_point).state != "suspect"


@pytest.mark.parametrize(
    ("line", "state"), [(LineType.LANDLINE, "landline"), (LineType.MOBILE, "unverified"), (LineType.PAGER, "invalid")]
)
def test_twi_37_a_line_is_looked_up_before_it_is_called_a_landline(
    scene: Scene, lines: Lines, loop: int, line: LineType, state: str
) -> None:
    lines.line = line
    scene.settle()
    _fails(scene, loop, code=30006)
    phone = scene.row(t.contact_point)
    assert (lines.asked, phone.state, phone.line_asked_at) == ([ANA], state, None)
    assert (scene.open_tasks(), scene.unheld()) == (["verify_phone"], {})


def test_twi_37_while_nobody_can_say_texts_wait_and_it_is_asked_again(scene: Scene, lines: Lines, loop: int) -> None:
    lines.line = None
    scene.settle()
    _fails(scene, loop, code=30006)
    scene.change(t.touch, scene.touch(loop, "reminder").id, due_at=NOW)
    scene.settle()
    assert scene.touch(loop, "reminder").rule in ("TWI-37", "TIM-15")
    lines.line = LineType.LANDLINE
    scene.timer.sleep(61)
    scene.settle()
    assert (scene.row(t.contact_point).state, len(lines.asked)) == ("landline", 2)


def test_a_sender_whose_queue_is_full_waits_for_all_workers(scene: Scene, loop: int) -> None:
    scene.carrier.answers.append(21611)
    scene.settle()
    closed = scene.row(t.bucket, t.bucket.c.key.startswith("sender:")).closed_until
    assert timedelta(minutes=9) < closed - scene.timer.now() <= timedelta(minutes=10)
