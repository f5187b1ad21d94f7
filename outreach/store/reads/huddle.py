"""What a huddle looks at: open loops grouped in the database, open tasks one by one, and who has how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, select

from outreach.loops.huddle import Age, Load, Owed, Quiet
from outreach.loops.loop import Stage
from outreach.loops.task_clock import Escalation
from outreach.loops.tasks import Blocker
from outreach.store.tables import anchor, awaited, clinic, loop, member, program, task, touch
from outreach.store.touches import LEFT
from outreach.store.unit_of_work import UnitOfWork

WEEKS = 4  # of finished tasks beside what somebody has


@dataclass(frozen=True, slots=True)
class Part:
    """Of which program and clinic; None is all of them."""

    program: int | None = None
    clinic: int | None = None


@dataclass(frozen=True, slots=True)
class Late:
    """One overdue task of a loop, without a name on it."""

    task: int
    loop: int
    member: int
    kind: str
    blocker: str | None
    owner_person: str | None
    owner_queue: str | None
    opened_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    """How many loops closed with an outcome, or None without one."""

    outcome: str | None
    loops: int


def quiet(uow: UnitOfWork, part: Part) -> list[Quiet]:
    """Return open loops that no task holds, grouped by what decides their status."""
    columns: dict[str, ColumnElement[Any]] = {
        "stage": loop.c.stage,
        "age": _age(uow.now),
        # The hold that a loop names is its earliest: where that is a text, no other row need be looked at.
        "text": case((loop.c.held_by.like("touch:%"), literal(True)), else_=_touch(("planned", "claimed", "unknown"))),
        "reply": _waits("reply"),
        "outcome": _waits("outcome"),
        "home": _waits("home"),
        "told": _touch(LEFT),
    }
    open_task = exists().where(task.c.loop_id == loop.c.id, task.c.state == "open")
    inner = _of(select(*(column.label(name) for name, column in columns.items())), part)
    inner_rows = inner.where(loop.c.closed.is_(None), ~open_task).subquery()
    query = select(inner_rows, func.count().label("loops")).group_by(*inner_rows.c)
    return [
        Quiet(Stage(row.stage), Age(row.age), bool(row.text), bool(row.reply), bool(row.outcome), bool(row.home),
              bool(row.told), row.loops)
        for row in uow.all(query)
    ]  # fmt: skip


def owed(uow: UnitOfWork, part: Part) -> list[Owed]:
    """Return every open task of an open loop; where a loop has but one, those that are alike are counted together."""
    holding = select(task.c.loop_id, func.count().label("tasks")).where(task.c.state == "open").group_by(task.c.loop_id)
    held = holding.where(task.c.loop_id.is_not(None)).subquery()
    late_now = case((task.c.due_at.is_(None) | (task.c.due_at <= uow.now), literal(1)), else_=literal(0))
    columns = (loop.c.stage, _age(uow.now).label("age"), task.c.kind, task.c.escalation, task.c.blocker)
    query = _of(select(*columns, late_now.label("overdue")), part).join_from(task, loop, loop.c.id == task.c.loop_id)
    query = query.join(held, held.c.loop_id == task.c.loop_id).where(task.c.state == "open", loop.c.closed.is_(None))
    alike = query.where(held.c.tasks == 1).subquery()
    groups = uow.all(select(alike, func.count().label("loops")).group_by(*alike.c))
    several = uow.all(query.where(held.c.tasks > 1).add_columns(task.c.loop_id))
    return [_owed(row, None, row.loops) for row in groups] + [_owed(row, row.loop_id, 1) for row in several]


def _owed(row: Any, loop_id: int | None, loops: int) -> Owed:
    blocker = Blocker(row.blocker) if row.blocker else None
    level, overdue = Escalation(row.escalation), bool(row.overdue)
    return Owed(loop_id, Stage(row.stage), Age(row.age), row.kind, level, blocker, overdue, loops)


def _age(now: datetime) -> ColumnElement[int]:
    younger = ((loop.c.opened_at > now - timedelta(days=age + 1), literal(int(age))) for age in Age if age < Age.OLDER)
    return case(*younger, else_=literal(int(Age.OLDER)))


def late(uow: UnitOfWork, part: Part, limit: int) -> list[Late]:
    """Return overdue tasks of open loops, whose loop is oldest first."""
    columns = (task.c.id.label("task"), loop.c.id.label("loop"), loop.c.member_id.label("member"), task.c.kind)
    more = (task.c.blocker, task.c.owner_person, task.c.owner_queue, loop.c.opened_at, task.c.due_at)
    query = _of(select(*columns, *more).join(loop, loop.c.id == task.c.loop_id), part)
    query = query.where(task.c.state == "open", loop.c.closed.is_(None), task.c.due_at <= uow.now)
    rows = uow.all(query.order_by(loop.c.opened_at, task.c.due_at, task.c.id).limit(limit))
    return [Late(**row._mapping) for row in rows]


def closed_since(uow: UnitOfWork, part: Part, since: datetime) -> list[Closed]:
    """Return how loops closed from an instant on."""
    query = _of(select(loop.c.outcome, func.count().label("loops")), part)
    query = query.where(loop.c.closed.is_not(None), loop.c.closed_at >= since).group_by(loop.c.outcome)
    return sorted((Closed(row.outcome, row.loops) for row in uow.all(query)), key=lambda each: -each.loops)


def loads(uow: UnitOfWork, part: Part) -> list[Load]:
    """Return who has how many open tasks, most first, and under no name what nobody took; with their last weeks."""
    late_ones = func.count().filter(task.c.due_at <= uow.now)
    query = select(task.c.owner_person, func.count().label("tasks"), late_ones.label("overdue"))
    rows = uow.all(_tasks_of(query, part).where(task.c.state == "open").group_by(task.c.owner_person))
    spoken, done = _languages(uow, part), _done(uow, part)
    people = {row.owner_person or "": (row.tasks, row.overdue) for row in rows}
    return sorted(
        (
            Load(person, *counted, spoken.get(person, ()), done.get(person, ()) if person else ())
            for person, counted in people.items()
        ),
        key=lambda load: (not load.person, -load.tasks, load.person),
    )


def tasks_of(uow: UnitOfWork, person: str, limit: int) -> Sequence[Any]:
    """Return a person's open tasks with the language they need, what is due last first: it can change hands best."""
    columns = (task.c.id, task.c.kind, task.c.loop_id, task.c.due_at, task.c.priority, member.c.language)
    query = (
        select(*columns)
        .outerjoin(loop, loop.c.id == task.c.loop_id)
        .outerjoin(member, member.c.id == func.coalesce(task.c.member_id, loop.c.member_id))
    )
    mine = query.where(task.c.state == "open", task.c.owner_person == person)
    return uow.all(mine.order_by(task.c.due_at.desc(), task.c.id.desc()).limit(limit))


def places(uow: UnitOfWork) -> list[tuple[int, str, str]]:
    """Return (clinic, its name, its program's name) of every clinic that is listed."""
    query = select(clinic.c.id, clinic.c.name, program.c.name.label("program"))
    rows = uow.all(
        query.join(program, program.c.id == clinic.c.program_id).where(clinic.c.listed).order_by(clinic.c.name)
    )
    return [(row.id, row.name, row.program) for row in rows]


def _waits(kind: str) -> ColumnElement[bool]:
    there = and_(awaited.c.loop_id == loop.c.id, awaited.c.kind == kind, awaited.c.state == "waiting")
    return exists().where(there)


def _touch(states: Any) -> ColumnElement[bool]:
    return exists().where(touch.c.loop_id == loop.c.id, touch.c.state.in_(states))


def _of(query: Select[Any], part: Part) -> Select[Any]:
    """Narrow a query of loops to a part."""
    if part.program is not None:
        query = query.where(loop.c.program_id == part.program)
    if part.clinic is not None:
        query = query.where(loop.c.anchor_id.in_(select(anchor.c.id).where(anchor.c.clinic_id == part.clinic)))
    return query


def _tasks_of(query: Select[Any], part: Part) -> Select[Any]:
    """Narrow a query of tasks to a part; with none, those that belong to no loop are in it too."""
    return query if part == Part() else _of(query.join(loop, loop.c.id == task.c.loop_id), part)


def _languages(uow: UnitOfWork, part: Part) -> dict[str, tuple[str, ...]]:
    """Return in which languages people have work, or had it in the last weeks: what they know, as far as rows tell."""
    whom = member.c.id == func.coalesce(task.c.member_id, loop.c.member_id)
    worked = (task.c.state == "open") | (task.c.resolved_at >= uow.now - timedelta(weeks=WEEKS))
    query = select(task.c.owner_person, member.c.language).distinct()
    query = query.outerjoin(loop, loop.c.id == task.c.loop_id).join(member, whom)
    found: dict[str, list[str]] = {}
    for row in uow.all(query.where(task.c.owner_person.is_not(None), worked).order_by(member.c.language)):
        found.setdefault(row.owner_person, []).append(row.language)
    return {person: tuple(each) for person, each in found.items()}


def _done(uow: UnitOfWork, part: Part) -> dict[str, tuple[int, ...]]:
    """Return how many tasks people finished in each of the last weeks, the oldest week first."""
    weeks = [
        func.count()
        .filter(
            task.c.resolved_at >= uow.now - timedelta(weeks=back),
            task.c.resolved_at < uow.now - timedelta(weeks=back - 1),
        )
        .label(f"week_{back}")
        for back in range(WEEKS, 0, -1)
    ]
    query = _tasks_of(select(task.c.owner_person, *weeks), part)
    ended = task.c.state != "open", task.c.resolved_at >= uow.now - timedelta(weeks=WEEKS)
    rows = uow.all(query.where(task.c.owner_person.is_not(None), *ended).group_by(task.c.owner_person))
    return {row.owner_person: tuple(row)[1:] for row in rows}
