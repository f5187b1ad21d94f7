"""Callbacks nobody could place: kept, because each may be a text that left twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from outreach.store.tables import parked_callback, touch
from outreach.store.unit_of_work import UnitOfWork


def park(
    uow: UnitOfWork, touch_id: int, fencing: int | None, sid: str, status: str, error_code: int | None, why: str
) -> None:
    """Store a callback with the reason it fits no touch (TWI-13)."""
    parked = parked_callback.c
    same = (parked.touch_id == touch_id) & (parked.fencing == fencing) & (parked.sid == sid) & (parked.status == status)
    if uow.all(select(parked.id).where(same)):
        return  # a replayed request changes nothing (I12)
    row = {"id": uow.next_id(), "touch_id": touch_id, "fencing": fencing, "sid": sid, "status": status}
    uow.insert(parked_callback, [row | {"error_code": error_code, "received_at": uow.now, "why": why}])
    uow.audit(f"callback.parked.{why.replace(' ', '_')}", f"touch:{touch_id}", "TWI-13")


def matching(uow: UnitOfWork, since: datetime, limit: int) -> list[Any]:
    """Return parked callbacks from `since` on that a touch is known for by now, oldest first.

    Rows of (id, sid, status, error_code) with the touch_id and its attempts: by the carrier's id, or by ours while the
    touch has none of theirs.
    """
    parked = parked_callback.c
    columns = (parked.id, parked.sid, parked.status, parked.error_code, parked.received_at)
    query = select(*columns, touch.c.id.label("touch_id"), touch.c.attempts)
    query = query.where(parked.matched_at.is_(None), parked.received_at >= since).limit(limit)
    query = query.order_by(parked.received_at, parked.id)
    same_attempt = (touch.c.id == parked.touch_id) & (touch.c.attempts == parked.fencing) & touch.c.sid.is_(None)
    ways = (touch.c.sid == parked.sid, same_attempt)
    found = {row.id: row for way in ways for row in uow.all(query.where(way))}
    return sorted(found.values(), key=lambda row: (row.received_at, row.id))[:limit]


def matched(uow: UnitOfWork, parked_ids: Iterable[int]) -> None:
    """Note that these have been applied."""
    statement = update(parked_callback).where(parked_callback.c.id.in_(list(parked_ids)))
    uow.execute(statement.values(matched_at=uow.now))


def unmatched(uow: UnitOfWork, since: datetime) -> tuple[int, int]:
    """Return how many callbacks still wait for their text, and how many older than `since` are left for good."""
    waits = func.count().filter(parked_callback.c.received_at >= since)
    counted = select(waits.label("waiting"), func.count().label("every")).where(parked_callback.c.matched_at.is_(None))
    (row,) = uow.all(counted)
    return row.waiting, row.every - row.waiting
