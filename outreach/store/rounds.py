"""Rounds that need not be made at every tick: when each is to be made next, so that the others cost one row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from outreach.store.tables import counter
from outreach.store.unit_of_work import UnitOfWork


def is_due(uow: UnitOfWork, name: str) -> bool:
    """Whether a round is to be made; one that never was is."""
    rows = uow.all(select(counter.c.next).where(counter.c.name == _row(name)))
    return not rows or rows[0].next <= uow.now.timestamp()


def made(uow: UnitOfWork, name: str, again_at: datetime) -> None:
    """Note that a round was made, and when it is to be made again; whole seconds are enough."""
    row = {"name": _row(name), "next": int(again_at.timestamp())}
    if not uow.insert_new(counter, row):
        uow.execute(update(counter).where(counter.c.name == row["name"]).values(next=row["next"]))


def _row(name: str) -> str:
    return f"round:{name}"
