"""What the carrier's answers have paused, for the console, the metrics and `outreach sends status`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from outreach.loops.pauses import Pause, pauses_in
from outreach.loops.tasks import TaskKind
from outreach.store import switches
from outreach.store.tables import program, task
from outreach.store.unit_of_work import UnitOfWork

_KINDS = (TaskKind.SENDING_PAUSED, TaskKind.TEXT_HELD)


@dataclass(frozen=True, slots=True)
class PausedNow:
    """A pause that stands: since when, by which error, and the program's name where it concerns one."""

    pause: Pause
    since: datetime
    code: int | None
    program: str


def paused(uow: UnitOfWork) -> list[PausedNow]:
    """Return every pause that stands, the oldest first."""
    rows = [(pause, row) for row in switches.on_with(uow, "pause|") for pause in pauses_in([row.name])]
    names = {row.id: row.name for row in uow.all(select(program.c.id, program.c.name))} if rows else {}
    return [PausedNow(pause, row.changed_at, row.code, names.get(pause.program, "")) for pause, row in rows]


def open_tasks_of(uow: UnitOfWork, name: str) -> list[int]:
    """Return the open tasks about a pause, by its switch's name."""
    query = select(task.c.id, task.c.about).where(task.c.state == "open", task.c.kind.in_(_KINDS))
    return [row.id for row in uow.all(query) if (row.about or {}).get("pause") == name]
