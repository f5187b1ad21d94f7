"""Loops as people see them: a page of the list, and one loop's head with its member."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, exists, literal, select, tuple_

from conversations.meaning import Preferences
from locales.languages import languages
from outreach.loops.standing import Standing
from outreach.store import health
from outreach.store.batches import rows_in
from outreach.store.enrolment import NAME
from outreach.store.everywhere import rows_anywhere
from outreach.store.loops import read_preferences
from outreach.store.people import NUMBER
from outreach.store.reads.holds import HoldRow, alarms, holds
from outreach.store.tables import (
    anchor,
    clinic,
    contact_point,
    loop,
    member,
    member_contact,
    program,
    prompt,
    task,
    touch,
)
from outreach.store.touches import LEFT
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class LoopRow:
    """One loop, without a name on it."""

    id: int
    stage: str
    closed: str | None
    outcome: str | None
    source: str | None
    reason: str | None
    day: date
    wall_time: time | None
    zone: str
    cancelled: bool
    clinic_id: int
    clinic: str
    program: str
    member_id: int
    parent_id: int | None
    next_at: datetime | None
    ride_need: str
    tried: int
    called: bool
    preferences: Preferences
    told: bool
    holds: tuple[HoldRow, ...] = ()
    alarms: tuple[HoldRow, ...] = ()  # open tasks about the member's phone, which belong to no loop


@dataclass(frozen=True, slots=True)
class Person:
    """The member of a loop; nothing of it is printed."""

    id: int
    name: str | None = field(repr=False)
    language: str
    phone_id: int | None
    number: str | None = field(repr=False)
    options: tuple[str, ...]  # the digits of the question open on the phone
    standing: Standing
    review_at: datetime | None
    purged: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A member's name and the language they read."""

    name: str | None = field(repr=False)
    language: str


class Sort(StrEnum):
    """In which order loops are listed; closed ones always the newest first."""

    NEXT = "next"  # what comes next
    VISIT = "visit"
    OPENED = "opened"


_SHOWN = (
    loop.c.id, loop.c.stage, loop.c.closed, loop.c.outcome, loop.c.source, loop.c.reason, anchor.c.day,
    anchor.c.wall_time, anchor.c.zone, anchor.c.cancelled, anchor.c.clinic_id, clinic.c.name.label("clinic"),
    program.c.name.label("program"), loop.c.member_id, loop.c.parent_id, loop.c.next_at, loop.c.ride_need,
    loop.c.tried, loop.c.called, loop.c.preferences,
)  # fmt: skip
_KEYS = {Sort.NEXT: loop.c.next_at, Sort.VISIT: anchor.c.starts_at, Sort.OPENED: loop.c.opened_at}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which loops are listed. `show` is `open`, `closed`, `all`, or `unheld` for open ones that break the promise."""

    show: str = "open"
    clinic: int | None = None
    language: str | None = None
    overdue: bool = False
    sort: Sort = Sort.NEXT


def page(uow: UnitOfWork, wanted: Wanted, after: int | None, limit: int) -> list[LoopRow]:
    """Return up to `limit` loops behind loop `after`: the open ones in their order, then the newest closed ones."""
    last = _place(uow, after) if after is not None else None
    found: list[Any] = []
    if wanted.show != "closed" and (last is None or last.closed is None):
        found += _open(uow, wanted, last, limit)
    if wanted.show in ("closed", "all") and not wanted.overdue and len(found) < limit:
        found += _closed(uow, wanted, last if last is not None and last.closed else None, limit - len(found))
    return _with_holds(uow, found)


def languages_there(uow: UnitOfWork) -> list[str]:
    """Return the languages that members speak, by their codes: one look into an index for each there is."""
    there = {code: exists(select(member.c.id).where(member.c.language == code)).label(code) for code in languages()}
    row = uow.all(select(*there.values()))[0]
    return sorted(code for code in there if row._mapping[code])


def one(uow: UnitOfWork, loop_id: int) -> LoopRow | None:
    """Return one loop, or None."""
    found = _with_holds(uow, uow.all(_query().where(loop.c.id == loop_id)))
    return found[0] if found else None


def of_member(uow: UnitOfWork, member_id: int, limit: int) -> list[LoopRow]:
    """Return a member's loops: the open ones, then the closed ones, the newest first."""
    query = _query().where(loop.c.member_id == member_id).order_by(loop.c.closed.is_not(None), loop.c.id.desc())
    return _with_holds(uow, uow.all(query.limit(limit)))


def person(uow: UnitOfWork, member_id: int) -> Person:
    """Return a loop's member with name and number opened; the caller audits the view."""
    row = uow.all(select(member).where(member.c.id == member_id))[0]
    name = uow.keyring.open(NAME, row.id, row.name) if row.name else None
    query = select(contact_point.c.id, contact_point.c.number).join(
        member_contact, member_contact.c.contact_point_id == contact_point.c.id
    )
    phones = uow.all(query.where(member_contact.c.member_id == member_id).order_by(contact_point.c.id).limit(1))
    stands = (Standing(row.standing), row.review_at, row.purged_at is not None)
    if not phones:
        return Person(row.id, name, row.language, None, None, (), *stands)
    phone = phones[0]
    asked = uow.all(select(prompt.c.options).where(prompt.c.contact_point_id == phone.id, prompt.c.state == "open"))
    options = tuple(sorted(asked[0].options)) if asked else ()
    number = uow.keyring.open(NUMBER, phone.id, phone.number)
    return Person(row.id, name, row.language, phone.id, number, options, *stands)


def named(uow: UnitOfWork, member_ids: Iterable[int]) -> dict[int, Named]:
    """Return the members' names, opened; the caller audits the view."""
    rows = rows_in(uow, select(member.c.id, member.c.name, member.c.language), member.c.id, member_ids)
    opened = {row.id: uow.keyring.open(NAME, row.id, row.name) if row.name else None for row in rows}
    return {row.id: Named(opened[row.id], row.language) for row in rows}


def followed_by(uow: UnitOfWork, loop_id: int) -> list[int]:
    """Return the loops that took over from this one."""
    return [row.id for row in uow.all(select(loop.c.id).where(loop.c.parent_id == loop_id).order_by(loop.c.id))]


def _query() -> Select[Any]:
    return (
        select(*_SHOWN)
        .join(anchor, anchor.c.id == loop.c.anchor_id)
        .join(clinic, clinic.c.id == anchor.c.clinic_id)
        .join(program, program.c.id == loop.c.program_id)
    )


def _place(uow: UnitOfWork, loop_id: int) -> Any:
    columns = (loop.c.id, loop.c.closed, *(key.label(sort) for sort, key in _KEYS.items()), loop.c.closed_at)
    rows = uow.all(select(*columns).join(anchor, anchor.c.id == loop.c.anchor_id).where(loop.c.id == loop_id))
    return rows[0] if rows else None


def _open(uow: UnitOfWork, wanted: Wanted, last: Any, limit: int) -> list[Any]:
    query = _chosen(_query(), wanted).where(loop.c.closed.is_(None))
    if wanted.show == "unheld":
        query = query.where(loop.c.id.in_(sorted(health.unheld(uow))[:limit]))
    if wanted.overdue:
        late = exists().where(task.c.loop_id == loop.c.id, task.c.state == "open", task.c.due_at <= uow.now)
        query = query.where(late)
    key, after = _KEYS[wanted.sort], None if last is None else (last._mapping[wanted.sort.value], last.id)
    return _ascending(uow, query, key, after, limit)


def _ascending(uow: UnitOfWork, query: Select[Any], key: Column[Any], after: Any, limit: int) -> list[Any]:
    """Return loops by a time and their ids, those without it first: an index has each half in order."""
    at, last = after or (None, 0)
    found: list[Any] = []
    if at is None and key.nullable:
        found += uow.all(query.where(key.is_(None), loop.c.id > last).order_by(loop.c.id).limit(limit))
    rest = query.where(key.is_not(None))
    if at is not None:
        rest = rest.where(tuple_(key, loop.c.id) > _literal(at, last))
    if len(found) < limit:
        found += uow.all(rest.order_by(key, loop.c.id).limit(limit - len(found)))
    return found


def _closed(uow: UnitOfWork, wanted: Wanted, last: Any, limit: int) -> list[Any]:
    query, key = _chosen(_query(), wanted).where(loop.c.closed.is_not(None)), loop.c.closed_at
    found: list[Any] = []
    if last is None or last.closed_at is not None:
        known = query.where(key.is_not(None))
        if last is not None:
            known = known.where(tuple_(key, loop.c.id) < _literal(last.closed_at, last.id))
        found += uow.all(known.order_by(key.desc(), loop.c.id.desc()).limit(limit))
    if len(found) < limit:
        old = query.where(key.is_(None))  # from before it was noted when
        if last is not None and last.closed_at is None:
            old = old.where(loop.c.id < last.id)
        found += uow.all(old.order_by(loop.c.id.desc()).limit(limit - len(found)))
    return found


def _chosen(query: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.clinic is not None:
        query = query.where(anchor.c.clinic_id == wanted.clinic)
    if wanted.language is not None:
        query = query.join(member, member.c.id == loop.c.member_id).where(member.c.language == wanted.language)
    return query


def _literal(at: datetime, row_id: int) -> ColumnElement[Any]:
    return tuple_(literal(at, loop.c.next_at.type), literal(row_id, loop.c.id.type))


def _with_holds(uow: UnitOfWork, rows: Sequence[Any]) -> list[LoopRow]:
    ids = [row.id for row in rows]
    told = {row.loop_id for row in rows_anywhere(uow, _told(), touch.c.loop_id, ids)}
    held = holds(uow, [row.id for row in rows if row.closed is None])
    rings = alarms(uow, {row.member_id for row in rows if row.closed is None})
    return [
        LoopRow(
            **{**row._mapping, "preferences": read_preferences(row.preferences)},
            told=row.id in told,
            holds=tuple(held.get(row.id, ())),
            alarms=tuple(rings.get(row.member_id, ())) if row.closed is None else (),
        )
        for row in rows
    ]


def _told() -> Select[Any]:
    return select(touch.c.loop_id).where(touch.c.state.in_(LEFT)).distinct()
