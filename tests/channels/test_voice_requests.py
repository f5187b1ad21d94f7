"""A call is asked for as the carrier publishes it, and what it tells of a call is read without trusting it."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from openapi_requests import API, Request, problems
from werkzeug.datastructures import MultiDict

from conversations.calls.answered_by import AnsweredBy
from conversations.calls.events import Dialled, Digits, Recorded, Silence, Speech
from outreach.channels.carrier import CallStatus
from outreach.channels.receive.call_answer import parse_call_answer
from outreach.channels.receive.call_status import parse_call_status
from outreach.channels.receive.form import Malformed
from outreach.channels.voice.form import OutgoingCall, form

PATH = "/2010-04-01/Accounts/AC" + "0a" * 16 + "/Calls.json"
CALL = OutgoingCall(7, 2, "+12025550100", "+12025550123")
SID = "CA" + "3d" * 16


def asked(fields: dict[str, str | list[str]]) -> list[str]:
    return problems(Request(API, "POST", PATH, urlencode(fields, doseq=True), "application/x-www-form-urlencoded"))


@pytest.mark.parametrize("staffed", [True, False])
def test_a_call_is_asked_for_as_published(staffed: bool) -> None:
    call = OutgoingCall(7, 2, "+12025550100", "+12025550123", staffed)
    assert asked(form(call, "https://care.example.org/")) == []


def test_twi_39_it_rings_briefly_ends_soon_records_nothing_and_tells_every_step() -> None:
    fields = form(CALL, "https://care.example.org")
    assert (fields["Timeout"], fields["TimeLimit"], fields["Record"]) == ("25", "180", "false")
    assert fields["MachineDetection"] == "DetectMessageEnd"
    assert fields["StatusCallbackEvent"] == ["initiated", "ringing", "answered", "completed"]
    assert "SendDigits" not in fields  # it would turn the detection off
    assert fields["Url"] == "https://care.example.org/twilio/voice/7?a=2"
    assert not any("555" in str(fields[name]) for name in ("Url", "FallbackUrl", "StatusCallback"))
    assert "0123" not in repr(CALL)


def test_with_somebody_to_talk_to_the_call_lasts_as_long_as_they_talk() -> None:
    staffed = form(OutgoingCall(7, 2, "+12025550100", "+12025550123", True), "https://care.example.org")
    assert staffed["TimeLimit"] == "1800"


def test_the_judge_notices_a_call_that_is_none() -> None:
    assert asked({**form(CALL, "https://care.example.org"), "Timeout": "soon"})
    assert asked({**form(CALL, "https://care.example.org"), "AnsweringMachine": "yes"})


def test_a_status_is_read_whole() -> None:
    found = parse_call_status(
        MultiDict(
            {"CallSid": SID, "CallStatus": "Completed", "SequenceNumber": "3", "AnsweredBy": "machine_end_beep",
             "CallDuration": "21", "SipResponseCode": "200", "ErrorCode": "", "Unheard": "of"}
        )
    )  # fmt: skip
    assert found == CallStatus(SID, "completed", 3, AnsweredBy.MACHINE_END, 21, 200, None)


@pytest.mark.parametrize("number", ["", "-1", "1.5", "٣", "9" * 30, "x"])
def test_a_number_that_is_none_is_nothing(number: str) -> None:
    said = {"CallSid": SID, "CallStatus": "failed", "SequenceNumber": number, "SipResponseCode": number}
    found = parse_call_status(MultiDict(said))
    assert (found.sequence, found.sip_code, found.answered_by) == (-1, None, None)


@pytest.mark.parametrize("said", [{}, {"CallSid": SID}, {"CallStatus": "busy"}, {"CallSid": SID, "CallStatus": "fine"}])
def test_a_status_without_what_it_is_about_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        parse_call_status(MultiDict(said))


@pytest.mark.parametrize(
    ("said", "event"),
    [
        ({"Digits": "1"}, Digits(4, "1")),
        ({"Digits": "*9"}, Digits(4, "*9")),
        ({"Digits": ""}, Silence(4)),
        ({}, Silence(4)),
        ({"SpeechResult": "one", "Confidence": "0.91"}, Speech(4, "one", 0.91)),
        ({"SpeechResult": "one", "Confidence": "nan"}, Speech(4, "one", 0.0)),
        ({"SpeechResult": "one", "Digits": "2"}, Digits(4, "2")),
        ({"RecordingUrl": "https://api.twilio.com/r", "RecordingDuration": "12", "Digits": "#"}, Recorded(4, 12)),
        ({"RecordingDuration": "0"}, Recorded(4, 0)),
        ({"DialCallStatus": "completed"}, Dialled(4, True)),
        ({"DialCallStatus": "no-answer"}, Dialled(4, False)),
        ({"DialCallStatus": "busy", "Digits": "1"}, Dialled(4, False)),
    ],
)
def test_an_answer_is_one_event_of_the_call(said: dict[str, str], event: object) -> None:
    assert parse_call_answer(MultiDict({"CallSid": SID} | said)).event(4) == event


def test_an_answer_says_who_is_on_the_line_and_shows_it_to_nobody() -> None:
    said = {"CallSid": SID, "From": "+12025550123", "To": "+12025550100", "Direction": "inbound", "Digits": "0609"}
    found = parse_call_answer(MultiDict(said))
    assert (found.from_, found.inbound, found.answered_by) == ("+12025550123", True, None)
    assert "555" not in repr(found)
    assert "0609" not in repr(found)
    with pytest.raises(Malformed):
        parse_call_answer(MultiDict({}))
