"""Asks Twilio whether it knows us, what its clock says, and where it sends what members write to our number."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from urllib3.exceptions import HTTPError

from outreach.channels.twilio import TwilioAccount, open_pool

_SERVICE = "MG"


@dataclass(frozen=True, slots=True)
class Doors:
    """Where Twilio sends inbound texts, and where it turns when that fails; blank for nowhere."""

    inbound: str
    fallback: str


@dataclass(frozen=True, slots=True)
class Setup:
    """What Twilio said: why it cannot be used (or None), its clock less ours in seconds, and the doors it has.

    `skew` is None without a Date header; `doors` where it cannot be asked for them, as with compatible carriers.
    """

    problem: str | None
    skew: float | None = None
    doors: Doors | None = None


def look_at_setup(
    account: TwilioAccount, services: TwilioAccount | None, sender: str, now: Callable[[], datetime], *, timeout: float
) -> Setup:
    """Return what the carrier says of our account and of `sender`, a number or a Messaging Service; sends nothing."""
    pool = open_pool(account, timeout=timeout, connections=1)
    asked = f"{account.messages_url}?PageSize=1"
    try:
        answer = pool.request("GET", asked, redirect=False, retries=False)
    except Exception as problem:
        return Setup(f"cannot be reached ({type(problem).__name__})")
    if answer.status in (401, 403):
        return Setup("does not accept TWILIO_ACCOUNT_SID with TWILIO_AUTH_TOKEN")
    if answer.status != 200:
        return Setup(f"answers HTTP {answer.status} when asked for our messages")
    return Setup(None, _skew(answer.headers.get("Date"), now()), _doors(pool, account, services, sender))


def _skew(said: str | None, now: datetime) -> float | None:
    try:
        return (parsedate_to_datetime(said or "") - now).total_seconds()
    except ValueError:
        return None


def _doors(pool: Any, account: TwilioAccount, services: TwilioAccount | None, sender: str) -> Doors | None:
    if not sender.startswith(_SERVICE):
        numbers = account.messages_url.replace("/Messages.json", "/IncomingPhoneNumbers.json")
        found = _read(pool, f"{numbers}?{urlencode({'PhoneNumber': sender})}")
        rows = [row for row in found.get("incoming_phone_numbers", ()) if row.get("phone_number") == sender]
        return Doors(rows[0].get("sms_url") or "", rows[0].get("sms_fallback_url") or "") if rows else None
    found = _read(pool, f"{services.origin}v1/Services/{sender}") if services is not None else {}
    if not found or found.get("use_inbound_webhook_on_number"):
        return None
    return Doors(found.get("inbound_request_url") or "", found.get("fallback_url") or "")


def _read(pool: Any, url: str) -> dict[str, Any]:
    """Return an answer, or nothing: a compatible carrier may not have this door."""
    try:
        answer = pool.request("GET", url, redirect=False, retries=False)
        found = json.loads(answer.data) if answer.status == 200 else {}
    except (HTTPError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
