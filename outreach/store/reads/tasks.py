"""Open tasks as people work them, the most pressing first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from outreach.loops.tasks import Priority
from outreach.store.batches import rows_in
from outreach.store.tables import anchor, clinic, loop, program, task
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OtherVisit:
    """Another open loop of the same member, which may take over the promise."""

    loop_id: int
    day: date
    wall_time: time | None
    zone: str
    clinic: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One open task; `zone` is its visit's, else its program's, where it has one."""

    id: int
    kind: str
    owner_queue: str | None
    owner_person: str | None
    priority: str
    opened_at: datetime
    acknowledge_by: datetime | None
    due_at: datetime | None
    manager_at: datetime | None
    escalation: int
    acknowledged_at: datetime | None
    snoozed_until: datetime | None
    blocker: str | None
    loop_id: int | None
    member_id: int | None
    contact_point_id: int | None
    reply_id: int | None
    zone: str | None
    day: date | None
    wall_time: time | None
    clinic: str | None
    about: Mapping[str, Any] | None = field(repr=False, compare=False)
    others: tuple[OtherVisit, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which tasks a list shows: of one queue, of one person, of nobody yet, only late ones; those put off as well."""

    queue: str | None = None
    person: str | None = None
    snoozed: bool = False
    unclaimed: bool = False
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class WorkCounts:
    """How many open tasks a list would show, by whose they are; and how many it hides because they were put off."""

    all_open: int
    mine: int
    unclaimed: int
    overdue: int
    put_off: int


AT_ONCE = (Priority.STAT, Priority.ASAP)  # what comes first, whenever it is due

_SHOWN = (
    *(task.c[name] for name in TaskRow.__dataclass_fields__ if name in task.c),
    func.coalesce(anchor.c.zone, program.c.zone).label("zone"),
    anchor.c.day,
    anchor.c.wall_time,
    clinic.c.name.label("clinic"),
)


def open_tasks(uow: UnitOfWork, limit: int, chosen: Chosen, skip: int = 0) -> list[TaskRow]:
    """Return up to `limit` open tasks behind the first `skip`: stat first, then asap, what is overdue, by due time."""
    query = select(task.c.id).where(task.c.state == "open", *_of(uow, chosen))
    if not chosen.snoozed:
        query = query.where(~_put_off(uow))
    # Which ones first, of all there are, by the tasks alone; then what else is shown, of these.
    first = _most_pressing_first(uow, query).limit(limit).offset(skip)
    return _rows(uow, _most_pressing_first(uow, _query().where(task.c.id.in_(first))))


def count_put_off(uow: UnitOfWork, chosen: Chosen) -> int:
    """Return how many tasks the list hides because somebody put them off."""
    query = select(func.count()).select_from(task).where(task.c.state == "open", _put_off(uow), *_of(uow, chosen))
    return int(uow.execute(query).scalar_one())


def tasks_of_loop(uow: UnitOfWork, limit: int, loop_id: int, phone_id: int | None) -> list[TaskRow]:
    """Return the open tasks of one loop, and those about its phone that belong to no loop."""
    of_the_phone = and_(task.c.loop_id.is_(None), task.c.contact_point_id == phone_id)
    query = _query().where(task.c.state == "open", or_(task.c.loop_id == loop_id, of_the_phone))
    return _rows(uow, _most_pressing_first(uow, query).limit(limit))


def tasks_of_member(uow: UnitOfWork, limit: int, member_id: int, phone_ids: Sequence[int]) -> list[TaskRow]:
    """Return the open tasks about a member: of their loops, of themselves, and of their phones beside any loop."""
    of_the_phones = and_(task.c.loop_id.is_(None), task.c.member_id.is_(None), task.c.contact_point_id.in_(phone_ids))
    their_loops = select(loop.c.id).where(loop.c.member_id == member_id)
    theirs = or_(task.c.member_id == member_id, task.c.loop_id.in_(their_loops), of_the_phones)
    return _rows(uow, _most_pressing_first(uow, _query().where(task.c.state == "open", theirs)).limit(limit))


def open_task(uow: UnitOfWork, task_id: int) -> TaskRow | None:
    """Return one open task, or None."""
    found = _rows(uow, _query().where(task.c.state == "open", task.c.id == task_id))
    return found[0] if found else None


def open_loops(uow: UnitOfWork, member_ids: set[int]) -> dict[int, list[OtherVisit]]:
    """Return the open loops of these members, by member, the next visit first."""
    found: dict[int, list[OtherVisit]] = defaultdict(list)
    query = (
        select(loop.c.member_id, loop.c.id, anchor.c.day, anchor.c.wall_time, anchor.c.zone, clinic.c.name)
        .join(anchor, anchor.c.id == loop.c.anchor_id)
        .join(clinic, clinic.c.id == anchor.c.clinic_id)
        .where(loop.c.closed.is_(None))
        .order_by(anchor.c.starts_at, loop.c.id)
    )
    for row in rows_in(uow, query, loop.c.member_id, member_ids):
        found[row.member_id].append(OtherVisit(row.id, row.day, row.wall_time, row.zone, row.name))
    return found


def counts(uow: UnitOfWork, person_name: str) -> WorkCounts:
    """Return how many open tasks there are for everybody, for one person, for nobody yet, and late."""
    shown = ~_put_off(uow)
    wanted = {
        "all_open": shown,
        "mine": and_(shown, *_of(uow, Chosen(person=person_name))),
        "unclaimed": and_(shown, *_of(uow, Chosen(unclaimed=True))),
        "overdue": and_(shown, *_of(uow, Chosen(overdue=True))),
        "put_off": _put_off(uow),
    }
    sums = [func.count(case((which, 1))).label(name) for name, which in wanted.items()]
    row = uow.all(select(*sums).select_from(task).where(task.c.state == "open"))[0]
    return WorkCounts(**row._mapping)


def _of(uow: UnitOfWork, chosen: Chosen) -> list[ColumnElement[bool]]:
    wanted = [(task.c.owner_queue, chosen.queue), (task.c.owner_person, chosen.person)]
    found = [column == value for column, value in wanted if value is not None]
    if chosen.unclaimed:
        found.append(task.c.owner_person.is_(None))
    if chosen.overdue:
        found.append(_overdue(uow))
    return found


def _overdue(uow: UnitOfWork) -> ColumnElement[bool]:
    return task.c.due_at <= uow.now


def _put_off(uow: UnitOfWork) -> ColumnElement[bool]:
    return and_(task.c.snoozed_until.is_not(None), task.c.snoozed_until > uow.now)


def _most_pressing_first(uow: UnitOfWork, query: Select[Any]) -> Select[Any]:
    first = ((task.c.priority == priority, n) for n, priority in enumerate(AT_ONCE))
    pressing = case(*first, (_overdue(uow), len(AT_ONCE)), else_=len(AT_ONCE) + 1)
    return query.order_by(pressing, task.c.due_at, task.c.id)


def _rows(uow: UnitOfWork, query: Select[Any]) -> list[TaskRow]:
    rows = uow.all(query)
    others = open_loops(uow, {row.member_id for row in rows if row.member_id})
    return [TaskRow(**row._mapping, others=_besides(row.loop_id, others.get(row.member_id, ()))) for row in rows]


def _query() -> Select[Any]:
    return (
        select(*_SHOWN)
        .outerjoin(loop, loop.c.id == task.c.loop_id)
        .outerjoin(anchor, anchor.c.id == loop.c.anchor_id)
        .outerjoin(clinic, clinic.c.id == task.c.clinic_id)
        .outerjoin(program, program.c.id == task.c.program_id)
    )


def _besides(loop_id: int | None, visits: Iterable[OtherVisit]) -> tuple[OtherVisit, ...]:
    return tuple(visit for visit in visits if visit.loop_id != loop_id)
