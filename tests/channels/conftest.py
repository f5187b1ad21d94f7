"""Builders for the carrier room: a stub carrier in this process, and a sender and a lookout that talk to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from carrier_stub import Stub, run_in_thread

from outreach.channels.carrier import OutgoingText
from outreach.channels.look.twilio import TwilioLookout
from outreach.channels.send.twilio import TwilioSender
from outreach.channels.twilio import TwilioAccount

PUBLIC_URL = "https://care.example.org"


@pytest.fixture
def stub() -> Iterator[Stub]:
    with run_in_thread() as running:
        yield running


@pytest.fixture
def account(stub: Stub) -> TwilioAccount:
    return TwilioAccount("AC" + "0" * 32, "a-secret", base_url=stub.url)


@pytest.fixture
def open_sender() -> Iterator[Callable[..., TwilioSender]]:
    """Open senders that are closed after the test."""
    opened: list[TwilioSender] = []

    def open_one(account: TwilioAccount, **changes: Any) -> TwilioSender:
        opened.append(TwilioSender(account, PUBLIC_URL, **({"monotonic": time.monotonic, "slots": 4} | changes)))
        return opened[-1]

    yield open_one
    for sender in opened:
        sender.close()


@pytest.fixture
def sender(account: TwilioAccount, open_sender: Callable[..., TwilioSender]) -> TwilioSender:
    return open_sender(account)


@pytest.fixture
def lookout(account: TwilioAccount) -> Iterator[TwilioLookout]:
    opened = TwilioLookout(account)
    yield opened
    opened.close()


@pytest.fixture
def outgoing() -> Callable[..., OutgoingText]:
    """Build a message for Ana, due at once, with what the test changes."""

    def build(touch: int = 7, **changes: Any) -> OutgoingText:
        ana = {"attempt": 2, "sender": "+12025550100", "to": "+12025550123", "body": "Sí, mañana 9:30. Responda 1 👍"}
        return OutgoingText(touch, **(ana | {"validity_seconds": 3600, "not_after": time.monotonic() + 60} | changes))

    return build
