"""Endings of tasks that were taken back: the task was open again."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select

from outreach.store.reads.reports.notes import follows
from outreach.store.tables import task, task_note
from outreach.store.unit_of_work import UnitOfWork


def taken_back(uow: UnitOfWork, days: tuple[datetime, datetime], program: int | None = None) -> Counter[str]:
    """Count endings in the days that were taken back, by queue: the note right before says that it was an ending.

    A task that was ended and opened again twice counts twice; what took it back may have come after the days.
    """
    undone, ending = task_note.alias(), task_note.alias()
    rows = task.join(undone, undone.c.task_id == task.c.id).join(ending, follows(undone, ending))
    query = select(task.c.owner_queue.label("queue"), func.count().label("n")).select_from(rows)
    query = query.where(
        undone.c.what == "undone", ending.c.what == "finished", ending.c.at >= days[0], ending.c.at < days[1]
    )
    if program is not None:
        query = query.where(task.c.program_id == program)
    found: Counter[str] = Counter()
    for row in uow.all(query.group_by(task.c.owner_queue)):
        found[row.queue or ""] += row.n
    return found
