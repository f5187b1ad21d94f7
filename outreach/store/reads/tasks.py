"""Open tasks as people work them, the most pressing first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Select, and_, case, or_, select

from outreach.store.batches import rows_in
from outreach.store.enrolment import NAME
from outreach.store.people import NUMBER
from outreach.store.replies import BODY
from outreach.store.tables import anchor, clinic, contact_point, loop, member, member_contact, reply, task
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OtherVisit:
    """Another open loop of the same member, which may take over the promise."""

    loop_id: int
    day: date
    wall_time: time | None
    clinic: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One open task; `zone` is its visit's, where it has one."""

    id: int
    kind: str
    owner_queue: str | None
    owner_person: str | None
    priority: str
    opened_at: datetime
    due_at: datetime | None
    loop_id: int | None
    member_id: int | None
    zone: str | None
    clinic: str | None
    others: tuple[OtherVisit, ...] = ()


@dataclass(frozen=True, slots=True)
class About:
    """Whom a task concerns, opened: the names on the phone, its number, what was said, and their open loops."""

    names: tuple[str, ...] = field(repr=False)
    number: str | None = field(repr=False)
    said: str | None = field(repr=False)
    loops: tuple[int, ...]


_SHOWN = (
    task.c.id, task.c.kind, task.c.owner_queue, task.c.owner_person, task.c.priority, task.c.opened_at, task.c.due_at,
    task.c.loop_id, task.c.member_id, anchor.c.zone, clinic.c.name.label("clinic"),
)  # fmt: skip


def open_tasks(uow: UnitOfWork, limit: int, loop_id: int | None = None, phone_id: int | None = None) -> list[TaskRow]:
    """Return open tasks: stat first, then what is overdue, then by due time.

    With `loop_id` only those of one loop, and those about its phone that belong to no loop.
    """
    pressing = case((task.c.priority == "stat", 0), (task.c.due_at <= uow.now, 1), else_=2)
    query = _query().where(task.c.state == "open")
    if loop_id is not None:
        of_the_phone = and_(task.c.loop_id.is_(None), task.c.contact_point_id == phone_id)
        query = query.where(or_(task.c.loop_id == loop_id, of_the_phone))
    return _rows(uow, query.order_by(pressing, task.c.due_at, task.c.id).limit(limit))


def open_task(uow: UnitOfWork, task_id: int) -> TaskRow | None:
    """Return one open task, or None."""
    found = _rows(uow, _query().where(task.c.state == "open", task.c.id == task_id))
    return found[0] if found else None


def about(uow: UnitOfWork, task_id: int) -> About:
    """Return whom a task concerns; the caller audits the view."""
    row = uow.all(select(task.c.member_id, task.c.contact_point_id, task.c.reply_id).where(task.c.id == task_id))[0]
    of_phone = select(member_contact.c.member_id).where(member_contact.c.contact_point_id == row.contact_point_id)
    ids = {row.member_id} if row.member_id else {found.member_id for found in uow.all(of_phone)}
    names = rows_in(uow, select(member.c.id, member.c.name).where(member.c.name.is_not(None)), member.c.id, ids)
    return About(
        names=tuple(uow.keyring.open(NAME, found.id, found.name) for found in names),
        number=_number(uow, row.contact_point_id, ids),
        said=_said(uow, row.reply_id),
        loops=tuple(visit.loop_id for visits in _open_loops(uow, ids).values() for visit in visits),
    )


def _number(uow: UnitOfWork, phone_id: int | None, member_ids: set[int]) -> str | None:
    query = select(contact_point.c.id, contact_point.c.number).order_by(contact_point.c.id)
    if phone_id is None:
        linked = select(member_contact.c.contact_point_id).where(member_contact.c.member_id.in_(member_ids))
        rows = uow.all(query.where(contact_point.c.id.in_(linked)).limit(1))
    else:
        rows = uow.all(query.where(contact_point.c.id == phone_id))
    return uow.keyring.open(NUMBER, rows[0].id, rows[0].number) if rows else None


def _said(uow: UnitOfWork, reply_id: int | None) -> str | None:
    rows = uow.all(select(reply.c.id, reply.c.body).where(reply.c.id == reply_id))
    return uow.keyring.open(BODY, rows[0].id, rows[0].body) if rows else None


def _rows(uow: UnitOfWork, query: Select[Any]) -> list[TaskRow]:
    rows = uow.all(query)
    others = _open_loops(uow, {row.member_id for row in rows if row.member_id})
    return [TaskRow(**row._mapping, others=_besides(row.loop_id, others.get(row.member_id, ()))) for row in rows]


def _query() -> Select[Any]:
    return (
        select(*_SHOWN)
        .outerjoin(loop, loop.c.id == task.c.loop_id)
        .outerjoin(anchor, anchor.c.id == loop.c.anchor_id)
        .outerjoin(clinic, clinic.c.id == task.c.clinic_id)
    )


def _besides(loop_id: int | None, visits: Iterable[OtherVisit]) -> tuple[OtherVisit, ...]:
    return tuple(visit for visit in visits if visit.loop_id != loop_id)


def _open_loops(uow: UnitOfWork, member_ids: set[int]) -> dict[int, list[OtherVisit]]:
    found: dict[int, list[OtherVisit]] = defaultdict(list)
    query = (
        select(loop.c.member_id, loop.c.id, anchor.c.day, anchor.c.wall_time, clinic.c.name)
        .join(anchor, anchor.c.id == loop.c.anchor_id)
        .join(clinic, clinic.c.id == anchor.c.clinic_id)
        .where(loop.c.closed.is_(None))
        .order_by(anchor.c.starts_at, loop.c.id)
    )
    for row in rows_in(uow, query, loop.c.member_id, member_ids):
        found[row.member_id].append(OtherVisit(row.id, row.day, row.wall_time, row.name))
    return found
