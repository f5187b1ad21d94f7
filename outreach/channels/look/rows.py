"""One row of Twilio's message list, read into a value; what is missing or strange raises, and the list is not used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urljoin

from conversations.calls.answered_by import AnsweredBy
from outreach.channels.carrier import Arrived, Attachment, Called, CallStatus, Listed


def created_at(row: dict[str, Any]) -> datetime:
    """Return when Twilio made it."""
    return _instant(row["date_created"])


def said_at(row: dict[str, Any]) -> datetime | None:
    """Return when it was sent, or None while it is still coming in."""
    return _instant(row["date_sent"]) if row.get("date_sent") else None


def listed_in(row: dict[str, Any]) -> Listed:
    """Return an outbound row."""
    return Listed(
        sid=row["sid"],
        body_sha256=sha256((row["body"] or "").encode()).hexdigest(),
        status=row["status"],
        created_at=created_at(row),
        to=row["to"],
        error_code=int(row["error_code"]) if row.get("error_code") else None,
    )


def arrived_in(row: dict[str, Any], origin: str) -> Arrived:
    """Return an inbound row; of its pictures the list says how many, and where their own list is."""
    count = int(row.get("num_media") or 0)
    media = (row.get("subresource_uris") or {}).get("media")
    return Arrived(
        sid=row["sid"],
        from_=row["from"],
        body=(row["body"] or "").replace("\x00", ""),
        said_at=_instant(row["date_sent"]),
        media_count=count,
        media=(Attachment(urljoin(origin, media), ""),) if count and media else (),
    )


def called_in(row: dict[str, Any]) -> Called:
    """Return a call that we made."""
    return Called(row["sid"], row["status"], created_at(row))


def call_listed_in(row: dict[str, Any]) -> Listed:
    """Return a call of ours among what left: no text of ours has its hash."""
    return Listed(sid=row["sid"], body_sha256="", status=row["status"], created_at=created_at(row), to=row["to"])


def call_fate_in(row: Mapping[str, Any], sid: str) -> CallStatus:
    """Return what became of a call, from its own row; an empty one says that there is none."""
    lasted = str(row.get("duration") or "")
    seconds = int(lasted) if lasted.isascii() and lasted.isdecimal() else None
    heard = AnsweredBy.read(str(row["answered_by"])) if row.get("answered_by") else None
    return CallStatus(sid, str(row.get("status") or ""), answered_by=heard, seconds=seconds)


def _instant(date: str) -> datetime:
    moment = parsedate_to_datetime(date)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)  # "-0000" parses as naive
