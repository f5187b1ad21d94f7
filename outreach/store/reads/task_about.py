"""Whom a task concerns, opened, and what people told each other about it; the caller audits the view."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from outreach.store.batches import rows_in
from outreach.store.enrolment import NAME
from outreach.store.people import NUMBER
from outreach.store.reads.said import said
from outreach.store.reads.tasks import open_loops
from outreach.store.tables import contact_point, member, member_contact, reply, task, task_note
from outreach.store.tasks import NOTE, members_of
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Named:
    """One of the people a task may be about."""

    id: int
    name: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class About:
    """Whom a task concerns, opened: the people on the phone, its number, what was said, and their open loops."""

    people: tuple[Named, ...]
    phone_id: int | None
    number: str | None = field(repr=False)
    said: str | None = field(repr=False)
    loops: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that a person did with a task, and their words."""

    at: datetime
    actor: str
    what: str
    words: str = field(repr=False)


def about(uow: UnitOfWork, task_id: int) -> About:
    """Return whom a task concerns; the caller audits the view."""
    row = uow.all(select(task.c.contact_point_id, task.c.reply_id).where(task.c.id == task_id))[0]
    ids = members_of(uow, task_id)
    people = rows_in(uow, select(member.c.id, member.c.name).order_by(member.c.id), member.c.id, ids)
    phone_id, number = _number(uow, row.contact_point_id, ids)
    return About(
        people=tuple(Named(m.id, uow.keyring.open(NAME, m.id, m.name) if m.name else None) for m in people),
        phone_id=phone_id,
        number=number,
        said=_said(uow, row.reply_id),
        loops=tuple(visit.loop_id for visits in open_loops(uow, set(ids)).values() for visit in visits),
    )


def history(uow: UnitOfWork, task_id: int) -> list[Note]:
    """Return what people did with a task, oldest first, with their notes opened; the caller audits the view."""
    rows = uow.all(select(task_note).where(task_note.c.task_id == task_id).order_by(task_note.c.id))
    return [
        Note(row.at, row.actor, row.what, uow.keyring.open(NOTE, row.id, row.note) if row.note else "") for row in rows
    ]


def _number(uow: UnitOfWork, phone_id: int | None, member_ids: list[int]) -> tuple[int | None, str | None]:
    query = select(contact_point.c.id, contact_point.c.number).order_by(contact_point.c.id)
    if phone_id is None:
        linked = select(member_contact.c.contact_point_id).where(member_contact.c.member_id.in_(member_ids))
        rows = uow.all(query.where(contact_point.c.id.in_(linked)).limit(1))
    else:
        rows = uow.all(query.where(contact_point.c.id == phone_id))
    return (rows[0].id, uow.keyring.open(NUMBER, rows[0].id, rows[0].number)) if rows else (None, None)


def _said(uow: UnitOfWork, reply_id: int | None) -> str | None:
    rows = uow.all(select(reply.c.id, reply.c.body, reply.c.media_count, reply.c.call_id).where(reply.c.id == reply_id))
    return said(uow, rows[0]) if rows else None
