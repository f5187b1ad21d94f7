"""The stub carrier is as trustworthy as the tests that lean on it: it keeps, it tells, and it signs."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl

import pytest
from carrier_faults import Mix
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
        self.server.callbacks.append((self.path, form, self.headers.get("X-Twilio-Signature", "")))
        self.send_response(204)
        self.end_headers()
        if form.get("MessageStatus") in ("delivered", "undelivered"):
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
        [result] = sender.post([outgoing()])
        assert isinstance(result, InDoubt)
    [row] = [json.loads(line) for line in log.read_text().splitlines()]
    assert row["params"]["StatusCallback"] == "https://care.example.org/twilio/status/7?a=2"


def drawn(seed: int, **weights: float) -> list[str]:
    mix = Mix(seed, post=weights)
    return [mix.draw("POST") for _ in range(200)]


def test_faults_come_by_their_weights_and_the_same_from_the_same_seed():
    assert drawn(7, none=1, drop=1) == drawn(7, none=1, drop=1) != drawn(8, none=1, drop=1)
    assert set(drawn(7, drop=1)) == {"drop"}
    assert Mix(7).draw("POST") == "none"


@pytest.mark.parametrize("kind", ["drop", "reset", "truncate", "garbage", "500", "503"])
def test_a_fault_leaves_doubt_whether_it_was_accepted_or_not(open_sender, outgoing, kind):
    with run_in_thread() as stub:
        sender = open_sender(TwilioAccount("AC1", "s", base_url=stub.url), timeout=2.0)
        for accepted, fault in ((1, kind), (1, f"lost-{kind}")):
            if fault in ("lost-truncate", "lost-garbage"):
                continue  # an answer that is spoiled was an answer to something
            stub.fault(fault)
            [result] = sender.post([outgoing()])
            assert isinstance(result, InDoubt)
            assert len(stub.messages()) == accepted


def test_callbacks_come_in_disorder_and_more_than_once_or_never(open_sender, outgoing, listening):
    with run_in_thread(callbacks=f"http://127.0.0.1:{listening.server_port}", seed=3) as stub:
        sender = open_sender(TwilioAccount("AC1", "s", base_url=stub.url))
        stub.mix(callbacks={"never": 100})
        list(sender.post([outgoing(touch=1)]))
        stub.mix(seed=5, callbacks={"reorder": 100, "duplicate": 100, "early": 100})
        list(sender.post([outgoing(touch=2)]))
        assert len(listening.callbacks) >= 1  # before the answer
        while stub.waiting():
            time.sleep(0.02)
    told = [form["MessageStatus"] for _, form, _ in listening.callbacks]
    assert {path for path, _, _ in listening.callbacks} == {"/twilio/status/2?a=2"}
    assert len(told) == 5 > len(set(told))
    assert told != sorted(told, key=("queued", "sent", "delivered").index)


def test_what_a_phone_says_is_in_the_list_and_forgeries_are_not_signed_as_ours(listening):
    with run_in_thread(
        callbacks=f"http://127.0.0.1:{listening.server_port}", public_url="https://p", token="s"
    ) as stub:
        stub.say("+12025550123", "+12025550100", "STOP", "AC1", copies=2, word="STOP")
        stub.say("+12025550123", "+12025550100", "Hello", "AC1", copies=0)
        forged = stub.forge("+12025550123", "AC1")
        while stub.waiting():
            time.sleep(0.02)
        assert [row["body"] for row in stub.inbound()] == ["STOP", "Hello"]
        assert [told["body"] for told in stub.webhooks("inbound")] == ["STOP", "STOP"]
        assert len(stub.webhooks("forged")) == forged == 7
    verifier = Verifier(["s"], "https://p")
    believed = [form for path, form, signature in listening.callbacks if verifier.accepts(path, form, signature)]
    assert [form["Body"] for form in believed] == ["STOP", "STOP", "START"]  # the last one came as JSON
