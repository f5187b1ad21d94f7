"""Queues of work that nobody seems to staff: there is no list of people, so what they do has to say it."""

from __future__ import annotations

from sqlalchemy import func, select

from outreach.store.tables import task
from outreach.store.unit_of_work import UnitOfWork


def unstaffed(uow: UnitOfWork) -> list[tuple[str, int]]:
    """Return (queue, overdue tasks) of queues with overdue work of which nobody ever acknowledged any."""
    overdue = func.count().filter(task.c.due_at < uow.now)
    taken = func.count(task.c.acknowledged_at)
    query = select(task.c.owner_queue, overdue.label("overdue")).where(task.c.state == "open")
    query = query.group_by(task.c.owner_queue).having(overdue > 0, taken == 0).order_by(task.c.owner_queue)
    return [(row.owner_queue, row.overdue) for row in uow.all(query) if row.owner_queue]
