"""The figures of the whole deployment: for /metrics, and for the top bar of every page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Table, func, select

from outreach.loops.consent import Channel
from outreach.loops.pauses import What
from outreach.store import health, switches
from outreach.store.everywhere import anywhere
from outreach.store.reads.after_stop import sends_after_stop
from outreach.store.reads.paused import PausedNow, paused
from outreach.store.reads.queues import due_lag
from outreach.store.tables import loop, program, reply, signal, task, touch
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts as they are now."""

    unheld: int
    open_loops: int
    touches: dict[str, int]
    calls: dict[str, int]
    refused: dict[str, int]
    due_lag: float
    unread: int
    tasks: dict[str, int]
    signals: dict[str, int]
    sends_after_stop: int
    paused: dict[str, int]


@dataclass(frozen=True, slots=True)
class Counts:
    """What is dear to count: loops that break the promise, open loops, and open tasks that nobody put off."""

    unheld: int
    loops: int
    tasks: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands around every page."""

    unheld: int
    loops: int
    tasks: int
    frozen: bool
    paused: tuple[PausedNow, ...]
    now: datetime
    zone: str


def figures(uow: UnitOfWork) -> Figures:
    """Return every figure; counting walks through whole tables, so ask seldom."""
    open_loops = select(func.count()).select_from(loop).where(loop.c.closed.is_(None))
    unread = select(func.count()).select_from(reply).where(reply.c.read_at.is_(None))
    return Figures(
        unheld=len(health.unheld(uow)),
        open_loops=uow.execute(open_loops).scalar_one(),
        touches=_counts(uow, touch, touch.c.state),
        calls=_counts(uow, touch, touch.c.call_outcome, touch.c.channel == Channel.VOICE, touch.c.state == "sent"),
        refused=_refused(uow),
        due_lag=due_lag(uow),
        unread=uow.execute(unread).scalar_one(),
        tasks=_counts(uow, task, task.c.owner_queue, task.c.state == "open"),
        signals=_counts(uow, signal, signal.c.state),
        sends_after_stop=sends_after_stop(uow),
        paused=_paused(uow),
    )


def count(uow: UnitOfWork) -> Counts:
    """Count what stands around every page; it looks at every open loop, so ask seldom."""
    open_loops = select(func.count()).select_from(loop).where(loop.c.closed.is_(None))
    put_off = task.c.snoozed_until.is_not(None) & (task.c.snoozed_until > uow.now)
    open_tasks = select(func.count()).select_from(task).where(task.c.state == "open", ~put_off)
    loops, tasks = uow.execute(open_loops).scalar_one(), uow.execute(open_tasks).scalar_one()
    return Counts(len(health.unheld(uow)), loops, tasks)


def standing(uow: UnitOfWork, counts: Counts) -> Standing:
    """Return what stands around every page."""
    frozen = switches.is_on(uow, "freeze")
    stopped = tuple(paused(uow))
    return Standing(counts.unheld, counts.loops, counts.tasks, frozen, stopped, uow.now, office_zone(uow))


def office_zone(uow: UnitOfWork) -> str:
    """Return the IANA zone of the first program, in which times are told that belong to no visit."""
    zones = uow.all(select(program.c.zone).order_by(program.c.id).limit(1))
    return zones[0].zone if zones else "UTC"


def _counts(uow: UnitOfWork, table: Table, column: Column[str], *where: object) -> dict[str, int]:
    query = select(column.label("name"), func.count().label("rows")).select_from(table).where(*where)  # type: ignore[arg-type] # clauses of any kind
    return {row.name or "none": row.rows for row in uow.all(query.group_by(column))}


def _refused(uow: UnitOfWork) -> dict[str, int]:
    """Archived ones too: a counter that falls would be taken for one that began anew."""
    query = select(touch.c.rule, func.count().label("rows")).where(touch.c.state == "refused").group_by(touch.c.rule)
    found: Counter[str] = Counter()
    for row in anywhere(uow, query):
        found[row.rule or "none"] += row.rows
    return dict(found)


def _paused(uow: UnitOfWork) -> dict[str, int]:
    """Every kind is named, at zero where nothing of it stands: an alert needs a series to watch."""
    kinds = [found.pause.what for found in paused(uow)]
    return {what: kinds.count(what) for what in What}
