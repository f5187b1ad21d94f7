"""What the carrier said about texts, as it came: stored before it is answered, and gone once it is applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, select

from outreach.store.batches import rows_in
from outreach.store.tables import callback
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Told:
    """One status of one message, said of one attempt of a touch; of none, where nobody knows which it was."""

    touch: int
    attempt: int | None
    sid: str
    status: str
    error_code: int | None


_STORE = insert(callback)
_TOLD = (callback.c.touch_id, callback.c.fencing, callback.c.sid, callback.c.status, callback.c.error_code)
_IN_ORDER = (callback.c.received_at, callback.c.id)
_WAITING = select(callback.c.id).order_by(*_IN_ORDER).limit(bindparam("most"))
_TAKE = select(callback.c.id, *_TOLD).order_by(*_IN_ORDER).limit(bindparam("most")).with_for_update(skip_locked=True)


def store(uow: UnitOfWork, told: Told) -> None:
    """Store a callback as it came; whether it fits any touch is judged later."""
    row = {"id": uow.next_id(), "touch_id": told.touch, "fencing": told.attempt, "sid": told.sid}
    uow.execute(_STORE, row | {"status": told.status, "error_code": told.error_code, "received_at": uow.now})


def waiting(uow: UnitOfWork, limit: int) -> list[int]:
    """Return callbacks that nobody has applied, in the order in which they came: a look without locks."""
    return [row.id for row in uow.all(_WAITING, {"most": limit})]


def take(uow: UnitOfWork, callback_ids: Iterable[int], limit: int) -> dict[int, Told]:
    """Lock the first `limit` of these that are still there and nobody else has, and return them in order.

    Before all other locks: nobody ever waits for these rows, so none of theirs can close a circle.
    """
    rows = rows_in(uow, _TAKE, callback.c.id, callback_ids, most=limit)
    return {row.id: Told(row.touch_id, row.fencing, row.sid, row.status, row.error_code) for row in rows[:limit]}


def forget(uow: UnitOfWork, callback_ids: Sequence[int]) -> None:
    """They are applied, in this transaction."""
    uow.execute(delete(callback).where(callback.c.id.in_(callback_ids)))


def backlog(uow: UnitOfWork) -> tuple[int, datetime | None]:
    """Return how many wait, and since when the oldest does."""
    (row,) = uow.all(select(func.count().label("waiting"), func.min(callback.c.received_at).label("since")))
    return row.waiting, row.since
