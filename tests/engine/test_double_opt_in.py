"""A consent that somebody took down counts only once the member's own text says yes (LAW-28)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from scene import ANA, NOW, OPERATOR, VISIT_DAY, Scene, local

from outreach.loops.consent import Action, Category, ConsentClass, ConsentEvent, Organisation, granted, suppressed
from outreach.loops.events import Reachable
from outreach.store import consents
from outreach.store import tables as t

REMINDER_DAY = local(VISIT_DAY - timedelta(days=3), 12)
A_MINUTE = timedelta(minutes=1)


def request(scene: Scene, member: int, *categories: str) -> list[int]:
    """Somebody took a consent down; the member has still to confirm it."""
    phone = scene.phone(ANA)
    with scene.deployment.write(OPERATOR) as uow:
        entries = [
            consents.note(
                uow,
                phone,
                ConsentEvent(
                    Action.REQUEST, uow.now - A_MINUTE, uow.now, member, "sms", category,
                    ConsentClass.PEC_OPTIN, Organisation.PROGRAM,
                ),
                "paper", "LAW-28", "form:7", text_version="paper-1", language="en",
            )
            for category in categories or ("appointment",)
        ]  # fmt: skip
        uow.commit()
    return entries


def asked(scene: Scene, *categories: str, language: str = "en") -> tuple[int, int]:
    """A member whose consent waits for their yes, and who was asked for it; with their visit."""
    member = scene.member(ANA, consented=False, language=language)
    request(scene, member, *categories)
    loop = scene.visit(member)
    scene.settle()
    scene.at(NOW + A_MINUTE)
    return member, loop


def ledger(scene: Scene) -> tuple[ConsentEvent, ...]:
    phone = scene.phone(ANA)
    with scene.deployment.read(OPERATOR) as uow:
        return consents.consents(uow, [phone]).get(phone, ())


def sent(scene: Scene, words: str) -> list[Any]:
    return scene.rows(t.touch, t.touch.c.words == words, t.touch.c.state == "sent")


def test_law_28_the_first_text_asks_and_leaves_under_the_request(scene: Scene) -> None:
    member, loop = asked(scene)
    touch = scene.touch(loop, "welcome")
    assert (touch.words, touch.state) == ("optin_ask", "sent")
    attempt = scene.row(t.attempt)
    assert (attempt.rule, attempt.consent_id) == ("LAW-28", scene.row(t.consent_event).id)
    assert granted(ledger(scene), member, "sms", Category.APPOINTMENT) is None


def test_law_28_a_yes_is_the_consent_with_the_very_words_that_asked(scene: Scene) -> None:
    member, loop = asked(scene)
    reply = scene.say(ANA, "1")
    first, second = scene.rows(t.consent_event)
    assert (second.action, second.consent_class, second.category) == ("grant", "pec_optin", "appointment")
    assert (second.source, second.rule, second.evidence) == ("keyword", "LAW-28", f"reply:{reply}")
    assert (second.text_version, second.language, second.prior_id) == ("optin_ask/en/1", "en", first.id)
    assert granted(ledger(scene), member, "sms", Category.APPOINTMENT) is not None
    (confirmation,) = sent(scene, "optin_confirm")
    assert (confirmation.reply_id, confirmation.loop_id) == (reply, loop)
    assert "get_consent" not in scene.open_tasks()
    scene.live_to(REMINDER_DAY)
    assert scene.touch(loop, "reminder").state == "sent"
    assert len(sent(scene, "optin_confirm")) == 1
    assert scene.unheld() == {}


@pytest.mark.parametrize("body", ["yes", "Sí", "ok"])
def test_law_28_a_yes_in_words_counts_too(scene: Scene, body: str) -> None:
    member, _ = asked(scene, language="es")
    scene.say(ANA, body)
    assert granted(ledger(scene), member, "sms", Category.APPOINTMENT) is not None


def test_law_28_a_yes_agrees_to_everything_that_was_asked_and_nothing_else(scene: Scene) -> None:
    member, _ = asked(scene, "appointment", "transport")
    scene.say(ANA, "1")
    found = {category: granted(ledger(scene), member, "sms", category) for category in Category}
    assert [category for category, entry in found.items() if entry] == [Category.APPOINTMENT, Category.TRANSPORT]
    assert granted(ledger(scene), member, "voice", Category.APPOINTMENT) is None


def test_law_28_a_no_is_a_no_and_a_persons_task(scene: Scene) -> None:
    _, loop = asked(scene)
    before = len(scene.carrier.bodies)
    scene.say(ANA, "2")
    assert [row.action for row in scene.rows(t.consent_event)] == ["request", "revoke"]
    assert not suppressed(ledger(scene))
    assert [row.kind for row in scene.rows(t.task, t.task.c.loop_id == loop)] == ["get_consent"]
    scene.live_to(local(VISIT_DAY, 20))
    assert scene.carrier.bodies[before:] == []
    assert scene.unheld() == {}


def test_law_28_a_stop_in_answer_is_a_stop(scene: Scene) -> None:
    asked(scene)
    scene.say(ANA, "STOP")
    assert suppressed(ledger(scene))


@pytest.mark.parametrize("body", ["START", "maybe", "3", "1 or 2", "yes but who are you"])
def test_law_28_anything_else_agrees_to_nothing(scene: Scene, body: str) -> None:
    member, _ = asked(scene)
    scene.say(ANA, body)
    assert granted(ledger(scene), member, "sms", Category.APPOINTMENT) is None
    assert [row.action for row in scene.rows(t.consent_event) if row.action in ("grant", "revoke")] == []


def test_law_28_a_doubtful_answer_goes_to_a_person_and_the_question_stays_open(scene: Scene) -> None:
    member, _ = asked(scene)
    scene.say(ANA, "blue bicycle")
    assert "answer_member" in scene.open_tasks()
    scene.say(ANA, "1")
    assert granted(ledger(scene), member, "sms", Category.APPOINTMENT) is not None


def test_law_28_silence_sends_nothing_more_and_a_person_asks(scene: Scene) -> None:
    _, loop = asked(scene)
    scene.live_to(local(VISIT_DAY, 8))
    assert len(scene.carrier.bodies) == 1
    assert scene.touch(loop, "reminder").rule == "LAW-01"
    assert "get_consent" in scene.open_tasks()
    assert scene.unheld() == {}


def test_law_28_other_texts_wait_for_the_answer(scene: Scene) -> None:
    member = scene.member(ANA, consented=False)
    request(scene, member)
    scene.at(local(VISIT_DAY - timedelta(days=4), 12))
    loop = scene.visit(member)
    scene.settle()
    scene.go_to(local(VISIT_DAY - timedelta(days=3), 10, 30))
    assert (scene.touch(loop, "reminder").state, scene.touch(loop, "reminder").rule) == ("planned", "LAW-01")
    scene.say(ANA, "1")
    scene.live_to(local(VISIT_DAY - timedelta(days=3), 16))
    assert scene.touch(loop, "reminder").state == "sent"


def test_law_28_it_is_asked_once_however_many_visits_there_are_and_however_they_move(scene: Scene) -> None:
    member = scene.member(ANA, consented=False)
    request(scene, member)
    first = scene.visit(member)
    scene.visit(member, day=VISIT_DAY + timedelta(days=2))
    scene.settle()
    scene.move_visit(first, day=VISIT_DAY + timedelta(days=1))
    scene.happens(first, Reachable(NOW))
    scene.live_to(NOW + timedelta(days=1))
    assert len(sent(scene, "optin_ask")) == 1
    scene.say(ANA, "1")  # though the visit moved since
    assert granted(ledger(scene), member, "sms", Category.APPOINTMENT) is not None


def test_law_28_who_said_no_and_is_asked_for_anew_gets_the_question_anew(scene: Scene) -> None:
    member, _ = asked(scene)
    scene.say(ANA, "2")
    scene.at(NOW + timedelta(days=1))
    request(scene, member)
    scene.visit(member, day=VISIT_DAY + timedelta(days=2))
    scene.settle()
    assert len(sent(scene, "optin_ask")) == 2


def test_law_28_a_second_member_on_a_welcomed_phone_is_asked_too(scene: Scene) -> None:
    scene.visit(scene.member(ANA))
    scene.settle()
    ben = scene.member(ANA, consented=False)
    request(scene, ben)
    scene.visit(ben, day=VISIT_DAY + timedelta(days=2))
    scene.live_to(NOW + timedelta(hours=1))
    assert [row.member_id for row in sent(scene, "optin_ask")] == [ben]


def test_law_28_a_consent_recorded_by_a_person_meanwhile_makes_the_welcome_a_welcome(scene: Scene) -> None:
    member = scene.member(ANA, consented=False)
    request(scene, member)
    scene.at(local(NOW.date(), 23))
    loop = scene.visit(member)
    assert scene.touch(loop, "welcome").words == "optin_ask"
    with scene.deployment.write(OPERATOR) as uow:
        yes = ConsentEvent(Action.GRANT, None, uow.now, member, "sms", "appointment", ConsentClass.PEC_OPTIN)
        consents.note(uow, scene.phone(ANA), yes, "verbal", "LAW-26", "call:1")
        uow.commit()
    scene.happens(loop, Reachable(scene.deployment.database.now()))
    assert scene.touch(loop, "welcome").words == "optin_confirm"
