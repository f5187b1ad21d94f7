"""Every request our client makes is one that Twilio's own published document allows; every answer is TwiML."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_requests import API, LOOKUPS, MESSAGING, PUBLISHED, Request, problems
from twilio.twiml.messaging_response import MessagingResponse
from twiml_grammar import from_the_sdk

from outreach.channels.carrier import Accepted, OutgoingCall, OutgoingText
from outreach.channels.look.numbers import Question, TwilioLookup
from outreach.channels.look.twilio import TwilioLookout
from outreach.channels.receive import twiml
from outreach.channels.send.twilio import TwilioSender
from outreach.channels.twilio import TwilioAccount

ACCOUNT, SERVICE, SID = "AC" + "0a" * 16, "MG" + "1b" * 16, "SM" + "2c" * 16
ANA = "+12025550123"
HOSTS = {"/v1/": MESSAGING, "/v2/": LOOKUPS, "/201": API}  # one recorder stands for all three
LISTS: dict[str, object] = {"messages": [], "calls": [], "short_codes": [{"short_code": "12345"}], "meta": {}}
LISTS["phone_numbers"] = [{"phone_number": ANA}]


class Recorder(ThreadingHTTPServer):
    """Keeps every request, and answers each with something that suits it; a list has a second page."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Recording)
        self.seen = list[Request]()

    @property
    def account(self) -> TwilioAccount:
        return TwilioAccount(ACCOUNT, "a-secret", base_url=f"http://127.0.0.1:{self.server_port}")


class Recording(BaseHTTPRequestHandler):
    server: Recorder

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        kind = self.headers.get("Content-Type", "")
        self.server.seen.append(Request(HOSTS[self.path[:4]], self.command, self.path, body, kind))
        more = None if "PageToken" in self.path else f"{self.path}&Page=1&PageToken=PA1"
        answer = {"sid": SID, "status": "queued", "next_page_uri": more} | LISTS
        written = json.dumps(answer).encode()
        self.send_response(201 if self.command == "POST" else 200)
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def as_published(recorder: Recorder, at_least: int = 1) -> bool:
    """Whether requests were made, and nothing about any of them is wrong."""
    assert [fault for each in recorder.seen for fault in problems(each)] == []
    return len(recorder.seen) >= at_least


def text(sender: str = "+12025550100", **changes: object) -> OutgoingText:
    given = {"attempt": 2, "sender": sender, "to": ANA, "body": "Sí, mañana 9:30. 👍", "validity_seconds": 36_000}
    return OutgoingText(7, **(given | {"not_after": time.monotonic() + 60} | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("sender", ["+12025550100", "12345", SERVICE])
@pytest.mark.parametrize("validity", [60, 36_000])
def test_a_text_is_posted_as_published(recorder: Recorder, sender: str, validity: int) -> None:
    client = TwilioSender(recorder.account, "https://care.example.org", time.monotonic, slots=2)
    list(client.post([text(sender, validity_seconds=validity), text(sender, body="é" * 1600)]))
    client.close()
    assert as_published(recorder, 2)


@pytest.mark.parametrize("staffed", [True, False])
def test_a_call_is_posted_as_published(recorder: Recorder, staffed: bool) -> None:
    client = TwilioSender(recorder.account, "https://care.example.org/", time.monotonic, slots=2)
    call = OutgoingCall(7, 2, "+12025550100", ANA, staffed, time.monotonic() + 60)
    assert list(client.post([call, text()])) in ([Accepted(7, 2, SID, "queued"), Accepted(7, 2, SID, "queued")],)
    client.close()
    assert as_published(recorder, 2)
    (posted,) = [each for each in recorder.seen if each.target.endswith("/Calls.json")]
    assert "StatusCallbackEvent=initiated&StatusCallbackEvent=ringing" in posted.form
    assert "twilio%2Fvoice%2Fstatus%2F7%3Fa%3D2" in posted.form


def test_lists_of_calls_and_single_calls_are_asked_for_as_published(recorder: Recorder) -> None:
    lookout = TwilioLookout(recorder.account)
    assert lookout.called("+12025550100", ANA, datetime(2026, 11, 20, 23, 30, tzinfo=UTC)) == []
    list(lookout.call_fates(["CA" + "3d" * 16]))
    lookout.close()
    assert as_published(recorder, 3)
    assert any("StartTime%3E=2026-11-20T23%3A29%3A55Z" in each.target for each in recorder.seen)


@pytest.mark.parametrize("sender", ["", "+12025550100"])
def test_lists_and_single_texts_are_asked_for_as_published(recorder: Recorder, sender: str) -> None:
    lookout = TwilioLookout(recorder.account, sender=sender)
    chicago = datetime(2026, 11, 20, 23, 30, tzinfo=ZoneInfo("America/Chicago"))
    lookout.sent_to(ANA, chicago)
    lookout.arrived(chicago, chicago + timedelta(hours=1))
    lookout.left(chicago)
    list(lookout.fates([SID]))
    lookout.close()
    assert as_published(recorder, 6)
    assert any("PageToken" in each.target for each in recorder.seen)


def test_the_numbers_of_a_service_are_asked_for_as_published(recorder: Recorder) -> None:
    lookout = TwilioLookout(recorder.account, sender=SERVICE, services=recorder.account)
    lookout.arrived(datetime.now(UTC), datetime.now(UTC))
    lookout.close()
    assert as_published(recorder, 6)
    assert {each.target[:4] for each in recorder.seen} == {"/v1/", "/201"}


def test_a_number_is_looked_up_as_published(recorder: Recorder) -> None:
    list(TwilioLookup(recorder.account).answers([Question(1, ANA, date(2026, 3, 1))]))
    assert as_published(recorder)


# -- the judge itself notices


GOOD = {"To": "%2B12025550123", "From": "%2B12025550100", "Body": "x", "ValidityPeriod": "60", "SmartEncoded": "false"}
WRONG = {
    "no number to send to": {"To": None},
    "a number without its plus": {"To": "12025550123"},
    "a validity that is no number": {"ValidityPeriod": "1.5"},
    "a boolean in Python's spelling": {"SmartEncoded": "False"},
    "a field that nobody knows": {"IdempotencyKey": "7"},
    "a word that is no word of theirs": {"ContentRetention": "forget"},
    "a service that is none": {"MessagingServiceSid": "MG1"},
    "a host with an underscore": {"StatusCallback": "https://my_host.example.org/x"},
    "a number twice": {"To": "%2B12025550123&To=%2B12025550199"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_the_judge_notices(wrong: str) -> None:
    path, kind = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json", "application/x-www-form-urlencoded"
    form = "&".join(f"{name}={value}" for name, value in (GOOD | WRONG[wrong]).items() if value is not None)
    assert problems(Request(API, "POST", path, "&".join(f"{k}={v}" for k, v in GOOD.items()), kind)) == []
    assert len(problems(Request(API, "POST", path, form, kind))) == 1


@pytest.mark.parametrize(
    "target",
    ["Messages.json?To=Ana", "Messages.json?DateSent%3E=2026-11-20T09:00:00-06:00", "Messages.json?PageSize=1001",
     "Messages/SM1.json", "Queues.json", "Calls/SM1.json", "Calls.json?DateSent=1", "Messages.json?Since=1"],
)  # fmt: skip
def test_the_judge_notices_a_wrong_question(target: str) -> None:
    assert problems(Request(API, "GET", f"/2010-04-01/Accounts/{ACCOUNT}/{target}"))


def test_the_documents_name_where_they_come_from() -> None:
    assert (PUBLISHED["package"], PUBLISHED["version"]) == ("@twilio/cli-core", "8.3.2")
    assert "MIT" in PUBLISHED["licence"]


# -- TwiML


def test_the_answer_to_a_text_is_what_the_sdk_would_write() -> None:
    assert from_the_sdk(twiml.EMPTY) == twiml.EMPTY.decode() == str(MessagingResponse())
    assert twiml.CONTENT_TYPE == "text/xml"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")))
def test_words_survive_the_round_trip_whatever_they_are(words: str) -> None:
    written = MessagingResponse()
    written.message(words)
    assert from_the_sdk(str(written)) == str(written)


def test_a_verb_that_twilio_does_not_know_is_noticed() -> None:
    with pytest.raises(AttributeError):
        from_the_sdk("<Response><Shout>x</Shout></Response>")
