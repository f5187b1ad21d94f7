"""The open tasks of program staff about recordings that are missing."""

from __future__ import annotations

from sqlalchemy import select

from outreach.loops.tasks import TaskKind
from outreach.store.tables import task
from outreach.store.unit_of_work import UnitOfWork


def open_tasks_of(uow: UnitOfWork, program_id: int, language: str) -> list[int]:
    """Return those of one program about one language."""
    mine = (task.c.kind == TaskKind.LANGUAGE_GAP, task.c.program_id == program_id, task.c.loop_id.is_(None))
    rows = uow.all(select(task.c.id, task.c.about).where(task.c.state == "open", *mine))
    return [row.id for row in rows if (row.about or {}).get("recordings") == language]
