"""Our calls: what is pressed is kept before it is answered, and nothing is told to whoever was not checked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from console_world import _EXAMPLE
from prometheus_client import generate_latest
from sqlalchemy import select, text
from voice_world import (
    BIRTHDAY,
    ON_CALL,
    SECRETS,
    SUNDAY,
    TUESDAY,
    at,
    call,
    furnish,
    held,
    known,
    number_of,
    one,
    phone_of,
    rings,
    stage,
    tasks,
)

from outreach.engine import inbound
from outreach.engine.configure import configure
from outreach.engine.program_file import BadProgramFile
from outreach.loops.contact_rule import ContactRule
from outreach.loops.numbers import NumberState
from outreach.store import people
from outreach.store.actor import OPERATOR
from outreach.store.database import Database, StoreAway
from outreach.store.reads.said import said
from outreach.store.reads.thread import Heard, thread
from outreach.store.replies import TRAIL
from outreach.store.tables import reply

# -- our calls


def test_a_call_confirms_a_visit_and_nobody_is_texted_back(office):
    visit = known(office)
    ringing = call(office, visit)
    hello = ringing.answered()
    assert hello.waits
    assert "CareLink" in hello.words
    assert "March 9" in ringing.press("1").words
    assert ringing.press("1").waits
    assert stage(office, visit) == "confirmed"
    assert number_of(office, "touch WHERE reply_id IS NOT NULL") == 0
    assert ringing.press("").verbs[-1] == "Hangup"
    assert ringing.ends().status_code == 204
    kept = one(office, "SELECT * FROM call")
    assert (kept.outcome, kept.keys, kept.document, kept.seconds) == ("reached", "1 1", None, 20)
    assert one(office, "SELECT call_outcome AS o FROM touch WHERE channel = 'voice'").o == "reached"
    assert held(office)


def test_hip_10_a_shared_phone_is_asked_for_a_birthday_which_is_kept_nowhere(office):
    visit = known(office)
    office.share(visit, known(office, name="Ben"))
    ringing = call(office, visit)
    asked = ringing.answered()
    assert not any(secret in asked.words for secret in SECRETS)
    check = ringing.press("1")
    assert check.digits == 4
    assert not any(secret in check.words for secret in SECRETS)
    assert "March 9" in ringing.press(BIRTHDAY).words
    ringing.press("1")
    assert stage(office, visit) == "confirmed"
    assert one(office, "SELECT keys FROM call").keys == "1 ? 1"
    assert number_of(office, "audit WHERE action = 'call.verified'") == 1


def test_hip_10_two_birthdays_that_do_not_fit_are_told_nothing_and_a_person_can_be_had(office):
    visit = known(office, state=NumberState.UNVERIFIED)
    ringing = call(office, visit)
    ringing.answered()
    heard = [ringing.press(keys).words for keys in ("1", "0101", "0102")]
    assert not any(secret in words for secret in SECRETS for words in heard)
    assert number_of(office, "audit WHERE action = 'call.verify_failed'") == 1
    assert "Dial" in ringing.press("0").verbs
    assert tasks(office) == ["call_member"]


def test_hip_12_a_machine_hears_who_called_and_nothing_else(office):
    visit = known(office)
    ringing = call(office, visit)
    left = ringing.answered("machine_end_beep")
    assert left.verbs[-1] == "Hangup"
    assert not any(secret in left.words for secret in (*SECRETS, "appointment", "visit"))
    ringing.ends()
    assert one(office, "SELECT outcome, voicemail FROM call") == ("voicemail", True)
    assert held(office)


def test_twi_42_whoever_cannot_be_told_from_a_machine_gets_the_safe_words_with_keys(office):
    for by in ("unknown", ""):
        ringing = call(office, known(office))
        unsure = ringing.answered(by)
        assert unsure.waits
        assert not any(secret in unsure.words for secret in SECRETS)


def test_law_14_nine_stops_everything_before_it_is_said(office):
    visit = known(office)
    ringing = call(office, visit)
    ringing.answered()
    assert ringing.press("9").verbs[-1] == "Hangup"
    ledger = one(office, "SELECT action, source, rule, evidence FROM consent_event WHERE action = 'stop'")
    assert ledger[:3] == ("stop", "voice_key", "LAW-14")
    assert ledger.evidence.startswith("reply:")
    assert number_of(office, "loop_event WHERE kind = 'Suppressed' AND consumed_at IS NOT NULL") == 1
    ringing.ends()
    assert one(office, "SELECT refusal, outcome FROM call") == ("opt_out", "reached")
    assert held(office)


def test_a_stop_that_cannot_be_stored_is_not_confirmed(office, monkeypatch):
    ringing = call(office, known(office))
    first = ringing.answered()

    def away(*_args: object) -> None:
        raise StoreAway

    with monkeypatch.context() as patched:
        patched.setattr(Database, "write", away)
        assert ringing.press("9").status == 503
    ringing.last = first
    assert ringing.press("9").status == 200
    assert number_of(office, "consent_event WHERE action = 'stop'") == 1


def test_law_39_a_wrong_number_is_called_no_more_and_nobody_is_opted_out(office):
    visit = known(office)
    ringing = call(office, visit)
    ringing.answered()
    said = ringing.press("3")
    assert not any(secret in said.words for secret in SECRETS)
    assert one(office, "SELECT state FROM contact_point").state == "reassigned_hold"
    assert number_of(office, "consent_event WHERE action = 'wrong_number'") == 1
    assert number_of(office, "consent_event WHERE action = 'stop'") == 0
    assert "verify_phone" in tasks(office)
    assert held(office)


def test_a_stop_by_text_while_it_rings_ends_the_call_with_goodbye(office):
    visit = known(office)
    ringing = call(office, visit)
    ringing.answered()
    inbound.receive(office.deployment, sid="SM1", number=visit.number, body="STOP", media_count=0, provider_word=None)
    said = ringing.press("1")
    assert said.verbs[-1] == "Hangup"
    assert not any(secret in said.words for secret in SECRETS)
    assert stage(office, visit) == "scheduled"
    late = call(office, visit)
    assert late.answered().verbs[-1] == "Hangup"


def test_a_call_whose_touch_is_refused_or_of_another_attempt_says_goodbye(office):
    for columns in ({"state": "refused"}, {"state": "cancelled"}, {"attempts": 2}):
        ringing = call(office, known(office), **columns)
        assert ringing.answered().verbs[-1] == "Hangup"


def test_tim_14_an_answer_for_the_old_day_is_not_taken_and_the_new_day_is_said(office):
    visit = known(office)
    ringing = call(office, visit)
    ringing.answered()
    assert "March 9" in ringing.press("1").words
    with office.deployment.write(OPERATOR) as uow:
        uow.execute(text("UPDATE anchor SET version = 2, day = '2027-03-11'"))
        uow.commit()
    again = ringing.press("1")
    assert "March 11" in again.words
    assert stage(office, visit) == "scheduled"
    ringing.press("1")
    assert stage(office, visit) == "confirmed"


def test_what_the_loop_does_is_what_is_said(office):
    visit = known(office)
    with office.deployment.write(OPERATOR) as uow:
        uow.execute(text("UPDATE loop SET stage = 'not_kept' WHERE id = :id"), {"id": visit.loop})
        uow.commit()
    ringing = call(office, visit)
    ringing.answered()
    ringing.press("1")
    said = ringing.press("1")  # they confirm what is over: a person looks
    assert "A person will call you" in said.words
    assert tasks(office)


def test_a_transfer_rings_the_person_on_call_and_one_that_fails_is_called_back(office):
    visit = known(office)
    ringing = call(office, visit)
    ringing.answered()
    dial = ringing.press("0")
    assert ON_CALL in dial.xml
    failed = ringing.ask(dial.action, DialCallStatus="no-answer")
    assert failed.waits
    assert {"call_member", "call_back"} == set(tasks(office))
    task = one(office, "SELECT owner_queue, priority, loop_id FROM task WHERE kind = 'call_back'")
    assert task == ("on_call", "stat", visit.loop)
    assert held(office)


def test_nobody_is_rung_after_hours_and_a_person_calls_back(office):
    at(office, SUNDAY)
    visit = known(office)
    ringing = call(office, visit)
    ringing.answered()
    nobody = ringing.press("0")
    assert "Dial" not in nobody.verbs
    assert "Monday, Tuesday, Wednesday, Thursday, Friday, 8 AM - 5 PM" in nobody.words
    ringing.press("3")
    assert tasks(office) == ["call_back"]
    assert held(office)


def test_law_48_nothing_is_recorded_unless_the_program_says_so_and_then_after_a_key(carried):
    furnish(carried, record="true", on_call=None)
    visit = known(carried)
    ringing = call(carried, visit)
    ringing.answered()
    assert "Record" not in ringing.press("0").verbs
    assert "Record" not in ringing.press("3").verbs
    record = ringing.press("1")
    assert "Record" in record.verbs
    where = "https://api.twilio.com/2010-04-01/Accounts/AC0/Recordings/RE1"
    ringing.ask(record.action, RecordingUrl=where, RecordingDuration="12", Digits="#")
    assert "voice_message" in tasks(carried)
    kept = one(carried, "SELECT recording, recording_seconds FROM call")
    assert kept.recording_seconds == 12
    assert where.encode() not in bytes(kept.recording)
    assert held(carried)


def test_a_language_is_chosen_by_key_and_kept(office):
    visit = known(office)
    ringing = call(office, visit)
    assert ringing.answered().languages[0].startswith("en")
    assert ringing.press("7").languages[0].startswith("es")
    assert one(office, "SELECT language FROM member WHERE id = :id", id=visit.member).language == "es"


def test_a_member_whose_language_nobody_speaks_hears_no_other_one(office):
    visit = known(office, language="vi")
    ringing = call(office, visit)
    assert ringing.answered().verbs == ["Response", "Hangup"]
    assert tasks(office) == ["language_gap"]
    assert held(office)


# -- speech, where a program enables it


@pytest.fixture
def listening(carried):
    furnish(carried, speech="true")
    return carried


def test_law_14_a_wish_to_stop_is_believed_however_badly_it_was_heard_and_no_words_are_kept(listening):
    ringing = call(listening, known(listening))
    action = ringing.answered().action
    assert ringing.ask(action, SpeechResult="stop calling me", Confidence="0.1").verbs[-1] == "Hangup"
    assert number_of(listening, "consent_event WHERE action = 'stop'") == 1
    with listening.deployment.read(OPERATOR) as uow:
        (row,) = uow.all(select(reply))
        assert said(uow, row) == "[said on the telephone; no words are kept]"
        assert "calling" not in uow.keyring.open(TRAIL, row.id, row.trail)


def test_cri_08_danger_that_is_said_becomes_a_task_at_once_and_a_person_is_rung(listening):
    ringing = call(listening, known(listening))
    action = ringing.answered().action
    heard = ringing.ask(action, SpeechResult="I want to kill myself", Confidence="0.3")
    assert "9 1 1" in heard.words
    assert "Dial" in heard.verbs
    assert "crisis" in tasks(listening)
    assert number_of(listening, "touch WHERE exempt IS NOT NULL") == 0  # answered on the phone, not by a text
    assert held(listening)


# -- what people see, and what they configure


def test_what_was_pressed_is_read_as_what_it_is(office):
    visit = known(office)
    ringing = call(office, visit)
    ringing.answered()
    ringing.press("1", "1")
    with office.deployment.read(OPERATOR) as uow:
        shown = [each for each in thread(uow, phone_of(office, visit)) if isinstance(each, Heard)]
    assert [(each.body, each.intents) for each in shown] == [("[pressed 1 on the telephone]", ("confirm",))]


def test_a_message_says_where_it_can_be_listened_to(carried):
    furnish(carried, record="true", on_call=None)
    ringing = call(carried, known(carried))
    ringing.answered()
    record = ringing.press("0", "3", "1")
    ringing.ask(record.action, RecordingUrl="https://x", RecordingDuration="12")
    with carried.deployment.read(OPERATOR) as uow:
        row = uow.all(select(reply).order_by(reply.c.id.desc()))[0]
        assert said(uow, row) == f"[a message of 12 seconds: listen to it at the carrier, call {ringing.sid}]"


def test_cri_07_a_stop_from_the_phone_of_an_endangered_member_is_checked(office):
    visit = known(office)
    with office.deployment.write(OPERATOR) as uow:
        people.set_contact_rule(uow, visit.member, ContactRule(endangered=True))
        uow.commit()
    ringing = rings(office, visit.number)
    ringing.answered("")
    ringing.press("9")
    assert "safe_contact_check" in tasks(office)


@pytest.mark.parametrize(
    "voice", ['on_call = "12"', "record = 3", "speach = true", '[program.voice.office]\nopens = "18:00"']
)
def test_a_telephone_that_cannot_be_is_refused_with_its_reason(carried, voice):
    program = _EXAMPLE.read_text(encoding="utf-8").replace("[[clinic]]", f"[program.voice]\n{voice}\n\n[[clinic]]", 1)
    with pytest.raises(BadProgramFile, match=r"program\.voice"):
        configure(carried.deployment, OPERATOR, program)


def test_the_person_on_call_has_hours_of_their_own(carried):
    furnish(carried)
    program = _EXAMPLE.read_text(encoding="utf-8")
    night = f'[program.voice]\non_call = "{ON_CALL}"\n[program.voice.office]\nopens = "18:00"\ncloses = "23:00"\n\n'
    configure(carried.deployment, OPERATOR, program.replace("[[clinic]]", f"{night}[[clinic]]", 1))
    for hours, rung in ((0, False), (10, True)):
        at(carried, TUESDAY + timedelta(hours=hours))
        ringing = call(carried, known(carried))
        ringing.answered()
        assert ("Dial" in ringing.press("0").verbs) is rung


def test_calls_count_in_the_latency_of_webhooks(office):
    call(office, known(office)).answered()
    measured = generate_latest(office.app.extensions["outreach.web"].registry).decode()
    assert 'outreach_webhook_seconds_count{answer="200"} 1.0' in measured
