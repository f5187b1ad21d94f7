"""Who is away, and whose open tasks somebody else does meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select

from outreach.store.tables import absence, task
from outreach.store.unit_of_work import UnitOfWork


def away(uow: UnitOfWork, person: str) -> Row[Any] | None:
    """Return (person, until, cover) of somebody who is away now, or None."""
    rows = uow.all(select(absence).where(absence.c.person == person, absence.c.until > uow.now))
    return rows[0] if rows else None


def note(uow: UnitOfWork, person: str, until: datetime, cover: str | None) -> None:
    """Store that somebody is away; what was stored of them before is replaced."""
    forget(uow, person)
    uow.insert(absence, [{"person": person, "until": until, "cover": cover}])


def forget(uow: UnitOfWork, person: str) -> None:
    """They are back."""
    uow.execute(delete(absence).where(absence.c.person == person))


def lock_tasks_of(uow: UnitOfWork, person: str) -> Sequence[Row[Any]]:
    """Lock and return the open tasks that somebody has; nothing about their loops changes."""
    mine = select(task.c.id).where(task.c.state == "open", task.c.owner_person == person).order_by(task.c.id)
    return uow.all(mine.with_for_update(key_share=True))
