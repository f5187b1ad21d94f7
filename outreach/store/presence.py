"""Who else has a conversation open just now, and when a person last said that they were done with one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from outreach.store.batches import rows_in
from outreach.store.tables import presence
from outreach.store.unit_of_work import UnitOfWork

GONE = timedelta(seconds=25)  # a page asks every ten seconds at least; one that has not for so long is closed
_FRESH = timedelta(seconds=8)  # a mark as young as this says enough: most asks of a page write nothing


def others(uow: UnitOfWork, phone: int, person: str, at: datetime) -> list[str]:
    """Return the names of those who have the conversation of a phone open too; `at` is on the Timer."""
    query = select(presence.c.person).where(presence.c.contact_point_id == phone, presence.c.seen_at > at - GONE)
    return [row.person for row in uow.all(query.where(presence.c.person != person).order_by(presence.c.person))]


def is_there(uow: UnitOfWork, phone: int, person: str, at: datetime) -> bool:
    """Whether somebody has the conversation of a phone open, as far as is known at `at`."""
    query = select(presence.c.person).where(presence.c.contact_point_id == phone, presence.c.person == person)
    return bool(uow.all(query.where(presence.c.seen_at > at - GONE)))


def is_marked(uow: UnitOfWork, phone: int, person: str, at: datetime) -> bool:
    """Whether it is known already that somebody is there."""
    query = select(presence.c.person).where(presence.c.contact_point_id == phone, presence.c.person == person)
    return bool(uow.all(query.where(presence.c.seen_at > at - _FRESH)))


def mark(uow: UnitOfWork, phone: int, person: str, at: datetime, done_at: datetime | None = None) -> None:
    """Note that somebody has a conversation open; with `done_at`, that they are done talking."""
    row = {"contact_point_id": phone, "person": person, "seen_at": at, "done_at": done_at}
    if not uow.insert_new(presence, row):
        values = {"seen_at": at} | ({"done_at": done_at} if done_at else {})
        mine = (presence.c.contact_point_id == phone, presence.c.person == person)
        uow.execute(update(presence).where(*mine).values(**values))


def done_at(uow: UnitOfWork, phones: Iterable[int]) -> dict[int, datetime]:
    """Return when somebody last said that the talk on a phone was over."""
    query = select(presence.c.contact_point_id, func.max(presence.c.done_at).label("at"))
    ended = query.where(presence.c.done_at.is_not(None)).group_by(presence.c.contact_point_id)
    return {row.contact_point_id: row.at for row in rows_in(uow, ended, presence.c.contact_point_id, phones)}
