"""A reply reaches the question it answers, the loop it is about, or a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scene import ANA, NOW, VISIT_DAY, Scene, local

from conversations.meaning import Meaning
from outreach.engine import piecing, understanding
from outreach.loops.events import VisitMoved
from outreach.store import tables as t

REMINDER_DAY = local(VISIT_DAY - timedelta(days=3), 12)


@pytest.fixture
def loop(scene: Scene) -> int:
    """A member who was just asked whether they will come."""
    loop = scene.visit(scene.member(ANA))
    scene.settle()
    scene.go_to(REMINDER_DAY)
    return loop


def _stage(scene: Scene, loop: int) -> str:
    return str(scene.row(t.loop, t.loop.c.id == loop).stage)


def test_a_digit_means_what_the_open_question_says(scene: Scene, loop: int) -> None:
    scene.say(ANA, "1")
    assert _stage(scene, loop) == "confirmed"
    assert [row.state for row in scene.rows(t.prompt)] == ["answered"]
    assert [row.state for row in scene.rows(t.awaited, t.awaited.c.kind == "reply")] == ["met"]
    assert scene.unheld() == {}


def test_an_unclear_reply_is_asked_again_twice_with_the_same_options_and_then_goes_to_a_person(
    scene: Scene, loop: int
) -> None:
    for words in ("purple monkey", "green umbrella"):
        scene.say(ANA, words)
        assert scene.carrier.bodies[-1].startswith("CareLink: Sorry, we did not get that. Reply 1 to keep your visit")
    assert scene.open_tasks() == []
    scene.say(ANA, "yellow lantern")
    assert scene.open_tasks() == ["answer_member"]
    assert "A care team member will call you" in scene.carrier.bodies[-1]
    prompts = scene.rows(t.prompt)
    assert [(row.state, row.repeats) for row in prompts] == [("superseded", 0), ("superseded", 1), ("open", 2)]
    assert prompts[0].options == prompts[1].options == prompts[2].options
    assert scene.unheld() == {}


def test_the_question_asked_again_can_still_be_answered(scene: Scene, loop: int) -> None:
    scene.say(ANA, "purple monkey")
    scene.say(ANA, "1")
    assert _stage(scene, loop) == "confirmed"


def test_a_why_question_asked_again_keeps_its_own_options(scene: Scene, loop: int) -> None:
    scene.say(ANA, "3")
    scene.say(ANA, "purple monkey")
    asked = scene.rows(t.prompt)[-1]
    assert (asked.key, asked.options["1"]) == ("why_cannot", "decline:transport_failure")


def test_a_bare_digit_just_after_another_question_took_over_is_asked_back(scene: Scene) -> None:
    first = scene.visit(scene.member(ANA), day=VISIT_DAY)
    second = scene.visit(scene.member(ANA), day=VISIT_DAY - timedelta(days=2))
    scene.settle()
    scene.go_to(REMINDER_DAY - timedelta(hours=1))
    (asked,) = scene.rows(t.prompt, t.prompt.c.state == "open")
    older, newer = (first, second) if asked.loop_id == first else (second, first)
    touch = scene.touch(newer, "reminder").id
    scene.change(t.touch, touch, state="planned", queue="day-of", due_at=REMINDER_DAY + timedelta(hours=5), rule=None)
    scene.change(t.touch, touch, useful_until=REMINDER_DAY + timedelta(hours=9))
    scene.go_to(REMINDER_DAY + timedelta(hours=5))
    assert scene.row(t.prompt, t.prompt.c.state == "open").loop_id == newer
    scene.say(ANA, "1")
    assert _stage(scene, older) == _stage(scene, newer) == "scheduled"
    assert scene.carrier.bodies[-1].startswith("CareLink: Sorry, we did not get that.")
    scene.at(REMINDER_DAY + timedelta(hours=5, minutes=31))
    scene.say(ANA, "1")
    assert _stage(scene, newer) == "confirmed"


def test_an_answer_about_an_older_version_of_the_visit_is_not_applied(scene: Scene, loop: int) -> None:
    scene.move_visit(loop, day=VISIT_DAY + timedelta(days=1), starts_at=local(VISIT_DAY + timedelta(days=1), 14, 30))
    scene.happens(loop, VisitMoved(REMINDER_DAY, materially=True))
    scene.say(ANA, "1")
    assert _stage(scene, loop) == "scheduled"
    assert scene.open_tasks() == ["answer_member"]
    assert scene.unheld() == {}


def test_an_answer_after_its_question_expired_is_not_applied(scene: Scene, loop: int) -> None:
    scene.at(REMINDER_DAY + timedelta(hours=73))
    scene.hear(ANA, "1")
    scene.settle()
    assert _stage(scene, loop) == "scheduled"


def test_what_is_said_beside_the_question_leaves_it_open(scene: Scene, loop: int) -> None:
    scene.say(ANA, "HELP")
    scene.say(ANA, "1")
    assert _stage(scene, loop) == "confirmed"


def test_a_member_who_asks_for_spanish_is_written_to_in_spanish(scene: Scene, loop: int) -> None:
    scene.say(ANA, "ES")
    assert scene.row(t.member).language == "es"
    scene.go_to(local(VISIT_DAY - timedelta(days=1), 16, 30))
    assert scene.carrier.bodies[-1].startswith("CareLink: Tiene cita")


def test_a_member_without_a_visit_who_asks_for_spanish_makes_no_work(scene: Scene) -> None:
    scene.member(ANA)
    scene.say(ANA, "ES")
    assert (scene.row(t.member).language, scene.open_tasks()) == ("es", [])


def test_one_phone_two_members_and_no_question_is_for_a_person(scene: Scene) -> None:
    for _ in range(2):
        scene.visit(scene.member(ANA))
    scene.say(ANA, "I can't come")
    assert scene.open_tasks() == ["answer_member"]
    assert scene.row(t.reply).member_id is None


def test_reading_a_reply_twice_changes_nothing(scene: Scene, loop: int) -> None:
    reply = scene.say(ANA, "1")
    events = len(scene.rows(t.loop_event))
    understanding.understand_now(scene.deployment, reply)
    assert len(scene.rows(t.loop_event)) == events


def test_a_reply_that_cannot_be_read_does_not_hold_its_phone(
    scene: Scene, loop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> Meaning:
        raise ValueError

    monkeypatch.setattr(piecing, "understand", stumble)
    scene.hear(ANA, "1")
    scene.settle()
    assert scene.row(t.reply).read_at is not None
    assert "answer_member" in scene.open_tasks()


def test_thanks_from_nobody_in_particular_needs_no_person(scene: Scene) -> None:
    scene.member(ANA)
    scene.at(NOW)
    scene.say(ANA, "thanks")
    assert scene.open_tasks() == []
