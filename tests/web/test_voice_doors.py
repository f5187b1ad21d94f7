"""The doors of calls: signed, told twice or late, in odd words, and in few statements."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from console_world import CARRIER, on
from sqlalchemy import event
from voice_world import (
    PUBLIC,
    SECRETS,
    call,
    furnish,
    held,
    known,
    number_of,
    one,
    post,
    rings,
)
from voice_world import Heard as VoiceHeard

from outreach.store.database import Database, StoreAway

DOORS = (
    "/twilio/voice/7?a=1", "/twilio/voice/7?a=1&t=2", "/twilio/voice/status/7?a=1", "/twilio/voice/fallback/7?a=1",
    "/twilio/voice/inbound", "/twilio/voice/inbound?t=1", "/twilio/voice/inbound/status",
)  # fmt: skip

# -- doors


@pytest.mark.parametrize("door", DOORS)
def test_a_forged_call_is_refused_empty_and_stores_nothing(office, door):
    form = rings(office, "+12025559876").form | {"Digits": "9", "CallStatus": "completed"}
    for signature in ("", "forged"):
        answer = post(office, door, form, signature)
        assert (answer.status_code, answer.data) == (403, b"")
    assert post(office, door, form | {"AccountSid": "AC" + "1" * 32}).status_code == 403
    assert office.app.test_client().get(door).status_code in (404, 405)
    assert [number_of(office, table) for table in ("call", "consent_event WHERE action = 'stop'")] == [0, 0]


@pytest.mark.parametrize(
    "fields",
    [
        {"Digits": "<Hangup/>"}, {"Digits": "9" * 500}, {"Digits": "١"}, {"Digits": "\x00"}, {"Digits": "1&t=9"},
        {"SpeechResult": "<Say>&]]>", "Confidence": "NaN"}, {"DialCallStatus": "completed"}, {"RecordingUrl": "x"},
        {"RecordingDuration": "-1"}, {"AnsweredBy": "<x>"}, {"Confidence": "9" * 300, "SpeechResult": "stop"},
    ],
)  # fmt: skip
def test_hostile_values_break_nothing_and_are_not_echoed(office, fields):
    ringing = call(office, known(office))
    action = ringing.answered().action
    heard = ringing.ask(action, **fields)
    assert heard.status == 200
    assert "<Hangup/><" not in heard.xml.replace("</Response>", "<")[:-1] or heard.verbs.count("Hangup") == 1
    assert held(office)


@pytest.mark.parametrize("query", ["", "?a=", "?a=x", "?a=1&t=", "?a=1&t=x", "?a=1&t=-1", "?a=99999999999"])
def test_an_address_that_is_none_of_ours_is_refused(office, query):
    ringing = call(office, known(office))
    ringing.door = ringing.door.partition("?")[0] + query
    assert post(office, ringing.door, ringing.form).status_code == 400
    del ringing.form["CallSid"]
    ringing.door = ringing.door.partition("?")[0] + "?a=1"
    assert post(office, ringing.door, ringing.form).status_code == 400
    assert post(office, "/twilio/voice/inbound/status", ringing.form | {"CallStatus": "x"}).status_code == 400


def test_when_a_door_fails_it_is_said_who_called_and_which_number_to_call(office, monkeypatch):
    ringing = call(office, known(office))
    path = ringing.door.replace("/voice/", "/voice/fallback/")
    answer = post(office, path, ringing.form)
    assert "CareLink" in answer.text
    assert "8 0 0, 5 5 5, 0 1 0 0" in answer.text
    assert not any(secret in answer.text for secret in SECRETS)

    def away(*_args: object) -> None:
        raise StoreAway

    monkeypatch.setattr(Database, "read", away)
    assert "<Hangup" in post(office, path, ringing.form).text


def test_a_request_takes_a_few_statements_however_much_there_is(office):
    def statements(ringing) -> list[int]:
        found = []
        for key in (None, "1", "8", "2"):
            run: list[str] = []
            listen = lambda *args, run=run: run.append(args[2])  # noqa: E731
            event.listen(office.deployment.database.engine, "before_cursor_execute", listen)
            ringing.answered() if key is None else ringing.press(key)
            event.remove(office.deployment.database.engine, "before_cursor_execute", listen)
            found.append(len(run))
        return found

    few = statements(call(office, known(office)))
    for _ in range(30):
        ringing = call(office, known(office))
        ringing.answered()
        ringing.press("1", "2")
    many = statements(call(office, known(office)))
    assert all(more <= less + 2 for less, more in zip(few, many, strict=True)), (few, many)
    assert max(few[:3]) <= 30, few


# -- what comes twice, late, or never


def test_a_gather_that_comes_twice_is_heard_once_and_answered_alike(office):
    visit = known(office)
    ringing = call(office, visit)
    assert ringing.answered().xml == ringing.answered().xml
    for key in ("1", "4", "2"):
        action = ringing.last.action
        first = ringing.ask(action, Digits=key)
        before = [number_of(office, table) for table in ("reply", "loop_event", "task", "audit")]
        assert ringing.ask(action, Digits=key).xml == first.xml
        assert [number_of(office, table) for table in ("reply", "loop_event", "task", "audit")] == before


def test_twi_40_callbacks_count_in_their_own_order_and_once(office):
    ringing = call(office, known(office))
    for status, sequence in (("ringing", 1), ("initiated", 0), ("in-progress", 2)):
        assert ringing.ends(status, sequence).status_code == 204
    assert one(office, "SELECT status, sequence FROM call") == ("in-progress", 2)
    ringing.ends("no-answer", 3)
    ringing.ends("no-answer", 3)
    ringing.ends("in-progress", 2)
    assert one(office, "SELECT status, sequence, outcome FROM call") == ("no-answer", 3, "no_answer")
    assert number_of(office, "loop_event WHERE kind = 'CallEnded'") == 1
    assert held(office)


def test_a_key_that_is_told_after_the_end_still_counts(office):
    visit = known(office)
    ringing = call(office, visit)
    first = ringing.answered()
    ringing.ends()
    assert one(office, "SELECT outcome FROM call").outcome == "hung_up"
    ringing.last = first
    ringing.press("9")
    assert number_of(office, "consent_event WHERE action = 'stop'") == 1
    assert one(office, "SELECT outcome, document FROM call") == ("reached", None)
    assert held(office)


@pytest.mark.parametrize("keys", [(), ("1",), ("1", "2"), ("1", "4"), ("1", "4", "1"), ("0",), ("7",), ("9",)])
def test_a_hang_up_at_any_moment_leaves_the_loop_held(office, keys):
    ringing = call(office, known(office))
    ringing.answered()
    ringing.press(*keys)
    assert held(office)
    ringing.ends()
    assert held(office)


def test_a_call_that_nobody_knows_is_hung_up_and_its_callback_kept_for_a_person(office):
    ringing = call(office, known(office))
    ringing.door = "/twilio/voice/999999?a=1"
    assert ringing.answered().verbs == ["Response", "Hangup"]
    ringing.ends()
    assert one(office, "SELECT why FROM parked_callback").why == "unknown touch"
    assert number_of(office, "call") == 0


def test_the_id_of_another_call_opens_nothing(office):
    mine, other = call(office, known(office)), call(office, known(office))
    mine.answered()
    other.form["CallSid"] = mine.sid
    assert other.answered().verbs == ["Response", "Hangup"]


# -- two copies at once, on either database


def test_two_copies_of_each_request_at_once_are_heard_once(database):
    world = on(database, **CARRIER)
    furnish(world)
    visit = known(world)
    ringing = call(world, visit)
    address = ringing.door
    with ThreadPoolExecutor(2) as both:
        for fields in ({"AnsweredBy": "human"}, {"Digits": "1"}, {"Digits": "4"}, {"Digits": "9"}):
            answers = list(both.map(lambda _n, at=address, f=fields: post(world, at, ringing.form | f), range(2)))
            assert [answer.status_code for answer in answers] == [200, 200]
            assert answers[0].text == answers[1].text
            action = VoiceHeard.read(answers[0]).action
            address = action.removeprefix(PUBLIC) if action else address
        list(both.map(lambda _n: ringing.ends(), range(2)))
    assert number_of(world, "call") == 1
    assert number_of(world, "consent_event WHERE action = 'stop'") == 1
    assert number_of(world, "reply") == 2
    assert number_of(world, "loop_event WHERE kind = 'CallEnded'") == 1
