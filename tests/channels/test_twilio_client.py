"""The client's own manners: the SDK's bytes, kept connections, whole timeouts, nothing twice (TWI-01, TWI-06)."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from outreach.channels.carrier import Accepted, GivenBack, InDoubt
from outreach.channels.twilio import TwilioAccount

SID, SERVICE = "AC" + "0" * 32, "MG" + "a" * 32
ACCEPTED = json.dumps({"sid": "SM1", "status": "queued"}).encode()
BODIES = ["Hi & bye = 100 % + 1/2?", "Sí, mañana 9:30 👩‍👩‍👧", "预约：3月5日\n回复 1", "تذكير\u202f١", "x" * 1600]


@dataclass
class Wire:
    """A carrier that keeps the raw requests, and which connection each came on; `answer` writes what it says."""

    port: int = 0
    latency: float = 0.0
    answer: Callable[[Wire, socketserver.StreamRequestHandler], None] | None = None
    seen: list[tuple[int, list[bytes], bytes]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def account(self) -> TwilioAccount:
        return TwilioAccount(SID, "a-secret", base_url=f"http://127.0.0.1:{self.port}")

    @property
    def connections(self) -> int:
        return len({connection for connection, _, _ in self.seen})


class Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    wire: Wire

    def handle(self) -> None:
        while (head := self.read_head()) is not None:
            length = next(int(line.split(b":")[1]) for line in head if line.lower().startswith(b"content-length"))
            body = self.rfile.read(length)
            with self.wire.lock:
                self.wire.seen.append((id(self), head, body))
            if self.wire.answer:
                return self.wire.answer(self.wire, self)
            time.sleep(self.wire.latency)
            self.say(ACCEPTED)
        return None

    def read_head(self) -> list[bytes] | None:
        lines = list(iter(lambda: self.rfile.readline().rstrip(b"\r\n"), b""))
        return lines or None

    def say(self, body: bytes, declared: int | None = None) -> None:
        length = len(body) if declared is None else declared
        self.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n")
        self.wfile.write(b"Content-Length: %d\r\n\r\n" % length + body)


class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 512
    daemon_threads = True
    block_on_close = False


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    server = Server(("127.0.0.1", 0), type("Bound", (Handler,), {"wire": made}))
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(("from_", "validity"), [("+12025550100", 60), (SERVICE, 36000)])
def test_the_bytes_that_leave_are_those_of_the_official_sdk(wire, open_sender, outgoing, body, from_, validity):
    class ToTheWire(TwilioHttpClient):
        def request(self, method, url, *args, **options):
            there = url.replace("https://api.twilio.com", wire.account.base_url)
            return super().request(method, there, *args, **options)

    http = ToTheWire()
    Client(SID, "a-secret", http_client=http).messages.create(
        to="+12025550123", body=body, validity_period=validity, smart_encoded=False,
        status_callback="https://care.example.org/twilio/status/7?a=2",
        **({"messaging_service_sid": from_} if from_ == SERVICE else {"from_": from_}),
    )  # fmt: skip
    http.session.close()
    message = outgoing(sender=from_, body=body, validity_seconds=validity)
    assert isinstance(next(open_sender(wire.account).post([message])), Accepted)
    (_, their_head, theirs), (_, our_head, ours) = wire.seen
    assert ours == theirs
    assert our_head[0] == their_head[0]
    wanted = (b"authorization", b"content-type", b"content-length")
    assert _named(our_head, wanted) == _named(their_head, wanted)


def _named(head: list[bytes], names: tuple[bytes, ...]) -> dict[bytes, bytes]:
    found = dict(line.split(b": ", 1) for line in head[1:])
    return {name.lower(): value for name, value in found.items() if name.lower() in names}


def test_hundreds_are_in_flight_at_once_and_no_more_connections_than_slots(wire, open_sender, outgoing):
    wire.latency = 0.1
    sender = open_sender(wire.account, slots=100)
    list(sender.post([outgoing(touch) for touch in range(100)]))  # the connections are made
    began = time.monotonic()
    results = list(sender.post([outgoing(touch) for touch in range(300)]))
    took = time.monotonic() - began
    assert sorted(result.touch for result in results) == list(range(300))
    assert all(isinstance(result, Accepted) for result in results)
    assert 0.3 <= took < 10  # three rounds of a hundred, on a busy machine too; one after another: thirty seconds
    assert wire.connections <= 100
    assert len(wire.seen) == 400


def test_what_waits_too_long_for_a_slot_is_given_back(wire, open_sender, outgoing):
    wire.latency = 0.3
    sender = open_sender(wire.account, slots=1)
    results = list(sender.post([outgoing(touch, not_after=time.monotonic() + 0.2) for touch in range(4)]))
    assert [type(result) for result in sorted(results, key=lambda result: isinstance(result, GivenBack))] == [
        Accepted, GivenBack, GivenBack, GivenBack,
    ]  # fmt: skip
    assert len(wire.seen) == 1


def test_an_answer_that_trickles_is_in_doubt_when_the_whole_time_is_over(wire, open_sender, outgoing):
    def trickle(wire: Wire, handler: socketserver.StreamRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(30):
            time.sleep(0.1)
            try:
                handler.wfile.write(b" ")
            except OSError:
                return

    wire.answer = trickle
    began = time.monotonic()
    assert list(open_sender(wire.account, timeout=0.4).post([outgoing()])) == [InDoubt(7, 2, "TimeoutError")]
    assert time.monotonic() - began < 2


def test_a_truncated_answer_leaves_doubt(wire, open_sender, outgoing):
    wire.answer = lambda wire, handler: handler.say(ACCEPTED, declared=len(ACCEPTED) + 10)
    assert list(open_sender(wire.account).post([outgoing()])) == [InDoubt(7, 2, "ClientPayloadError")]


def test_a_kept_connection_that_the_carrier_closes_under_a_request_is_never_asked_again(wire, open_sender, outgoing):
    sender = open_sender(wire.account, slots=1)
    assert isinstance(next(sender.post([outgoing(1)])), Accepted)
    hung_up = threading.Event()

    def hang_up(wire: Wire, handler: socketserver.StreamRequestHandler) -> None:
        hung_up.set()

    wire.answer = hang_up
    (result,) = sender.post([outgoing(2)])
    assert isinstance(result, InDoubt)
    assert hung_up.is_set()
    assert len(wire.seen) == 2
