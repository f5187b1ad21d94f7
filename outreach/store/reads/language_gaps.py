"""The open tasks of program staff about recordings that are missing: they concern no member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from outreach.loops.tasks import TaskKind
from outreach.store.tables import task
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class GapTask:
    """One open task: in which language a program cannot be heard, who has it, and by when."""

    id: int
    program_id: int
    language: str
    owner_queue: str | None
    owner_person: str | None
    opened_at: datetime
    due_at: datetime | None
    escalation: int


_COLUMNS = [task.c[name] for name in GapTask.__dataclass_fields__ if name != "language"]


def open_gaps(uow: UnitOfWork) -> list[GapTask]:
    """Return those of every program, the first due first."""
    rows = _rows(uow)
    return [
        GapTask(language=row.about["recordings"], **{c.name: row._mapping[c.name] for c in _COLUMNS}) for row in rows
    ]


def open_tasks_of(uow: UnitOfWork, program_id: int, language: str) -> list[int]:
    """Return those of one program about one language."""
    return [row.id for row in _rows(uow, program_id) if row.about["recordings"] == language]


def _rows(uow: UnitOfWork, program_id: int | None = None) -> Sequence[Any]:
    mine = (task.c.kind == TaskKind.LANGUAGE_GAP, task.c.loop_id.is_(None), task.c.state == "open")
    query = select(*_COLUMNS, task.c.about).where(*mine)
    if program_id is not None:
        query = query.where(task.c.program_id == program_id)
    rows = uow.all(query.order_by(task.c.due_at, task.c.id))
    return [row for row in rows if (row.about or {}).get("recordings") and row.program_id is not None]
