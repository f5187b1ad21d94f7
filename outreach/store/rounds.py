"""Rounds that need not be made at every tick: when each is to be made next, so that the others cost one row."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select, update

from outreach.store.tables import counter
from outreach.store.unit_of_work import UnitOfWork


def is_due(uow: UnitOfWork, name: str, at: datetime | None = None) -> bool:
    """Whether a round is to be made at `at`, or now; one that never was is.

    A round that asks the outside world goes by the Timer, which says when that is.
    """
    rows = uow.all(select(counter.c.next).where(counter.c.name == _row(name)))
    return not rows or rows[0].next <= (at or uow.now).timestamp()


def made(uow: UnitOfWork, name: str, again_at: datetime) -> None:
    """Note that a round was made, and when it is to be made again; whole seconds are enough."""
    _write(uow, _row(name), again_at)


def reached(uow: UnitOfWork, name: str) -> datetime | None:
    """Return how far something has come, or None before its first step."""
    rows = uow.all(select(counter.c.next).where(counter.c.name == _mark(name)))
    return datetime.fromtimestamp(rows[0].next, UTC) if rows else None


def reach(uow: UnitOfWork, name: str, at: datetime) -> None:
    """Note how far something has come, in whole seconds."""
    _write(uow, _mark(name), at)


def walked(uow: UnitOfWork, name: str) -> int:
    """Return the last id that a walk through a table has come to; 0 before its first step."""
    rows = uow.all(select(counter.c.next).where(counter.c.name == _walk(name)))
    return int(rows[0].next) if rows else 0


def walk(uow: UnitOfWork, name: str, seen: int, to: int) -> bool:
    """Go on from the id that was seen; False where another worker was faster. Nobody else walks until the commit."""
    here = (counter.c.name == _walk(name), counter.c.next == seen)
    if seen == 0 and uow.insert_new(counter, {"name": _walk(name), "next": to}):
        return True
    return uow.execute(update(counter).where(*here).values(next=to)).rowcount == 1


def _write(uow: UnitOfWork, name: str, at: datetime) -> None:
    row = {"name": name, "next": int(at.timestamp())}
    if not uow.insert_new(counter, row):
        uow.execute(update(counter).where(counter.c.name == name).values(next=row["next"]))


def _walk(name: str) -> str:
    return f"walk:{name}"


def _mark(name: str) -> str:
    return f"mark:{name}"


def _row(name: str) -> str:
    return f"round:{name}"
