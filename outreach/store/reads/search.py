"""Finding members: by name, whole number, the clinic's id of them, or one of our numbers; and what is shown of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from sqlalchemy import Select, exists, select

from outreach.store import names
from outreach.store.batches import rows_in
from outreach.store.enrolment import NAME
from outreach.store.tables import (
    anchor,
    clinic,
    contact_point,
    loop,
    member,
    member_contact,
    name_token,
    program,
)
from outreach.store.unit_of_work import UnitOfWork

FOUND = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for; whatever of it is there is looked up, and each find counts."""

    words: tuple[str, ...] = field(default=(), repr=False)
    number: str | None = field(default=None, repr=False)
    external_id: str | None = field(default=None, repr=False)
    member: int | None = None
    loop: int | None = None


@dataclass(frozen=True, slots=True)
class NextVisit:
    """The next visit of an open loop."""

    loop: int
    day: date
    wall_time: time | None
    zone: str
    clinic: str


@dataclass(frozen=True, slots=True)
class Found:
    """A member as a list of finds shows them: enough to tell whom to open, and no more."""

    id: int
    name: str | None = field(repr=False)
    language: str
    program: str
    visit: NextVisit | None


def search(uow: UnitOfWork, asked: Asked) -> list[Found]:
    """Return at most `FOUND` members, opened, those found by a number first; the caller audits who was shown.

    Purged members are not found. It takes the same few statements however many there are.
    """
    ids = list(dict.fromkeys([*_by_numbers(uow, asked), *_by_name(uow, asked)]))[: FOUND + 1]
    return _shown(uow, ids[:FOUND])


def unindexed(uow: UnitOfWork, after: int, most: int) -> dict[int, str]:
    """Return members behind one of them who have a name and no token of it, opened."""
    known = exists().where(name_token.c.member_id == member.c.id)
    query = select(member.c.id, member.c.name).where(member.c.id > after, member.c.name.is_not(None), ~known)
    rows = uow.all(query.order_by(member.c.id).limit(most))
    return {row.id: uow.keyring.open(NAME, row.id, row.name) for row in rows}


def _by_numbers(uow: UnitOfWork, asked: Asked) -> Iterable[int]:
    if asked.member is not None:
        yield asked.member
    if asked.loop is not None:
        yield from _ids(uow, select(loop.c.member_id.label("id")).where(loop.c.id == asked.loop))
    if asked.external_id is not None:
        theirs = member.c.external_index == uow.keyring.index("member", asked.external_id)
        yield from _ids(uow, select(member.c.id).where(theirs).limit(FOUND))
    if asked.number is not None:
        linked = select(member_contact.c.member_id.label("id")).join(
            contact_point, contact_point.c.id == member_contact.c.contact_point_id
        )
        theirs = contact_point.c.number_index == uow.keyring.index("number", asked.number)
        yield from _ids(uow, linked.where(theirs).order_by(member_contact.c.member_id).limit(FOUND))


def _by_name(uow: UnitOfWork, asked: Asked) -> list[int]:
    return names.beginning_with(uow, asked.words, FOUND) if asked.words else []


def _ids(uow: UnitOfWork, query: Select[Any]) -> list[int]:
    return [int(row.id) for row in uow.all(query)]


def _shown(uow: UnitOfWork, ids: Sequence[int]) -> list[Found]:
    query = select(member.c.id, member.c.name, member.c.language, program.c.name.label("program"))
    query = query.join(program, program.c.id == member.c.program_id).where(member.c.purged_at.is_(None))
    rows = {row.id: row for row in rows_in(uow, query, member.c.id, ids)}
    visits = _next_visits(uow, list(rows))
    return [
        Found(
            id=row.id,
            name=uow.keyring.open(NAME, row.id, row.name) if row.name else None,
            language=row.language,
            program=row.program,
            visit=visits.get(row.id),
        )
        for row in (rows[each] for each in ids if each in rows)
    ]


def _next_visits(uow: UnitOfWork, ids: Sequence[int]) -> dict[int, NextVisit]:
    query = (
        select(
            loop.c.id, loop.c.member_id, anchor.c.day, anchor.c.wall_time, anchor.c.zone, clinic.c.name.label("clinic")
        )
        .join(anchor, anchor.c.id == loop.c.anchor_id)
        .join(clinic, clinic.c.id == anchor.c.clinic_id)
        .where(loop.c.closed.is_(None))
        .order_by(anchor.c.day.desc(), loop.c.id)
    )
    rows = rows_in(uow, query, loop.c.member_id, ids)
    return {row.member_id: NextVisit(row.id, row.day, row.wall_time, row.zone, row.clinic) for row in rows}
