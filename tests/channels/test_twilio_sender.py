"""The sender against a real server: what it writes, and how sure it is afterwards (TWI-01, TWI-06)."""

from __future__ import annotations

import logging
import socket
import time

import pytest
from carrier_stub import start_stub
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from outreach.channels.carrier import Accepted, GivenBack, InDoubt, Rejected, Throttled
from outreach.channels.send.twilio import classify
from outreach.channels.twilio import TwilioAccount

SERVICE = "MG" + "a" * 32


def test_an_accepted_message_keeps_the_carriers_sid(stub, sender, outgoing):
    [result] = sender.post([outgoing()])
    [seen] = stub.messages()
    assert result == Accepted(7, 2, seen["sid"], "queued")
    assert seen["params"] == {
        "To": "+12025550123",
        "From": "+12025550100",
        "Body": "Sí, mañana 9:30. Responda 1 👍",
        "StatusCallback": "https://care.example.org/twilio/status/7?a=2",
        "ValidityPeriod": "3600",
        "SmartEncoded": "false",
    }


@pytest.mark.parametrize("from_", ["+12025550100", SERVICE])
def test_the_request_is_the_one_the_official_sdk_would_send(stub, sender, account, outgoing, from_):
    class ToTheStub(TwilioHttpClient):
        def request(self, method, url, *args, **options):
            return super().request(method, url.replace("https://api.twilio.com", stub.url), *args, **options)

    message = outgoing(sender=from_)
    http = ToTheStub()
    Client(account.sid, account.secret, http_client=http).messages.create(
        to=message.to,
        body=message.body,
        status_callback="https://care.example.org/twilio/status/7?a=2",
        validity_period=3600,
        smart_encoded=False,
        **({"messaging_service_sid": from_} if from_ == SERVICE else {"from_": from_}),
    )
    http.session.close()
    assert isinstance(next(sender.post([message])), Accepted)
    theirs, ours = stub.messages()
    assert ours["params"] == theirs["params"]
    assert ours["authorization"] == theirs["authorization"]
    assert ours["account_sid"] == theirs["account_sid"]


def test_an_api_key_signs_in_instead_of_the_token(stub, open_sender, outgoing):
    both = [TwilioAccount("AC1", "s", base_url=stub.url), TwilioAccount("AC1", "s", "SK1", base_url=stub.url + "/")]
    for account in both:
        list(open_sender(account).post([outgoing()]))
    assert [seen["authorization"] for seen in stub.messages()] == ["Basic QUMxOnM=", "Basic U0sxOnM="]


@pytest.mark.parametrize(("to", "code"), [("+15005550001", 21211), ("+15005550004", 21610), ("+15005550009", 21614)])
def test_a_refused_message_keeps_the_carriers_code(stub, sender, outgoing, to, code):
    assert list(sender.post([outgoing(to=to)])) == [Rejected(7, 2, code)]
    assert stub.messages() == []


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b'{"code": "21211"}', b'{"code": true}', b"\xff", b"[" * 99999])
def test_a_refusal_without_a_readable_code_keeps_the_http_status(outgoing, body):
    assert classify(outgoing(), 404, {}, body) == Rejected(7, 2, 404)


@pytest.mark.parametrize("status", [204, 301, 307, 500, 503])
def test_an_answer_that_is_neither_yes_nor_no_leaves_doubt(outgoing, status):
    assert isinstance(classify(outgoing(), status, {}, b"{}"), InDoubt)


@pytest.mark.parametrize("told", ["", "soon", "-5", "nan", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_429_that_names_no_seconds_leaves_the_wait_to_us(outgoing, told):
    assert classify(outgoing(), 429, {"Retry-After": told}, b"{}") == Throttled(7, 2, None)


@pytest.mark.parametrize(("seconds", "wait"), [(7, 7.0), (0, 0.0), (99999, 3600.0)])
def test_a_429_waits_as_long_as_it_is_told(stub, sender, outgoing, seconds, wait):
    stub.fault("429", seconds=seconds)
    assert list(sender.post([outgoing()])) == [Throttled(7, 2, wait)]
    assert stub.messages() == []


@pytest.mark.parametrize(
    ("fault", "why"), [("reset", "ClientOSError"), ("500", "HTTP 500"), ("garbage", "HTTP 201 without a sid")]
)
def test_a_bad_answer_after_acceptance_leaves_doubt(stub, sender, outgoing, fault, why):
    stub.fault(fault)
    assert list(sender.post([outgoing()])) == [InDoubt(7, 2, why)]
    assert len(stub.messages()) == 1


def test_a_silent_carrier_leaves_doubt_within_the_timeout(stub, account, open_sender, outgoing):
    stub.fault("hang", seconds=30)
    started = time.monotonic()
    assert list(open_sender(account, timeout=0.3).post([outgoing()])) == [InDoubt(7, 2, "TimeoutError")]
    assert time.monotonic() - started < 2
    assert len(stub.messages()) == 1


def test_a_slow_carrier_within_the_timeout_is_only_slow(stub, sender, outgoing):
    stub.fault("slow", seconds=0.2)
    assert isinstance(next(sender.post([outgoing()])), Accepted)


def test_a_refused_connection_is_certainly_not_sent(open_sender, outgoing):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = TwilioAccount("AC1", "s", base_url=f"http://127.0.0.1:{closed.getsockname()[1]}")
        assert list(open_sender(nobody).post([outgoing()])) == [Throttled(7, 2, 5.0)]


def test_an_old_claim_is_given_back_and_nothing_is_written(stub, sender, outgoing):
    assert list(sender.post([outgoing(not_after=time.monotonic() - 0.001)])) == [GivenBack(7, 2)]
    assert stub.messages() == []


def test_a_claim_that_ages_while_connecting_is_given_back(stub, account, open_sender, outgoing):
    readings = iter([0.0, 10.0])
    slow_to_connect = open_sender(account, monotonic=lambda: next(readings))
    assert list(slow_to_connect.post([outgoing(not_after=1.0)])) == [GivenBack(7, 2)]
    assert stub.messages() == []


def test_each_message_of_a_batch_has_one_result_whatever_happens_to_the_others(stub, sender, outgoing):
    stub.fault("reset", times=10)
    batch = [outgoing(touch) for touch in range(60)] + [outgoing(60, to="+15005550001"), outgoing(61, not_after=0.0)]
    results = list(sender.post(batch))
    assert sorted(result.touch for result in results) == list(range(62))
    assert sum(isinstance(result, InDoubt) for result in results) == 10
    assert len(stub.messages()) == 60


def test_a_batch_goes_out_side_by_side(outgoing, open_sender):
    with start_stub(latency=0.2) as stub:
        wide = open_sender(TwilioAccount("AC1", "s", base_url=stub.url), slots=20)
        started = time.monotonic()
        assert len(list(wide.post([outgoing(touch) for touch in range(20)]))) == 20
        assert time.monotonic() - started < 2
        assert len(stub.messages()) == 20


def test_neither_number_nor_words_nor_secret_is_shown_or_logged(stub, sender, account, outgoing, caplog):
    caplog.set_level(logging.DEBUG)
    stub.fault("reset")
    shown = repr([outgoing(), account, *sender.post([outgoing(), outgoing(8, to="+15005550001")])]) + caplog.text
    assert not [secret for secret in ("2025550123", "5005550001", "Responda", "a-secret") if secret in shown]
