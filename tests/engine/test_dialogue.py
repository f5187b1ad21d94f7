"""A conversation on one phone: slips put right, a language changed, machines left alone, people not interrupted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scene import ANA, BEN, NOW, OPERATOR, VISIT_DAY, Scene, local

from outreach.engine import staff_texts, tasks
from outreach.store import tables as t
from outreach.store.actor import Actor

REMINDER_DAY = local(VISIT_DAY - timedelta(days=3), 12)
ROSA = Actor("person", "Rosa")


@pytest.fixture
def loop(scene: Scene) -> int:
    """A member who was just asked whether they will come."""
    loop = scene.visit(scene.member(ANA))
    scene.settle()
    scene.go_to(REMINDER_DAY)
    return loop


def _stage(scene: Scene, loop: int) -> str:
    return str(scene.row(t.loop, t.loop.c.id == loop).stage)


def _answer(scene: Scene, loop: int, key: str = "reply_thanks") -> int:
    with scene.deployment.read(OPERATOR) as uow:
        composer = staff_texts.composer(uow, loop)
    assert composer is not None
    return staff_texts.say(scene.deployment, ROSA, loop, key, composer.seen)


# Slips.


@pytest.mark.parametrize("slip", ["sorry I meant 2", "no wait, 2", "oops 2", "2 sorry", "perdón, quise decir 2"])
def test_a_slip_just_after_an_answer_is_put_right(scene: Scene, loop: int, slip: str) -> None:
    scene.say(ANA, "1")
    scene.say(ANA, slip)
    assert _stage(scene, loop) == "wants_change"
    assert scene.unheld() == {}


def test_a_no_becomes_a_yes_and_the_schedulers_work_ends(scene: Scene, loop: int) -> None:
    scene.say(ANA, "3")
    assert scene.row(t.prompt, t.prompt.c.state == "open").key == "why_cannot"
    scene.say(ANA, "oops 1")
    row = scene.row(t.loop)
    assert (row.stage, row.outcome, row.reason) == ("confirmed", None, None)
    assert scene.open_tasks() == []
    assert scene.carrier.bodies[-1].startswith("CareLink: Thank you. We have you down for")
    assert scene.rows(t.prompt, t.prompt.c.state == "open") == []
    assert [row.kind for row in scene.rows(t.signal)] == ["visit-declined", "visit-confirmed"]
    assert scene.unheld() == {}


def test_a_reason_that_was_a_slip_is_put_right(scene: Scene, loop: int) -> None:
    scene.say(ANA, "3")
    scene.say(ANA, "2")
    scene.say(ANA, "I meant 4")
    row = scene.row(t.loop)
    assert (row.stage, row.reason, row.barriers) == ("cannot_come", "illness", ["illness"])
    assert scene.unheld() == {}


def test_half_an_hour_later_it_is_a_change_of_mind_for_a_person(scene: Scene, loop: int) -> None:
    scene.say(ANA, "1")
    scene.go_to(REMINDER_DAY + timedelta(minutes=31))
    scene.say(ANA, "oops 2")
    assert _stage(scene, loop) == "confirmed"
    assert "answer_member" in scene.open_tasks()


def test_a_bare_digit_after_an_answer_is_nobodys_guess(scene: Scene, loop: int) -> None:
    scene.say(ANA, "1")
    scene.say(ANA, "2")
    assert _stage(scene, loop) == "confirmed"
    assert "answer_member" in scene.open_tasks()


def test_tim_14_a_slip_about_a_visit_that_moved_is_for_a_person(scene: Scene, loop: int) -> None:
    scene.say(ANA, "1")
    scene.move_visit(loop, day=VISIT_DAY + timedelta(days=1), starts_at=local(VISIT_DAY + timedelta(days=1), 14, 30))
    scene.say(ANA, "oops 2")
    assert _stage(scene, loop) == "confirmed"
    assert "answer_member" in scene.open_tasks()


# One question at a time.


def test_tim_15_two_members_on_one_phone_never_have_two_open_menus(scene: Scene) -> None:
    for _ in range(2):
        scene.visit(scene.member(ANA))
    scene.settle()
    for hours in range(0, 96, 3):
        scene.go_to(REMINDER_DAY + timedelta(hours=hours))
        assert len(scene.rows(t.prompt, t.prompt.c.state == "open")) <= 1
    assert "TIM-15" in {row.rule for row in scene.rows(t.touch)}


# Languages.


def test_hip_24_the_acknowledgement_of_another_language_is_in_it(scene: Scene, loop: int) -> None:
    scene.say(ANA, "español")
    assert scene.carrier.bodies[-1].startswith("CareLink: Le escribiremos en español.")
    scene.say(ANA, "EN")
    assert scene.carrier.bodies[-1].startswith("CareLink: Your texts will be in English.")


def test_hip_24_who_plainly_writes_spanish_is_written_to_in_spanish_and_told_how_to_change_it_back(
    scene: Scene, loop: int
) -> None:
    scene.say(ANA, "hola no puedo ir porque tengo que trabajar")
    assert scene.row(t.member).language == "es"
    assert _stage(scene, loop) == "cannot_come"
    assert any("For English reply EN" in body for body in scene.carrier.bodies)
    assert scene.unheld() == {}


def test_hip_24_who_asked_for_english_is_not_asked_again_for_a_month(scene: Scene, loop: int) -> None:
    scene.say(ANA, "EN")
    scene.say(ANA, "hola no puedo ir porque tengo que trabajar")
    assert scene.row(t.member).language == "en"


@pytest.mark.parametrize("words", ["gracias", "yes gracias", "ok por favor"])
def test_hip_24_a_loan_word_changes_nothing(scene: Scene, loop: int, words: str) -> None:
    scene.say(ANA, words)
    assert scene.row(t.member).language == "en"


def test_hip_24_a_shared_phone_is_not_changed_by_what_one_of_them_writes(scene: Scene) -> None:
    for _ in range(2):
        scene.visit(scene.member(ANA))
    scene.settle()
    scene.say(ANA, "hola no puedo ir porque tengo que trabajar")
    assert {row.language for row in scene.rows(t.member)} == {"en"}


def test_a_language_without_approved_words_is_for_a_person(scene: Scene, loop: int) -> None:
    scene.say(ANA, "polski")
    assert "answer_member" in scene.open_tasks()


# Machines.


@pytest.mark.parametrize(
    "machine",
    [
        "I'm driving right now, I'll get back to you later.",
        "Auto reply: I am out of office until Monday.",
    ],
)
def test_twi_26_an_auto_reply_is_not_answered_and_one_person_sees_it(scene: Scene, loop: int, machine: str) -> None:
    before = len(scene.carrier.bodies)
    for _ in range(4):
        scene.say(ANA, machine)
    assert len(scene.carrier.bodies) == before
    assert scene.open_tasks() == ["answer_member"]
    assert scene.rows(t.prompt, t.prompt.c.state == "open") != []
    assert scene.unheld() == {}


def test_twi_26_the_same_words_three_times_in_an_hour_are_a_machines(scene: Scene, loop: int) -> None:
    for _ in range(2):
        scene.say(ANA, "purple monkey")
    before = len(scene.carrier.bodies)
    for _ in range(3):
        scene.say(ANA, "Purple  monkey!")
    assert len(scene.carrier.bodies) == before
    assert scene.open_tasks() == ["answer_member"]


def test_twi_26_our_own_words_sent_back_are_not_answered(scene: Scene, loop: int) -> None:
    before = len(scene.carrier.bodies)
    scene.say(ANA, f"> {scene.carrier.bodies[-1]}")
    assert len(scene.carrier.bodies) == before
    assert len(scene.open_tasks()) == 1


def test_twi_26_where_a_machine_answered_a_person_is_still_understood(scene: Scene, loop: int) -> None:
    scene.say(ANA, "Auto reply: I am out of office until Monday.")
    scene.say(ANA, "1")
    assert _stage(scene, loop) == "confirmed"


def test_twi_26_where_a_machine_answered_a_stop_and_a_crisis_still_count(scene: Scene, loop: int) -> None:
    scene.say(ANA, "Auto reply: I am out of office until Monday.")
    scene.say(ANA, "I want to die")
    assert "911" in scene.carrier.bodies[-1]
    scene.say(ANA, "STOP")
    assert "We will not text you again" in scene.carrier.bodies[-1]


# A person in the conversation.


def test_nothing_automatic_speaks_while_a_person_does(scene: Scene, loop: int) -> None:
    _answer(scene, loop)
    before = len(scene.carrier.bodies)
    scene.at(REMINDER_DAY + timedelta(minutes=10))
    scene.say(ANA, "1")
    assert _stage(scene, loop) == "confirmed"
    assert len(scene.carrier.bodies) == before
    held = scene.row(t.touch, t.touch.c.words == "ack_confirmed")
    assert (held.state, held.rule) == ("planned", "TALKING")
    assert held.due_at == REMINDER_DAY + timedelta(minutes=40)  # half an hour after the last text of either side
    assert scene.unheld() == {}
    scene.go_to(REMINDER_DAY + timedelta(minutes=40))
    assert scene.carrier.bodies[-1].startswith("CareLink: Thank you. We have you down for")


def test_the_persons_next_text_is_not_held(scene: Scene, loop: int) -> None:
    scene.say(ANA, "is there parking")
    _answer(scene, loop)
    scene.at(REMINDER_DAY + timedelta(minutes=1))
    _answer(scene, loop, "reply_call")
    assert scene.row(t.touch, t.touch.c.words == "reply_call").state == "sent"


def test_a_stop_and_a_crisis_are_answered_while_a_person_talks(scene: Scene, loop: int) -> None:
    _answer(scene, loop)
    scene.say(ANA, "I want to die")
    assert "911" in scene.carrier.bodies[-1]
    scene.say(ANA, "STOP")
    assert "We will not text you again" in scene.carrier.bodies[-1]


def test_a_reminder_waits_for_the_end_of_a_conversation_that_somebody_took_on(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA))
    scene.settle()
    due = scene.touch(loop, "reminder").due_at
    scene.go_to(due - timedelta(minutes=10))
    scene.say(ANA, "is there parking")
    (task,) = scene.rows(t.task, t.task.c.state == "open", t.task.c.kind == "answer_member")
    tasks.claim(scene.deployment, ROSA, task.id)
    scene.go_to(due)
    held = scene.touch(loop, "reminder")
    assert (held.state, held.rule, held.due_at) == ("planned", "TALKING", due + timedelta(minutes=20))
    assert scene.unheld() == {}
    scene.go_to(due + timedelta(minutes=20))
    assert scene.touch(loop, "reminder").state == "sent"


# Politeness.


def test_that_a_person_will_call_is_said_once_in_twelve_hours(scene: Scene, loop: int) -> None:
    scene.say(ANA, "is there parking")
    scene.say(ANA, "and where do I park")
    said = [body for body in scene.carrier.bodies if "A care team member will call you" in body]
    assert len(said) == 1
    scene.go_to(REMINDER_DAY + timedelta(hours=13))
    scene.say(ANA, "what about parking")
    said = [row for row in scene.rows(t.touch) if row.words == "ack_person"]
    assert len(said) == 2


@pytest.mark.parametrize("closing", ["thanks", "thank you so much", "🙏", "😂", "❤️❤️"])
def test_thanks_and_smiles_close_and_start_nothing(scene: Scene, loop: int, closing: str) -> None:
    scene.say(ANA, "1")
    before = len(scene.carrier.bodies)
    for _ in range(3):
        scene.say(ANA, closing)
    assert len(scene.carrier.bodies) == before
    assert scene.open_tasks() == []


def test_a_smile_leaves_the_question_open(scene: Scene, loop: int) -> None:
    scene.say(ANA, "😂")
    scene.say(ANA, "1")
    assert _stage(scene, loop) == "confirmed"


def test_a_sign_for_help_is_seen_by_a_person(scene: Scene) -> None:
    scene.visit(scene.member(BEN))
    scene.at(NOW)
    scene.say(BEN, "🆘")
    assert scene.open_tasks() != []
