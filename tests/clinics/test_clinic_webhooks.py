"""Signals reach clinics signed, once per call, and never lead back into our own house."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks.webhooks import Webhook

from outreach.clinics.addresses import RefusedUrl, check_url, is_public
from outreach.clinics.webhooks import Delivered, NotDelivered, WebhookSender
from outreach.loops.instants import NaiveInstant

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SIGNAL = {"appointment_id": "71", "signal": "visit-confirmed", "source": "member"}
AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass
class Receiver:
    """A clinic's server: it answers what it is told to, and remembers what it heard."""

    server: ThreadingHTTPServer
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    heard: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.server.server_address[1]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.heard.append((self.path, dict(self.headers.items()), body))
        self.send_response(receiver.status)
        for name, value in receiver.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


def listening(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.receiver = Receiver(server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.receiver
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    yield from listening()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> str:
    """A certificate for clinic.example that vouches for itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "clinic.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(dt.datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(dt.datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("clinic.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "clinic.pem"
    no_password = serialization.NoEncryption()
    key_bytes = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, no_password)
    path.write_bytes(key_bytes + made.public_bytes(serialization.Encoding.PEM))
    return str(path)


@pytest.fixture
def secure_receiver(certificate) -> Iterator[Receiver]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    yield from listening(context)


def deliver(receiver: Receiver, at: datetime = AT, secret: str = SECRET, **options) -> Delivered | NotDelivered:
    sender = WebhookSender(timeout=2, connect_timeout=1, allow_loopback=True, **options)
    return sender.deliver(f"http://127.0.0.1:{receiver.port}/signals?v=1", secret, "sig_1", at, SIGNAL)


def test_a_signal_is_signed_so_that_the_clinic_can_check_it(receiver):
    now = datetime.now(timezone(timedelta(hours=-5)))
    assert deliver(receiver, now) == Delivered(204)
    ((path, headers, body),) = receiver.heard
    assert Webhook(SECRET).verify(body, headers) == SIGNAL
    assert (path, headers["webhook-id"], headers["Content-Type"]) == ("/signals?v=1", "sig_1", "application/json")
    assert headers["Host"] == f"127.0.0.1:{receiver.port}"


def test_a_signature_does_not_fit_another_body(receiver):
    deliver(receiver)
    ((_, headers, body),) = receiver.heard
    stamp = AT.replace(tzinfo=None)
    assert headers["webhook-signature"] == Webhook(SECRET).sign("sig_1", stamp, body.decode())
    assert headers["webhook-signature"] != Webhook(SECRET).sign("sig_1", stamp, json.dumps({"signal": "other"}))


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(301, False), (400, False), (404, False), (410, True), (429, False), (500, False), (503, False)],
)
def test_only_gone_is_for_good(receiver, status, permanent):
    receiver.status = status
    receiver.headers = {"Location": "http://127.0.0.1:9/elsewhere"}
    answer = deliver(receiver)
    assert (answer.status, answer.permanent) == (status, permanent)
    assert len(receiver.heard) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("Sat, 21 Nov 2026 12:01:00 GMT", 60.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("9" * 400, 86400.0),
        ("soon", None),
        ("-5", None),
    ],
)
def test_a_receiver_may_ask_for_a_pause(receiver, header, seconds):
    receiver.status, receiver.headers = 503, {"Retry-After": header}
    assert deliver(receiver).retry_after == seconds


def test_nobody_listening_is_no_answer():
    sender = WebhookSender(connect_timeout=1, allow_loopback=True)
    answer = sender.deliver("http://127.0.0.1:1/", SECRET, "sig_1", AT, SIGNAL)
    assert (answer.status, answer.permanent) == (None, False)


def test_a_silent_receiver_is_given_up(receiver):
    receiver.server.socket.listen(5)
    receiver.server.shutdown()
    sender = WebhookSender(timeout=0.05, connect_timeout=1, allow_loopback=True)
    answer = sender.deliver(f"http://127.0.0.1:{receiver.port}/", SECRET, "sig_1", AT, SIGNAL)
    assert (answer.status, answer.permanent, answer.why) == (None, False, "No answer (ReadTimeoutError).")


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_x", "whsec_é"])
def test_an_unusable_secret_is_for_a_person_to_mend(receiver, secret):
    answer = deliver(receiver, secret=secret)
    assert (answer.permanent, receiver.heard) == (True, [])


def test_an_instant_without_a_zone_is_refused(receiver):
    with pytest.raises(NaiveInstant):
        deliver(receiver, AT.replace(tzinfo=None))


def test_the_connection_goes_to_the_checked_address_with_the_name_of_the_host(secure_receiver, certificate):
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    sender = WebhookSender(allow_loopback=True, resolve=resolve, ca_certs=certificate, ports=(secure_receiver.port,))
    url = f"https://Clinic.Example:{secure_receiver.port}/signals"
    assert sender.deliver(url, SECRET, "sig_1", AT, SIGNAL) == Delivered(204)
    assert asked == ["clinic.example"]
    assert secure_receiver.heard[0][1]["Host"] == f"clinic.example:{secure_receiver.port}"


def test_a_certificate_of_another_name_is_no_answer(secure_receiver, certificate):
    sender = WebhookSender(
        allow_loopback=True,
        resolve=lambda host, port: ["127.0.0.1"],
        ca_certs=certificate,
        ports=(secure_receiver.port,),
    )
    answer = sender.deliver(f"https://other.example:{secure_receiver.port}/", SECRET, "sig_1", AT, SIGNAL)
    assert (answer.status, answer.permanent, secure_receiver.heard) == (None, False, [])


PRIVATE = """
127.0.0.1 127.8.8.8 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 0.0.0.0 100.64.0.1 224.0.0.1 255.255.255.255
::1 :: ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1 fe80::1 fc00::1 fd12::1 ff02::1 64:ff9b::7f00:1 2002:7f00:1::
2001:0:7f00:1::
"""


@pytest.mark.parametrize("address", PRIVATE.split())
def test_i31_no_address_of_our_own_is_called_by_number_or_by_name(address):
    assert not is_public(ipaddress.ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(RefusedUrl):
        check_url(f"https://{host}/")
    calls = WebhookSender(resolve=lambda host, port: ["93.184.215.14", address])
    answer = calls.deliver("https://clinic.example/", SECRET, "sig_1", AT, SIGNAL)
    assert (answer.status, answer.permanent) == (None, True)
    assert "not public" in answer.why


@pytest.mark.parametrize(
    "url",
    [
        "http://clinic.example/",
        "ftp://clinic.example/",
        "clinic.example/",
        "https://",
        "",
        "https:///path",
        "https://user@clinic.example/",
        "https://user:pass@clinic.example/",
        "https://clinic.example@127.0.0.1/",
        "https://clinic.example:22/",
        "https://clinic.example:99999/",
        "https://clinic.example:x/",
        "https://localhost/",
        "https://intranet/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://clinic.example\\@127.0.0.1/",
        "https://clinic.example/a b",
        "https://clinic.example/\r\nHost: x",
        "https://clínic.example/",
        "https://clinic.example./",
        "https://-clinic.example/",
        "http://127.0.0.1/",
        "http://localhost/",
    ],
)
def test_i31_addresses_that_could_mislead_are_refused_with_a_reason(url):
    with pytest.raises(RefusedUrl, match=r"^The (address|host|port) .+\.$"):
        check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://signals.clinic.example/x?y=z",
        "https://clinic.example:8443/",
        "https://93.184.215.14/",
        "https://xn--clnic-5sa.example/",
    ],
)
def test_addresses_out_on_the_internet_are_accepted(url):
    check_url(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/", "http://localhost:8000/x", "http://[::1]:8000/", "https://127.0.0.1/"]
)
def test_at_home_the_own_machine_may_be_called_and_nothing_else_inside(url):
    check_url(url, allow_loopback=True)
    with pytest.raises(RefusedUrl):
        check_url("http://192.168.1.1/", allow_loopback=True)


def test_a_host_nobody_knows_may_come_back():
    def unknown(host: str, port: int) -> list[str]:
        raise OSError

    for resolve in (unknown, lambda host, port: []):
        answer = WebhookSender(resolve=resolve).deliver("https://clinic.example/", SECRET, "sig_1", AT, SIGNAL)
        assert (answer.status, answer.permanent) == (None, False)
