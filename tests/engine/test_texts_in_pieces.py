"""Texts that come in pieces are read as one, danger in them at once, and none is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scene import ANA, VISIT_DAY, Scene, local

from outreach.store import tables as t

REMINDER_DAY = local(VISIT_DAY - timedelta(days=3), 12)


@pytest.fixture
def loop(scene: Scene) -> int:
    """A member who was just asked whether they will come."""
    loop = scene.visit(scene.member(ANA))
    scene.settle()
    scene.go_to(REMINDER_DAY)
    return loop


def _writes(scene: Scene, body: str, seconds: int) -> int:
    """The member writes so many seconds after noon, and what can be read at once is."""
    scene.at(REMINDER_DAY + timedelta(seconds=seconds))
    received = scene.hear(ANA, body)
    assert received.reply_id is not None
    scene.settle()
    return received.reply_id


def _stage(scene: Scene, loop: int) -> str:
    return str(scene.row(t.loop, t.loop.c.id == loop).stage)


def _left_to_read(scene: Scene) -> int:
    return len(scene.rows(t.reply, t.reply.c.read_at.is_(None)))


def test_three_texts_within_seconds_are_one_answer_with_its_reason(scene: Scene, loop: int) -> None:
    before = len(scene.carrier.bodies)
    pieces = [_writes(scene, words, n * 8) for n, words in enumerate(["I cant", "come tomorrow", "kids sick"])]
    assert (_stage(scene, loop), _left_to_read(scene)) == ("scheduled", 3)
    scene.go_to(REMINDER_DAY + timedelta(seconds=36))
    assert (_stage(scene, loop), _left_to_read(scene)) == ("cannot_come", 0)
    assert scene.row(t.loop).reason == "illness"
    rows = scene.rows(t.reply)
    assert [row.id for row in rows] == pieces
    assert [row.read_with for row in rows] == [pieces[2], pieces[2], None]
    assert rows[2].intents == ["decline"]
    assert len(scene.carrier.bodies) == before + 1  # one answer to all of it
    assert [row.body["reply"] for row in scene.rows(t.loop_event, t.loop_event.c.kind == "Heard")] == [pieces[2]]
    assert scene.unheld() == {}


def test_while_a_text_waits_for_the_rest_the_loop_is_held_and_no_reminder_overtakes_it(scene: Scene, loop: int) -> None:
    _writes(scene, "my sister said", 0)
    assert scene.unheld() == {}
    (waits,) = scene.rows(t.awaited, t.awaited.c.state == "waiting", t.awaited.c.kind == "reply")
    assert waits.deadline is not None
    assert scene.row(t.reply).read_from == REMINDER_DAY + timedelta(seconds=20)


@pytest.mark.parametrize("answer", ["1", "yes", "i will be there"])
def test_a_complete_answer_waits_for_nothing(scene: Scene, loop: int, answer: str) -> None:
    _writes(scene, answer, 0)
    assert _stage(scene, loop) == "confirmed"


def test_an_answer_after_a_piece_is_read_at_once_and_what_would_have_asked_again_does_not_leave(
    scene: Scene, loop: int
) -> None:
    before = len(scene.carrier.bodies)
    _writes(scene, "hmm let me look", 0)
    _writes(scene, "1", 5)
    assert (_stage(scene, loop), _left_to_read(scene)) == ("confirmed", 0)
    assert [body[:40] for body in scene.carrier.bodies[before:]] == ["CareLink: Thank you. We have you down fo"]
    assert [row.read_with for row in scene.rows(t.reply)] == [None, None]
    assert scene.unheld() == {}


def test_cri_01_danger_that_two_texts_say_together_is_answered_at_once(scene: Scene, loop: int) -> None:
    _writes(scene, "I want to", 0)
    _writes(scene, "die", 6)
    assert "911" in scene.carrier.bodies[-1]
    assert scene.open_tasks() == ["crisis"]
    assert _left_to_read(scene) == 0
    first, second = scene.rows(t.reply)
    assert (first.read_with, second.intents) == (second.id, ["emergency"])
    scene.go_to(REMINDER_DAY + timedelta(minutes=2))
    assert "did not get that" not in scene.carrier.bodies[-1]


def test_cri_01_danger_is_heard_behind_an_answer_that_was_acted_on(scene: Scene, loop: int) -> None:
    _writes(scene, "yes i want to", 0)
    _writes(scene, "die", 6)
    assert "crisis" in scene.open_tasks()


def test_law_22_a_stop_in_two_texts_binds_at_once(scene: Scene, loop: int) -> None:
    _writes(scene, "take me", 0)
    _writes(scene, "off this list", 4)
    assert "stop" in {row.action for row in scene.rows(t.consent_event)}


def test_law_22_no_and_then_more_time_is_no_stop(scene: Scene, loop: int) -> None:
    scene.say(ANA, "no")
    _writes(scene, "more time please", 4)
    assert "stop" not in {row.action for row in scene.rows(t.consent_event)}


def test_a_stop_never_waits(scene: Scene, loop: int) -> None:
    _writes(scene, "i think", 0)
    _writes(scene, "STOP", 3)
    assert "stop" in {row.action for row in scene.rows(t.consent_event)}
    assert scene.rows(t.reply)[1].read_at is not None


def test_texts_further_apart_are_read_by_themselves(scene: Scene, loop: int) -> None:
    _writes(scene, "blue bicycle", 0)
    scene.go_to(REMINDER_DAY + timedelta(seconds=21))
    assert "did not get that" in scene.carrier.bodies[-1]
    _writes(scene, "is blue", 50)
    scene.go_to(REMINDER_DAY + timedelta(seconds=71))
    assert [row.read_with for row in scene.rows(t.reply)] == [None, None]


def test_who_keeps_on_writing_is_read_after_a_minute(scene: Scene, loop: int) -> None:
    for n in range(6):
        _writes(scene, f"and then there is number {n} of it", n * 10)
    scene.go_to(REMINDER_DAY + timedelta(seconds=60))
    assert _left_to_read(scene) == 0


def test_a_complete_answer_and_what_follows_it_before_anybody_looked_are_read_each_by_itself(
    scene: Scene, loop: int
) -> None:
    scene.at(REMINDER_DAY)
    for said in ("yes", "hmm and who will drive"):
        scene.hear(ANA, said)
    scene.settle()
    assert (_stage(scene, loop), _left_to_read(scene)) == ("confirmed", 1)
    scene.go_to(REMINDER_DAY + timedelta(seconds=20))
    assert _left_to_read(scene) == 0
    assert [row.read_with for row in scene.rows(t.reply)] == [None, None]


def test_a_piece_that_cannot_be_opened_does_not_keep_the_next_text_out(scene: Scene, loop: int) -> None:
    broken = _writes(scene, "blue bicycle", 0)
    other = scene.rows(t.contact_point)[0].number
    scene.change(t.reply, broken, body=other)
    _writes(scene, "1", 5)
    assert _stage(scene, loop) == "confirmed"


def test_two_phones_do_not_wait_for_each_other(scene: Scene, loop: int) -> None:
    _writes(scene, "blue bicycle", 0)
    other = "+12025550147"
    scene.visit(scene.member(other))
    received = scene.hear(other, "purple monkey")
    assert received.reply_id is not None
    assert scene.rows(t.reply)[1].read_with is None
