"""Callbacks nobody could place: kept, because each may be a text that left twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from outreach.store.callbacks import Told
from outreach.store.tables import parked_callback, touch
from outreach.store.unit_of_work import UnitOfWork

BROKEN = "broke what applied it"
_SAME = select(parked_callback.c.id).where(
    *(
        parked_callback.c[name].is_not_distinct_from(bindparam(name))
        for name in ("touch_id", "fencing", "sid", "status")
    )
)


def park(uow: UnitOfWork, told: Told, why: str) -> None:
    """Store a callback with the reason it fits no touch (TWI-13)."""
    row = {"touch_id": told.touch, "fencing": told.attempt, "sid": told.sid, "status": told.status}
    if uow.all(_SAME, row):
        return  # a replayed request changes nothing (I12)
    more = {"id": uow.next_id(), "error_code": told.error_code, "received_at": uow.now, "why": why}
    uow.insert(parked_callback, [{**row, **more}])
    uow.audit(f"callback.parked.{why.replace(' ', '_')}", f"touch:{told.touch}", "TWI-13")


def matching(uow: UnitOfWork, since: datetime, limit: int) -> list[Any]:
    """Return parked callbacks from `since` on that a touch is known for by now, oldest first.

    Rows of (id, sid, status, error_code) with the touch_id and its attempts: by the carrier's id, or by ours while the
    touch has none of theirs.
    """
    parked = parked_callback.c
    columns = (parked.id, parked.sid, parked.status, parked.error_code, parked.received_at)
    query = select(*columns, touch.c.id.label("touch_id"), touch.c.attempts)
    query = query.where(parked.matched_at.is_(None), parked.received_at >= since, parked.why != BROKEN).limit(limit)
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
