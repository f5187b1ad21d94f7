"""The stub carrier is as trustworthy as the tests that lean on it: it keeps, it tells, and it signs."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl

import pytest
from carrier_stub import run_in_thread, start_stub
from werkzeug.datastructures import MultiDict

from outreach.channels.carrier import InDoubt
from outreach.channels.receive.signature import Verifier
from outreach.channels.receive.status import parse_status
from outreach.channels.twilio import TwilioAccount


class Listening(HTTPServer):
    """Keeps the callbacks it gets, as (path and query, form, signature); `heard` is set at the last word."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.callbacks: list[tuple[str, MultiDict[str, str], str]] = []
        self.heard = threading.Event()


class Answering(BaseHTTPRequestHandler):
    server: Listening

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        form = MultiDict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode(), True))
        self.server.callbacks.append((self.path, form, self.headers["X-Twilio-Signature"]))
        self.send_response(204)
        self.end_headers()
        if form["MessageStatus"] in ("delivered", "undelivered"):
            self.server.heard.set()


@pytest.fixture
def listening() -> Iterator[Listening]:
    with Listening() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("to", "last"), [("+12025550123", ("delivered", None)), ("+15005551003", ("undelivered", 30003))]
)
def test_callbacks_are_signed_for_the_public_url_and_tell_the_whole_story(open_sender, outgoing, listening, to, last):
    with run_in_thread(callbacks=f"http://127.0.0.1:{listening.server_port}", token="s3") as stub:
        list(open_sender(TwilioAccount("AC1", "s", base_url=stub.url)).post([outgoing(to=to)]))
        assert listening.heard.wait(5)
    verifier = Verifier(["s3"], "https://care.example.org")
    assert all(verifier.accepts(*callback) for callback in listening.callbacks)
    assert {path for path, _, _ in listening.callbacks} == {"/twilio/status/7?a=2"}
    told = [parse_status(form) for _, form, _ in listening.callbacks]
    assert [(update.status, update.error_code) for update in told] == [("queued", None), ("sent", None), last]


def test_what_was_accepted_is_in_the_log_though_nobody_was_told(tmp_path, open_sender, outgoing):
    log = tmp_path / "carrier.jsonl"
    with start_stub(log=str(log)) as stub:
        stub.fault("hang", seconds=30)
        sender = open_sender(TwilioAccount("AC1", "s", base_url=stub.url), timeout=0.3)
        assert list(sender.post([outgoing()])) == [InDoubt(7, 2, "ReadTimeoutError")]
    [row] = [json.loads(line) for line in log.read_text().splitlines()]
    assert row["params"]["StatusCallback"] == "https://care.example.org/twilio/status/7?a=2"
