"""A call is a touch like any other: planned, gated, placed by the same protocol, and ended by what became of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from scene import ANA, OPERATOR, Scene, compose, local
from twin import DIE_AFTER, DIE_BEFORE, GIVE_BACK, KEEP, LOSE, HandTimer, Throttle, TwinCarrier, WorkerDied

from conversations.calls.answered_by import AnsweredBy
from conversations.meaning import Intent, Meaning
from outreach.channels.carrier import CallStatus, Listed
from outreach.engine import call_attempts, call_ends, consenting, opting, replaying
from outreach.engine.call_ends import CallEnd
from outreach.engine.opting import StopHow
from outreach.engine.pump import pump
from outreach.loops.call_outcomes import CallOutcome
from outreach.loops.consent import Action, ConsentClass, ConsentEvent
from outreach.loops.contact_rule import ContactRule
from outreach.loops.events import Heard
from outreach.loops.numbers import NumberState
from outreach.store import claims, consents, people
from outreach.store import tables as t
from outreach.store.database import Database

MONDAY = date(2027, 3, 1)
REMINDER = {"key": "reminder", "words": "reminder", "words_without_time": "reminder_no_time", "when": "days_before",
            "amount": 6, "conditions": ["unanswered"], "useful_hours": -20, "channel": "voice"}  # fmt: skip
WELCOME = {
    "key": "welcome",
    "words": "optin_confirm",
    "when": "enrolment",
    "conditions": ["not_welcomed"],
    "late": True,
}
TEXT_FIRST = REMINDER | {"channel": "sms", "fallback": "voice"}
CALL_FIRST = REMINDER | {"fallback": "sms"}
AT_TEN = local(date(2027, 3, 3), 10)
LATER_THAT_MORNING = local(date(2027, 3, 3), 11)


@pytest.fixture
def scene(database: Database, timer: HandTimer) -> Scene:
    """Nothing is furnished yet: each test has its own steps."""
    carrier = TwinCarrier()
    return Scene(compose(database, timer, carrier), carrier, timer)


@pytest.fixture
def loop(scene: Scene) -> int:
    return _a_loop(scene, REMINDER)


def _a_loop(scene: Scene, step: dict[str, Any], *numbers: str, language: str = "en") -> int:
    scene.channels = ("sms", "voice")
    scene.furnish(steps=[WELCOME, step])
    loop = scene.visit(scene.member(*(numbers or (ANA,)), language=language))
    scene.settle()
    return loop


def _furnished(scene: Scene, step: dict[str, Any] = REMINDER) -> Scene:
    scene.channels = ("sms", "voice")
    scene.furnish(steps=[WELCOME, step])
    return scene


def call_of(scene: Scene, loop: int, nth: int = 1) -> Any:
    (row,) = scene.rows(t.touch, t.touch.c.loop_id == loop, t.touch.c.channel == "voice", t.touch.c.nth == nth)
    return row


def calls_of(scene: Scene, loop: int) -> list[Any]:
    return scene.rows(t.touch, t.touch.c.loop_id == loop, t.touch.c.channel == "voice")


def ends(scene: Scene, touch: Any, at: datetime | None = None, **said: Any) -> CallOutcome | None:
    """The carrier's last word on a call comes to its door."""
    words = {name: said.pop(name) for name in ("status", "sip_code", "error_code", "sid") if name in said}
    status = CallStatus(**({"status": "completed", "sid": touch.sid or "CA-new"} | words))
    with scene.deployment.write(OPERATOR) as uow:
        told = CallEnd(
            touch.id, said.pop("attempt", touch.attempts), None, status, said.pop("by", AnsweredBy.HUMAN),
            said.pop("pressed", False), said.pop("voicemail", False), said.pop("opted_out", False), at or uow.now,
        )  # fmt: skip
        found = call_ends.end(uow, told)
        uow.commit()
    assert not said
    return found


def test_a_step_by_voice_is_called_at_its_time_and_asks_what_the_text_asks(scene: Scene, loop: int) -> None:
    planned = call_of(scene, loop)
    assert (planned.state, planned.sender) == ("planned", "call:+12025550100")
    scene.go_to(LATER_THAT_MORNING)
    ((call, _),) = scene.carrier.calls
    assert (call.touch, call.attempt, call.sender, call.to) == (planned.id, 1, "+12025550100", ANA)
    assert [message.touch for message in scene.carrier.posted] == [scene.touch(loop, "welcome").id, planned.id]
    placed = call_of(scene, loop)
    assert (placed.state, placed.sid, placed.call_outcome) == ("sent", f"CA{1:032x}", None)
    assert scene.unheld() == {}


def test_what_a_call_asks_is_stored_as_it_is_said_and_opens_no_question_for_texts(scene: Scene, loop: int) -> None:
    scene.go_to(LATER_THAT_MORNING)
    (attempt,) = scene.rows(t.attempt, t.attempt.c.touch_id == call_of(scene, loop).id)
    with scene.deployment.read(OPERATOR) as uow:
        body = uow.keyring.open(claims.BODY, attempt.touch_id, attempt.body)
    assert "Tuesday, March 9" in body
    assert "2:30 PM" in body
    assert "Main St" not in body
    assert scene.rows(t.prompt, t.prompt.c.touch_id == attempt.touch_id) == []
    assert (attempt.rule, attempt.consent_id is not None, attempt.proactive) == ("LAW-04", True, True)


def test_a_spanish_member_is_called_in_spanish(scene: Scene) -> None:
    loop = _a_loop(scene, REMINDER, language="es")
    scene.go_to(LATER_THAT_MORNING)
    (attempt,) = scene.rows(t.attempt, t.attempt.c.touch_id == call_of(scene, loop).id)
    with scene.deployment.read(OPERATOR) as uow:
        assert "martes" in uow.keyring.open(claims.BODY, attempt.touch_id, attempt.body)


@pytest.mark.parametrize("language", ["vi", "hmn"])
def test_hip_25_a_language_without_approved_scripts_or_recordings_is_a_persons_and_never_english(
    scene: Scene, language: str
) -> None:
    loop = _a_loop(scene, REMINDER, language=language)
    scene.go_to(LATER_THAT_MORNING)
    assert (call_of(scene, loop).state, call_of(scene, loop).rule) == ("refused", "HIP-25")
    assert scene.carrier.calls == []
    assert "language_gap" in scene.open_tasks()


def test_one_sentence_that_is_not_approved_keeps_the_call_from_leaving(scene: Scene, loop: int) -> None:
    (row,) = scene.rows(t.message_version, t.message_version.c.key == "voice_why", t.message_version.c.language == "en")
    scene.change(t.message_version, row.id, state="draft")
    scene.go_to(LATER_THAT_MORNING)
    assert call_of(scene, loop).rule == "HIP-25"


# -- the gate, in the engine


def test_law_01_consent_to_texts_is_none_to_calls(scene: Scene) -> None:
    scene.furnish(steps=[WELCOME, REMINDER])
    loop = scene.visit(scene.member(ANA))
    scene.go_to(LATER_THAT_MORNING)
    assert (call_of(scene, loop).state, call_of(scene, loop).rule) == ("refused", "LAW-01")
    assert scene.open_tasks() == ["get_consent"]


def test_law_19_a_stop_by_text_stops_calls_too(scene: Scene, loop: int) -> None:
    scene.say(ANA, "STOP")
    scene.go_to(LATER_THAT_MORNING)
    assert (call_of(scene, loop).state, call_of(scene, loop).rule) == ("refused", "LAW-19")
    assert scene.carrier.calls == []


def test_twi_34_who_cannot_hear_a_call_is_never_called(scene: Scene, loop: int) -> None:
    (member,) = scene.rows(t.member)
    consenting.set_contact_rule(scene.deployment, OPERATOR, member.id, ContactRule(hearing_access=True))
    scene.go_to(LATER_THAT_MORNING)
    assert (call_of(scene, loop).state, call_of(scene, loop).rule) == ("refused", "TWI-34")
    assert scene.carrier.calls == []


def test_twi_37_a_landline_is_called_and_not_texted(scene: Scene) -> None:
    _furnished(scene)
    member = scene.member(ANA)
    with scene.deployment.write(OPERATOR) as uow:
        people.set_state(uow, scene.phone(ANA), NumberState.LANDLINE)
        uow.commit()
    loop = scene.visit(member)
    scene.go_to(LATER_THAT_MORNING)
    assert scene.touch(loop, "welcome").rule == "TWI-37"
    assert [call.to for call, _ in scene.carrier.calls] == [ANA]


def test_the_phone_that_they_agreed_to_rings_and_no_other(scene: Scene) -> None:
    home = "+12025550177"
    _furnished(scene)
    scene.channels = ("sms",)
    member = scene.member(ANA)
    scene.channels = ("voice",)
    with scene.deployment.write(OPERATOR) as uow:
        phone = people.phone_of_number(uow, home)
        uow.insert(t.member_contact, [{"member_id": member, "contact_point_id": phone}])
        people.verified(uow, phone)
        people.set_state(uow, phone, NumberState.LANDLINE)
        uow.commit()
    _agrees(scene, member, home)
    loop = scene.visit(member)
    scene.go_to(LATER_THAT_MORNING)
    assert [call.to for call, _ in scene.carrier.calls] == [home]
    assert scene.touch(loop, "welcome").contact_point_id == scene.phone(ANA)


def _agrees(scene: Scene, member: int, number: str) -> None:
    with scene.deployment.write(OPERATOR) as uow:
        phone = people.phone_of_number(uow, number)
        kind = ConsentClass.PEC_OPTIN
        grant = ConsentEvent(Action.GRANT, uow.now, uow.now, member, "voice", "appointment", kind)
        consents.note(uow, phone, grant, "paper", "LAW-26", "form")
        uow.commit()


def test_law_33_nobody_is_called_at_night(scene: Scene) -> None:
    loop = _a_loop(scene, REMINDER)
    scene.change(t.touch, call_of(scene, loop).id, due_at=local(date(2027, 3, 3), 6))
    scene.go_to(local(date(2027, 3, 3), 6, 30))
    held = call_of(scene, loop)
    assert (held.state, held.rule) == ("planned", "LAW-33")
    assert held.due_at >= local(date(2027, 3, 3), 9)
    assert scene.carrier.calls == []


def test_law_35_calls_and_texts_are_counted_together(scene: Scene) -> None:
    scene.channels = ("sms", "voice")
    scene.furnish(caps={"per_day": 1, "per_week": 9}, steps=[WELCOME, REMINDER | {"amount": 8}])
    loop = scene.visit(scene.member(ANA))
    scene.change(t.touch, call_of(scene, loop).id, due_at=local(MONDAY, 10, 20)) if calls_of(scene, loop) else None
    scene.go_to(local(MONDAY, 12))
    assert len(scene.carrier.kept) == 1
    assert scene.carrier.calls == []


def test_a_moved_visit_takes_the_call_with_it_and_a_confirmation_needs_none(scene: Scene, loop: int) -> None:
    reply = scene.say(ANA, "hello")
    scene.happens(loop, Heard(scene.deployment.database.now(), reply, Meaning(frozenset({Intent.CONFIRM})), "reminder"))
    assert call_of(scene, loop).state == "cancelled"


# -- claim, post, record


def test_calls_have_tokens_of_their_own_and_texts_do_not_wait_for_them(scene: Scene) -> None:
    _furnished(scene)
    numbers = [f"+120255501{n:02d}" for n in range(30, 36)]
    loops = [scene.visit(scene.member(number)) for number in numbers]
    for loop in loops:
        scene.change(t.touch, call_of(scene, loop).id, due_at=AT_TEN)
    scene.settle()
    scene.at(LATER_THAT_MORNING)
    pump(scene.deployment, "bulk")
    assert len(scene.carrier.calls) == 1  # a fuller bucket keeps a part for what cannot wait
    scene.timer.skew += 1.0
    pump(scene.deployment, "bulk")
    assert len(scene.carrier.calls) == 2
    assert len(scene.carrier.kept) == len(numbers)
    for _ in range(20):
        scene.timer.skew += 1.0
        pump(scene.deployment, "bulk")
    assert len(scene.carrier.calls) == len(numbers)


def test_a_call_given_back_or_throttled_is_made_later_and_once(scene: Scene, loop: int) -> None:
    scene.carrier.answers.extend([GIVE_BACK, Throttle(5)])
    scene.go_to(LATER_THAT_MORNING)
    for _ in range(5):
        scene.timer.skew += 40
        scene.settle()
    assert len(scene.carrier.calls) == 1
    assert call_of(scene, loop).state == "sent"


@pytest.mark.parametrize("fate", [DIE_BEFORE, DIE_AFTER])
def test_a_worker_that_dies_leaves_a_call_in_doubt_and_never_a_second_one(scene: Scene, loop: int, fate: str) -> None:
    scene.at(LATER_THAT_MORNING)
    scene.carrier.answers.append(fate)
    with pytest.raises(WorkerDied):
        scene.settle()
    assert call_of(scene, loop).state == "claimed"
    for _ in range(6):
        scene.timer.skew += 200
        scene.settle()
    found = call_of(scene, loop)
    if fate == DIE_AFTER:
        assert (found.state, found.sid, len(scene.carrier.calls)) == ("sent", f"CA{1:032x}", 1)
    else:
        assert (found.state, scene.carrier.calls) == ("unknown", [])
        assert "send_unknown" in scene.open_tasks()
    assert scene.unheld() == {}


def test_twi_06_a_call_in_doubt_is_found_in_the_list_of_calls(scene: Scene, loop: int) -> None:
    scene.carrier.answers.append(KEEP)
    scene.go_to(LATER_THAT_MORNING)
    assert call_of(scene, loop).state == "unknown"
    scene.timer.skew += 130
    scene.settle()
    assert (call_of(scene, loop).state, len(scene.carrier.calls)) == ("sent", 1)


def test_twi_06_a_call_that_is_not_found_goes_to_a_person_and_is_never_repeated_unseen(scene: Scene, loop: int) -> None:
    scene.carrier.answers.append(LOSE)
    scene.go_to(LATER_THAT_MORNING)
    for _ in range(5):
        scene.timer.skew += 130
        scene.settle()
    assert (call_of(scene, loop).state, scene.carrier.calls) == ("unknown", [])
    assert "send_unknown" in scene.open_tasks()
    assert len(scene.carrier.posted) == 2  # the welcome, and the call once
    assert scene.unheld() == {}


def test_a_door_that_hears_of_a_call_in_doubt_settles_it(scene: Scene, loop: int) -> None:
    scene.carrier.answers.append(KEEP)
    scene.go_to(LATER_THAT_MORNING)
    touch = call_of(scene, loop)
    with scene.deployment.write(OPERATOR) as uow:
        assert not call_ends.made(uow, touch.id, 7, "CA-x")
        assert call_ends.made(uow, touch.id, 1, "CA-x")
        assert not call_ends.made(uow, touch.id, 1, "CA-x")
        uow.commit()
    assert (call_of(scene, loop).state, call_of(scene, loop).sid) == ("sent", "CA-x")
    assert scene.unheld() == {}


def test_twi_33_a_number_that_cannot_be_called_is_out_of_use(scene: Scene, loop: int) -> None:
    scene.carrier.answers.append(21217)
    scene.go_to(LATER_THAT_MORNING)
    assert (call_of(scene, loop).state, call_of(scene, loop).error_code) == ("refused", 21217)
    (phone,) = scene.rows(t.contact_point)
    assert phone.state == "invalid"
    assert scene.open_tasks() == ["verify_phone"]


# -- the end of a call


def test_somebody_who_pressed_a_key_was_reached_and_is_not_called_again(scene: Scene, loop: int) -> None:
    scene.go_to(LATER_THAT_MORNING)
    assert ends(scene, call_of(scene, loop), pressed=True) is CallOutcome.REACHED
    scene.settle()
    assert len(calls_of(scene, loop)) == 1
    assert call_of(scene, loop).call_outcome == "reached"
    assert scene.open_tasks() == []
    assert scene.unheld() == {}


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"status": "no-answer"}, CallOutcome.NO_ANSWER),
        ({"by": AnsweredBy.MACHINE_END, "voicemail": True}, CallOutcome.VOICEMAIL),
        ({}, CallOutcome.HUNG_UP),
        ({"status": "failed", "sip_code": 503}, CallOutcome.FAILED),
    ],
)
def test_twi_43_in_vain_is_tried_again_on_another_day_at_another_part_of_it(
    scene: Scene, loop: int, said: dict[str, Any], outcome: CallOutcome
) -> None:
    scene.go_to(LATER_THAT_MORNING)
    assert ends(scene, call_of(scene, loop), **said) is outcome
    again = call_of(scene, loop, 2)
    assert (again.state, again.step) == ("planned", "reminder")
    assert local(date(2027, 3, 4), 17) <= again.due_at < local(date(2027, 3, 4), 20)
    assert scene.open_tasks() == []
    scene.live_to(again.due_at + timedelta(minutes=5))
    assert len(scene.carrier.calls) == 2
    assert scene.unheld() == {}


def test_busy_is_tried_again_after_a_quarter_of_an_hour(scene: Scene, loop: int) -> None:
    scene.go_to(LATER_THAT_MORNING)
    assert ends(scene, call_of(scene, loop), status="busy") is CallOutcome.BUSY
    assert call_of(scene, loop, 2).due_at == call_of(scene, loop).sent_at + timedelta(minutes=15)


def test_after_three_calls_in_vain_a_person_calls_or_the_clinic_hears_that_they_cannot_be_reached(
    scene: Scene, loop: int
) -> None:
    scene.go_to(LATER_THAT_MORNING)
    for nth in (1, 2, 3):
        call = call_of(scene, loop, nth)
        scene.live_to(max(call.due_at + timedelta(minutes=5), scene.deployment.database.now()))
        assert ends(scene, call_of(scene, loop, nth), status="no-answer") is CallOutcome.NO_ANSWER
    scene.settle()
    assert len(calls_of(scene, loop)) == 3
    (row,) = scene.rows(t.loop, t.loop.c.id == loop)
    assert (row.stage, row.tried, row.called) == ("unreached", 3, True)
    assert scene.unheld() == {}


def test_one_voicemail_a_step_and_none_where_somebody_is_a_danger(scene: Scene, loop: int) -> None:
    scene.go_to(LATER_THAT_MORNING)
    with scene.deployment.read(OPERATOR) as uow:
        assert call_attempts.voicemail_allowed(uow, call_of(scene, loop))
    ends(scene, call_of(scene, loop), by=AnsweredBy.MACHINE_END, voicemail=True)
    with scene.deployment.read(OPERATOR) as uow:
        assert not call_attempts.voicemail_allowed(uow, call_of(scene, loop, 2))
    (member,) = scene.rows(t.member)
    danger = ContactRule(frozenset({scene.phone(ANA)}), endangered=True)
    consenting.set_contact_rule(scene.deployment, OPERATOR, member.id, danger)
    with scene.deployment.read(OPERATOR) as uow:
        assert not call_attempts.voicemail_allowed(uow, call_of(scene, loop))


def test_a_declined_call_goes_to_a_person_and_holds_the_next_one_until_they_found_out(scene: Scene) -> None:
    soon = REMINDER | {"key": "again", "amount": 4}
    scene.channels = ("sms", "voice")
    scene.furnish(steps=[WELCOME, REMINDER, soon])
    loop = scene.visit(scene.member(ANA))
    scene.go_to(LATER_THAT_MORNING)
    (first, _) = calls_of(scene, loop)
    assert ends(scene, first, status="no-answer", sip_code=603) is CallOutcome.DECLINED
    assert scene.open_tasks() == ["possible_refusal"]
    scene.timer.skew += 5  # there are tokens again
    scene.go_to(local(date(2027, 3, 5), 11))
    held = calls_of(scene, loop)[-1]
    assert (held.step, held.state, held.rule) == ("again", "planned", "TWI-43")
    assert scene.unheld() == {}


@pytest.mark.parametrize(
    ("said", "state", "outcome"),
    [
        ({"status": "failed", "sip_code": 404}, "invalid", CallOutcome.INVALID),
        ({"by": AnsweredBy.FAX}, "fax", CallOutcome.FAX),
    ],
)
def test_a_number_that_is_no_phone_is_out_of_use(
    scene: Scene, loop: int, said: dict[str, Any], state: str, outcome: CallOutcome
) -> None:
    scene.go_to(LATER_THAT_MORNING)
    assert ends(scene, call_of(scene, loop), **said) is outcome
    (phone,) = scene.rows(t.contact_point)
    assert phone.state == state
    assert scene.open_tasks() == ["verify_phone"]
    assert len(calls_of(scene, loop)) == 1


def test_an_opt_out_on_the_call_ends_all_calls(scene: Scene, loop: int) -> None:
    scene.go_to(LATER_THAT_MORNING)
    opting.stop(scene.deployment, OPERATOR, scene.phone(ANA), StopHow.VOICE_KEY)
    assert ends(scene, call_of(scene, loop), opted_out=True) is CallOutcome.REACHED
    scene.settle()
    assert len(calls_of(scene, loop)) == 1
    assert scene.unheld() == {}


def test_an_end_told_twice_or_of_another_call_changes_nothing(scene: Scene, loop: int) -> None:
    scene.go_to(LATER_THAT_MORNING)
    call = call_of(scene, loop)
    assert ends(scene, call, status="no-answer", attempt=7) is None
    assert ends(scene, call, status="no-answer", sid="CA-another") is None
    assert ends(scene, call, status="no-answer") is CallOutcome.NO_ANSWER
    assert ends(scene, call, status="completed", pressed=True) is None
    assert call_of(scene, loop).call_outcome == "no_answer"
    assert len(calls_of(scene, loop)) == 2


def test_an_end_that_comes_before_our_own_answer_counts_and_the_answer_changes_nothing(scene: Scene, loop: int) -> None:
    scene.carrier.watch = lambda call: ends(scene, call_of(scene, loop), status="no-answer", sid=f"CA{1:032x}") and None
    scene.go_to(LATER_THAT_MORNING)
    assert (call_of(scene, loop).state, call_of(scene, loop).call_outcome) == ("sent", "no_answer")
    assert call_of(scene, loop, 2).state == "planned"


# -- hang-up at any moment, and callbacks that never come


@pytest.mark.parametrize("moment", ["before it leaves", "while it is posted", "while it rings", "after its end"])
def test_whatever_ends_and_whenever_the_loop_is_held(scene: Scene, loop: int, moment: str) -> None:
    assert scene.unheld() == {}
    if moment == "before it leaves":
        return
    scene.carrier.answers.append(KEEP if moment == "while it is posted" else "accept")
    scene.go_to(LATER_THAT_MORNING)
    assert scene.unheld() == {}
    if moment == "after its end":
        ends(scene, call_of(scene, loop))
        assert scene.unheld() == {}
        scene.settle()
    assert scene.unheld() == {}
    (row,) = scene.rows(t.loop, t.loop.c.id == loop)
    assert row.held_by is not None


def test_twi_14_a_call_whose_end_nobody_told_is_asked_about(scene: Scene, loop: int) -> None:
    scene.go_to(LATER_THAT_MORNING)
    call = call_of(scene, loop)
    scene.carrier.ended[call.sid] = CallStatus(call.sid, "in-progress")
    scene.timer.skew += 310
    scene.settle()
    assert call_of(scene, loop).call_outcome is None
    assert scene.unheld() == {}
    scene.carrier.ended[call.sid] = CallStatus(call.sid, "no-answer")
    scene.timer.skew += 310
    scene.settle()
    assert call_of(scene, loop).call_outcome == "no_answer"
    assert call_of(scene, loop, 2).state == "planned"


def test_a_call_that_nobody_can_account_for_is_a_persons_after_a_while_and_is_not_repeated(
    scene: Scene, loop: int
) -> None:
    scene.go_to(LATER_THAT_MORNING)
    for _ in range(30):
        scene.timer.skew += 310
        scene.settle()
    assert call_of(scene, loop).call_outcome == "unknown"
    assert scene.open_tasks() == ["call_member"]
    assert len(calls_of(scene, loop)) == 1
    assert scene.unheld() == {}


# -- the other channel


def test_twi_34_a_text_that_fails_for_good_is_followed_by_a_call(scene: Scene) -> None:
    loop = _a_loop(scene, TEXT_FIRST)
    scene.go_to(LATER_THAT_MORNING)
    text = scene.touch(loop, "reminder")
    scene.call_back(text.id, "undelivered", code=30410)
    scene.settle()
    assert [call.touch for call, _ in scene.carrier.calls] == [call_of(scene, loop).id]
    assert scene.open_tasks() == []
    assert scene.unheld() == {}


@pytest.mark.parametrize("code", [30004, 30007])
def test_twi_34_but_never_one_that_may_have_been_refused(scene: Scene, code: int) -> None:
    loop = _a_loop(scene, TEXT_FIRST)
    scene.go_to(LATER_THAT_MORNING)
    scene.call_back(scene.touch(loop, "reminder").id, "undelivered", code=code)
    scene.settle()
    assert calls_of(scene, loop) == []
    assert scene.open_tasks() != []


def test_after_calls_in_vain_a_text_goes_where_the_step_says_so(scene: Scene) -> None:
    loop = _a_loop(scene, CALL_FIRST)
    scene.go_to(LATER_THAT_MORNING)
    for nth in (1, 2, 3):
        scene.live_to(max(call_of(scene, loop, nth).due_at + timedelta(minutes=5), scene.deployment.database.now()))
        ends(scene, call_of(scene, loop, nth), status="no-answer")
    scene.settle()
    texts = scene.rows(t.touch, t.touch.c.loop_id == loop, t.touch.c.channel == "sms", t.touch.c.step == "reminder")
    assert [text.state for text in texts] == ["sent"]
    assert "visit" in scene.carrier.bodies[-1]


def test_i28_a_call_made_after_a_backup_fits_no_text_and_waits_for_a_person(scene: Scene, loop: int) -> None:
    scene.at(LATER_THAT_MORNING)
    scene.carrier.outbox.append(Listed("CA-lost", "", "completed", LATER_THAT_MORNING, ANA))
    replayed = replaying.replay(scene.deployment, AT_TEN)
    assert (replayed.adopted, replayed.unmatched) == (0, 1)
    assert call_of(scene, loop).state == "planned"
    assert [row.sid for row in scene.rows(t.parked_callback)] == ["CA-lost"]
