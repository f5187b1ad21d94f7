"""Texts that left and of which nothing final was heard (TWI-14)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from outreach.loops.consent import Channel
from outreach.store.tables import touch
from outreach.store.tables.touches import UNCONFIRMED
from outreach.store.unit_of_work import UnitOfWork

_ASKED = 9  # `looks` of a text that left: more than a doubt ever takes
_COLUMNS = (touch.c.id, touch.c.attempts, touch.c.sid, touch.c.carrier_rank, touch.c.sent_at)


def unconfirmed(uow: UnitOfWork, first: datetime, last: datetime, limit: int) -> Sequence[Any]:
    """Return texts to be asked about: those sent by `first` once, those sent by `last` until they are answered.

    Rows of (id, attempts, sid, carrier_rank, sent_at), oldest first.
    """
    open_end = UNCONFIRMED & touch.c.sid.is_not(None) & (touch.c.channel == Channel.SMS)
    due = (touch.c.sent_at <= last) | (touch.c.looks < _ASKED)
    query = select(*_COLUMNS).where(open_end, touch.c.sent_at <= first, due)
    return uow.all(query.order_by(touch.c.sent_at, touch.c.id).limit(limit))


def asked(uow: UnitOfWork, touch_ids: Iterable[int]) -> None:
    """Note that the carrier was asked about these texts and had nothing final to say."""
    statement = update(touch).where(touch.c.id.in_(list(touch_ids)), touch.c.state == "sent")
    uow.execute(statement.values(looks=_ASKED))
