"""Over TLS the sender trusts only a certificate it can check, and says that nothing was sent when it cannot."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from carrier_ledger import Options
from carrier_stub import Server, Stub, serve
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from outreach.channels.carrier import Accepted, GivenBack, Throttled
from outreach.channels.twilio import TwilioAccount


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key."""
    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([]), datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, bare = serialization.Encoding.PEM, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, bare) + signed.public_bytes(pem))
    return path


@pytest.fixture
def secure(certificate) -> Iterator[tuple[Stub, TwilioAccount]]:
    server = Server(Options())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with serve(server) as stub:
        yield stub, TwilioAccount("AC1", "s", base_url=stub.url.replace("http:", "https:"))


def test_a_carrier_with_an_unknown_certificate_gets_nothing(secure, open_sender, outgoing):
    _, account = secure
    assert list(open_sender(account).post([outgoing()])) == [Throttled(7, 2, 5.0)]


def test_a_carrier_with_a_trusted_certificate_gets_the_message(secure, certificate, monkeypatch, open_sender, outgoing):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    _, account = secure
    assert isinstance(next(open_sender(account).post([outgoing()])), Accepted)


def test_a_claim_that_ages_during_the_handshake_is_given_back(secure, certificate, monkeypatch, open_sender, outgoing):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    readings = iter([0.0, 10.0])
    slow = open_sender(secure[1], monotonic=lambda: next(readings))
    assert list(slow.post([outgoing(not_after=1.0)])) == [GivenBack(7, 2)]
