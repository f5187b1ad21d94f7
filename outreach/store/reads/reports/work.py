"""Tasks: how old the open ones are, and how long finished ones took. Work is counted, not people: no cell is small."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from outreach.loops.reports.spans import HOURS
from outreach.store.reads.reports.instants import later
from outreach.store.tables import task
from outreach.store.unit_of_work import UnitOfWork


@dataclass(slots=True)
class QueueAges:
    """The open tasks of one queue by age, and how many are past due; what was finished, by hours it took."""

    ages: Counter[str] = field(default_factory=Counter)
    past_due: int = 0
    finished: Counter[int] = field(default_factory=Counter)

    @property
    def open(self) -> int:
        """Return how many are open."""
        return sum(self.ages.values())


def queue_ages(
    uow: UnitOfWork,
    bounds: Sequence[tuple[str, datetime | None]],
    finished: tuple[datetime, datetime],
    program: int | None = None,
) -> dict[str, QueueAges]:
    """Return each queue's tasks. `bounds` names ages with the instant since which they are open, youngest first."""
    mine: list[ColumnElement[bool]] = [] if program is None else [task.c.program_id == program]
    found: dict[str, QueueAges] = defaultdict(QueueAges)
    _count_open(uow, bounds, mine, found)
    took = case(
        *((task.c.resolved_at <= later(uow, task.c.opened_at, timedelta(hours=hours)), hours) for hours in HOURS),
        else_=HOURS[-1] * 2,
    ).label("took")
    within = and_(task.c.resolved_at >= finished[0], task.c.resolved_at < finished[1], task.c.state != "open")
    rows = select(task.c.owner_queue.label("queue"), took).where(within, *mine).subquery()
    query = select(rows.c.queue, rows.c.took, func.count().label("n")).group_by(rows.c.queue, rows.c.took)
    for row in uow.all(query):
        found[row.queue or ""].finished[row.took] += row.n
    return dict(found)


def _count_open(
    uow: UnitOfWork, bounds: Sequence[tuple[str, datetime | None]], mine: Any, found: dict[str, QueueAges]
) -> None:
    oldest = next(name for name, since in bounds if since is None)
    aged = case(*((task.c.opened_at >= since, name) for name, since in bounds if since is not None), else_=oldest)
    late = case((task.c.due_at < uow.now, 1), else_=0).label("late")
    rows = select(task.c.owner_queue.label("queue"), aged.label("age"), late)
    inner = rows.where(task.c.state == "open", *mine).subquery()
    keys = (inner.c.queue, inner.c.age, inner.c.late)
    for row in uow.all(select(*keys, func.count().label("n")).group_by(*keys)):
        queue = found[row.queue or ""]
        queue.ages[row.age] += row.n
        queue.past_due += row.n * row.late
