"""The figures of the whole deployment: for /metrics, and for the top bar of every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Table, func, select

from outreach.store import health, switches
from outreach.store.tables import loop, program, reply, signal, task, touch
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts as they are now."""

    unheld: int
    open_loops: int
    touches: dict[str, int]
    refused: dict[str, int]
    due_lag: float
    unread: int
    tasks: dict[str, int]
    signals: dict[str, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in the top bar."""

    unheld: int
    frozen: bool
    now: datetime
    zone: str


def figures(uow: UnitOfWork) -> Figures:
    """Return every figure, in a handful of grouped queries."""
    open_loops = select(func.count()).select_from(loop).where(loop.c.closed.is_(None))
    unread = select(func.count()).select_from(reply).where(reply.c.read_at.is_(None))
    return Figures(
        unheld=len(health.unheld(uow)),
        open_loops=uow.execute(open_loops).scalar_one(),
        touches=_counts(uow, touch, touch.c.state),
        refused=_counts(uow, touch, touch.c.rule, touch.c.state == "refused"),
        due_lag=_due_lag(uow),
        unread=uow.execute(unread).scalar_one(),
        tasks=_counts(uow, task, task.c.owner_queue, task.c.state == "open"),
        signals=_counts(uow, signal, signal.c.state),
    )


def unheld_count(uow: UnitOfWork) -> int:
    """Return how many loops break the promise; it looks at every open loop, so ask seldom."""
    return len(health.unheld(uow))


def standing(uow: UnitOfWork, unheld: int) -> Standing:
    """Return what the top bar says; times are in the zone of the first program."""
    zones = uow.all(select(program.c.zone).order_by(program.c.id).limit(1))
    zone = zones[0].zone if zones else "UTC"
    return Standing(unheld, switches.is_on(uow, "freeze"), uow.now, zone)


def _counts(uow: UnitOfWork, table: Table, column: Column[str], *where: object) -> dict[str, int]:
    query = select(column.label("name"), func.count().label("rows")).select_from(table).where(*where)  # type: ignore[arg-type]
    return {row.name or "none": row.rows for row in uow.all(query.group_by(column))}


def _due_lag(uow: UnitOfWork) -> float:
    query = select(func.min(touch.c.due_at)).where(touch.c.state == "planned", touch.c.due_at <= uow.now)
    oldest = uow.execute(query).scalar_one()
    return (uow.now - oldest).total_seconds() if oldest else 0.0
