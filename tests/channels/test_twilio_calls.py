"""Calls at the carrier: the request is the SDK's, and the list is read whole or not at all (TWI-39, TWI-06)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from conversations.calls.answered_by import AnsweredBy
from outreach.channels.carrier import Accepted, CallStatus, CannotLook, GivenBack, InDoubt, OutgoingCall, Rejected
from outreach.channels.look.twilio import TwilioLookout
from outreach.channels.send.twilio import TwilioSender
from outreach.channels.twilio import TwilioAccount

ACCOUNT, OURS, ANA, BEN = "AC" + "0a" * 16, "+12025550100", "+12025550123", "+12025550199"
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


class Exchange(ThreadingHTTPServer):
    """A carrier's calls: what was posted, and rows as they are listed; `answer` is the next POST's."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Switchboard)
        self.posted = list[list[tuple[str, str]]]()
        self.rows = list[dict[str, Any]]()
        self.asked = list[str]()
        self.answer: tuple[int, dict[str, Any]] = (201, {"sid": "CA1", "status": "queued"})
        self.broken = False

    @property
    def account(self) -> TwilioAccount:
        return TwilioAccount(ACCOUNT, "a-secret", base_url=f"http://127.0.0.1:{self.server_port}")

    def listed(self, sid: str, at: datetime = NOW, **row: Any) -> None:
        usual = {"sid": sid, "from": OURS, "to": ANA, "direction": "outbound-api", "status": "completed"}
        self.rows.insert(0, usual | {"date_created": format_datetime(at), "answered_by": None, "duration": None} | row)


class Switchboard(BaseHTTPRequestHandler):
    server: Exchange

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.posted.append(parse_qsl(body))
        self._say(*self.server.answer)

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if self.server.broken:
            self._say(500, {})
        elif path.endswith("/Messages.json"):
            self._say(200, {"messages": [], "next_page_uri": None})
        elif path.endswith("/Calls.json"):
            theirs = [row for row in self.server.rows if row["to"] in query.get("To", [row["to"]])]
            self._say(200, {"calls": theirs, "next_page_uri": None})
        else:
            sid = path.rpartition("/")[2].removesuffix(".json")
            found = next((row for row in self.server.rows if row["sid"] == sid), None)
            self._say(*((200, found) if found else (404, {"code": 20404})))

    def _say(self, status: int, said: dict[str, Any]) -> None:
        written = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    with Exchange() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def lookout(exchange: Exchange) -> Iterator[TwilioLookout]:
    opened = TwilioLookout(exchange.account)
    yield opened
    opened.close()


def a_call(**changes: Any) -> OutgoingCall:
    return OutgoingCall(7, 2, OURS, ANA, **({"not_after": monotonic() + 60} | changes))


def posted(exchange: Exchange, call: OutgoingCall) -> object:
    client = TwilioSender(exchange.account, "https://care.example.org", monotonic, slots=2)
    (result,) = client.post([call])
    client.close()
    return result


def test_the_request_is_the_one_the_official_sdk_would_send(exchange: Exchange) -> None:
    class ToThem(TwilioHttpClient):
        def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
            there = exchange.account.origin.rstrip("/")
            return super().request(method, url.replace("https://api.twilio.com", there), *args, **options)

    http, doors = ToThem(), "https://care.example.org/twilio/voice"
    Client(ACCOUNT, "a-secret", http_client=http).calls.create(
        to=ANA, from_=OURS, url=f"{doors}/7?a=2", method="POST", fallback_url=f"{doors}/fallback/7?a=2",
        fallback_method="POST", status_callback=f"{doors}/status/7?a=2", status_callback_method="POST",
        status_callback_event=["initiated", "ringing", "answered", "completed"], timeout=25, time_limit=180,
        record=False, machine_detection="DetectMessageEnd", machine_detection_timeout=30,
        machine_detection_speech_threshold=2400, machine_detection_speech_end_threshold=1200,
        machine_detection_silence_timeout=5000,
    )  # fmt: skip
    http.session.close()
    assert posted(exchange, a_call()) == Accepted(7, 2, "CA1", "queued")
    theirs, ours = exchange.posted
    written = [(name, value.lower() if name == "Record" else value) for name, value in theirs]
    assert sorted(ours) == sorted(written)


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ((400, {"code": 21217}), Rejected(7, 2, 21217)),
        ((500, {}), InDoubt(7, 2, "HTTP 500")),
        ((201, {}), InDoubt(7, 2, "HTTP 201 without a sid")),
    ],
)
def test_twi_06_only_a_call_with_a_sid_was_taken(exchange: Exchange, answer: Any, result: object) -> None:
    exchange.answer = answer
    assert posted(exchange, a_call()) == result
    assert len(exchange.posted) == 1


def test_a_call_whose_claim_is_too_old_is_not_begun(exchange: Exchange) -> None:
    assert posted(exchange, a_call(not_after=monotonic() - 1)) == GivenBack(7, 2)
    assert exchange.posted == []


def test_a_call_in_doubt_is_found_once_among_ours_to_that_number(exchange: Exchange, lookout: TwilioLookout) -> None:
    exchange.listed("CA-old", NOW - timedelta(hours=1))
    exchange.listed("CA-in", NOW, direction="inbound")
    exchange.listed("CA-ours", NOW + timedelta(seconds=3), status="ringing")
    (found,) = lookout.called(OURS, ANA, NOW)
    assert (found.sid, found.status, found.created_at) == ("CA-ours", "ringing", NOW + timedelta(seconds=3))
    assert len(exchange.asked) == 2


def test_a_list_that_holds_other_numbers_or_cannot_be_read_is_no_list(
    exchange: Exchange, lookout: TwilioLookout
) -> None:
    exchange.listed("CA-strange", NOW, **{"from": BEN})
    with pytest.raises(CannotLook):
        lookout.called(OURS, ANA, NOW)
    exchange.broken = True
    with pytest.raises(CannotLook):
        lookout.called(OURS, BEN, NOW)


def test_what_became_of_calls_is_told_for_each_that_can_be_asked(exchange: Exchange, lookout: TwilioLookout) -> None:
    exchange.listed("CA1", answered_by="machine_end_beep", duration="21")
    exchange.listed("CA2", status="in-progress", duration="x")
    assert sorted(lookout.call_fates(["CA1", "CA2", "CA3"]), key=lambda fate: fate.sid) == [
        CallStatus("CA1", "completed", answered_by=AnsweredBy.MACHINE_END, seconds=21),
        CallStatus("CA2", "in-progress"), CallStatus("CA3", ""),
    ]  # fmt: skip
    exchange.broken = True
    assert list(lookout.call_fates(["CA1"])) == []


def test_i28_after_a_restore_calls_are_among_what_left_and_look_like_no_text(
    exchange: Exchange, lookout: TwilioLookout
) -> None:
    exchange.listed("CA-before", NOW - timedelta(hours=1))
    exchange.listed("CA-ours", NOW)
    exchange.listed("CA-on-call", NOW, direction="outbound-dial", to=BEN)
    exchange.listed("CA-in", NOW, direction="inbound")
    (left,) = lookout.left(NOW)
    assert (left.sid, left.to, left.body_sha256) == ("CA-ours", ANA, "")
