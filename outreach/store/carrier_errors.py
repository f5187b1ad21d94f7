"""How attempts failed, by the carrier's code, and how many texts left beside them: what the error table counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select, update

from outreach.store.tables import attempt, reply, sent_tally, touch
from outreach.store.unit_of_work import UnitOfWork

FAILED = ("failed", "rejected")
_KEPT = timedelta(days=2)  # of the tally: longer than any span that is counted over


class Text(NamedTuple):
    """A program's words on one sender: what carriers filter."""

    program: int
    words: str
    sender: str


def note(uow: UnitOfWork, touch_id: int, fencing: int, outcome: str, code: int, sid: str | None) -> None:
    """Store how an attempt ended, with the message that failed where the carrier had made one."""
    mine = (attempt.c.touch_id == touch_id, attempt.c.fencing == fencing)
    uow.execute(update(attempt).where(*mine).values(outcome=outcome, error_code=code, failed_sid=sid))


def ended(uow: UnitOfWork, touch_id: int, fencing: int) -> str | None:
    """Return the message of an attempt that has failed already ("" where there was none), or None."""
    query = select(attempt.c.failed_sid).where(attempt.c.touch_id == touch_id, attempt.c.fencing == fencing)
    rows = uow.all(query.where(attempt.c.outcome.in_(FAILED)))
    return (rows[0].failed_sid or "") if rows else None


def of_phone(uow: UnitOfWork, phone: int, since: datetime | None) -> Sequence[Any]:
    """Return rows of (claimed_at, error_code) of the failed attempts to a phone after an instant."""
    query = select(attempt.c.claimed_at, attempt.c.error_code).where(
        attempt.c.contact_point_id == phone, attempt.c.error_code.is_not(None), attempt.c.outcome.in_(FAILED)
    )
    return uow.all(query if since is None else query.where(attempt.c.claimed_at > since))


def of_text(uow: UnitOfWork, text: Text, since: datetime) -> Sequence[Any]:
    """Return rows of (claimed_at, error_code) of a text's failed attempts from an instant on."""
    query = select(attempt.c.claimed_at, attempt.c.error_code).join(touch, touch.c.id == attempt.c.touch_id)
    failed = (attempt.c.error_code.is_not(None), attempt.c.claimed_at >= since, attempt.c.outcome.in_(FAILED))
    mine = (touch.c.program_id == text.program, touch.c.words == text.words, touch.c.sender == text.sender)
    return uow.all(query.where(*failed, *mine))


def heard_at(uow: UnitOfWork, phone: int) -> datetime | None:
    """Return when anything last came from a phone."""
    query = select(func.max(reply.c.received_at).label("at")).where(reply.c.contact_point_id == phone)
    at: datetime | None = uow.all(query)[0].at
    return at


def tally(uow: UnitOfWork, left: Mapping[Text, int]) -> None:
    """Count texts that left in this hour; last of all in a transaction, since workers share these rows."""
    hour = uow.now.replace(minute=0, second=0, microsecond=0)
    for text in sorted(left):
        theirs = _of(text)
        more = update(sent_tally).where(*theirs, sent_tally.c.hour == hour)
        more = more.values(sent=sent_tally.c.sent + left[text])
        if uow.execute(more).rowcount:
            continue
        row = {"program_id": text.program, "words": text.words, "sender": text.sender, "hour": hour}
        if uow.insert_new(sent_tally, row | {"sent": left[text]}):
            uow.execute(delete(sent_tally).where(*theirs, sent_tally.c.hour < hour - _KEPT))
        else:
            uow.execute(more)  # another worker was first


def sent(uow: UnitOfWork, text: Text, since: datetime) -> int:
    """Return how many of a text left from the hour of an instant on."""
    hour = since.replace(minute=0, second=0, microsecond=0)
    query = select(func.coalesce(func.sum(sent_tally.c.sent), 0)).where(*_of(text), sent_tally.c.hour >= hour)
    return int(uow.execute(query).scalar_one())


def _of(text: Text) -> tuple[Any, ...]:
    own = sent_tally.c
    return own.program_id == text.program, own.words == text.words, own.sender == text.sender
