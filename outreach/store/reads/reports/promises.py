"""Tasks that have a time of their own: crises, interpreters to book, and languages in which words are missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from outreach.loops.reports.work import SEEN_WITHIN, acknowledged, booked
from outreach.loops.tasks import TaskKind
from outreach.store.reads.reports.instants import later
from outreach.store.reads.reports.notes import follows
from outreach.store.reads.reports.scope import counted
from outreach.store.tables import task, task_note
from outreach.store.unit_of_work import UnitOfWork

Days = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Gaps:
    """Tasks about a language in which words are missing: opened in the days, and open now."""

    opened: int
    open: int


def crises(uow: UnitOfWork, days: Days, program: int | None = None) -> Counter[str]:
    """Count crises that were raised in the days, by whether a person saw them in time (CRI-10).

    Seen is taken by somebody who did not take that back, or ended by a person, whichever came first.
    """
    bound, claimed = later(uow, task.c.opened_at, SEEN_WITHIN), _first_claim()
    ended = case((task.c.resolved_by.like("person:%"), task.c.resolved_at))
    flags = {
        "seen": or_(claimed.is_not(None), ended.is_not(None)),
        "in_time": or_(claimed <= bound, ended <= bound),
        "is_open": task.c.state == "open",
        "over": bound < uow.now,
    }
    raised = (task.c.kind == TaskKind.CRISIS, task.c.opened_at >= days[0], task.c.opened_at < days[1])
    query = select(*(_flag(name, flag) for name, flag in flags.items())).where(*raised, *_of(program))
    found: Counter[str] = Counter()
    for row in uow.all(counted(query, *flags)):
        found[acknowledged(**{name: bool(getattr(row, name)) for name in flags})] += row.n
    return found


def _first_claim() -> Any:
    note, undone = task_note.alias(), task_note.alias()
    taken_back = exists().where(undone.c.what == "undone", follows(undone, note))
    claims = and_(note.c.task_id == task.c.id, note.c.what == "claimed", ~taken_back)
    return select(func.min(note.c.at)).where(claims).scalar_subquery()


def interpreters(uow: UnitOfWork, days: Days, program: int | None = None) -> Counter[str]:
    """Count interpreters to book that were due in the days, by whether one was booked by then."""
    due = (task.c.kind == TaskKind.BOOK_INTERPRETER, task.c.due_at >= days[0], task.c.due_at < days[1])
    flags = (_flag("in_time", task.c.resolved_at <= task.c.due_at), _flag("over", task.c.due_at < uow.now))
    query = select(task.c.resolution, *flags).where(*due, *_of(program))
    found: Counter[str] = Counter()
    for row in uow.all(counted(query, "resolution", "in_time", "over")):
        stands = booked(row.resolution, in_time=bool(row.in_time), over=bool(row.over))
        found.update({stands: row.n} if stands is not None else {})
    return found


def gaps(uow: UnitOfWork, days: Days, program: int | None = None) -> Gaps:
    """Count tasks about a language gap."""
    opened = _flag("opened", and_(task.c.opened_at >= days[0], task.c.opened_at < days[1]))
    rows = select(opened, _flag("open", task.c.state == "open"))
    found = uow.all(counted(rows.where(task.c.kind == TaskKind.LANGUAGE_GAP, *_of(program)), "opened", "open"))
    return Gaps(sum(row.n for row in found if row.opened), sum(row.n for row in found if row.open))


def _flag(name: str, holds: ColumnElement[bool]) -> Any:
    return case((holds, 1), else_=0).label(name)


def _of(program: int | None) -> list[ColumnElement[bool]]:
    return [] if program is None else [task.c.program_id == program]
