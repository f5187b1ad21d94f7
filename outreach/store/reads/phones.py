"""The simulated phones: whose they are, where something happened last, and where the story of each stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import func, select

from outreach.store.batches import rows_in
from outreach.store.enrolment import NAME
from outreach.store.people import NUMBER
from outreach.store.tables import (
    anchor,
    clinic,
    contact_point,
    loop,
    member,
    member_contact,
    prompt,
    reply,
    task,
    touch,
)
from outreach.store.unit_of_work import UnitOfWork

MOST = 1_000  # each number and name is opened: more than these would be felt
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone and who is reached on it, opened; the caller audits the view. `language` is of the first of them."""

    id: int
    number: str = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    members: tuple[int, ...]
    language: str
    heard_at: datetime | None
    texted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Visit:
    """The visit that a phone's texts are about now, and where its loop stands."""

    loop: int
    stage: str
    closed: str | None
    outcome: str | None
    day: date
    wall_time: time | None
    zone: str
    clinic: str


@dataclass(frozen=True, slots=True)
class Story:
    """Where things stand on one phone: its visit, the open tasks' kinds, the open question, and what was flagged.

    `options` are the digits of the question, `flags` what the screens ever found in its texts, oldest first.
    """

    visit: Visit | None
    tasks: tuple[str, ...]
    options: tuple[str, ...]
    flags: tuple[str, ...]


def phones(uow: UnitOfWork) -> list[Phone]:
    """Return the phones that somebody is reached on: where a member wrote last comes first, then by our last text."""
    heard = _last(uow, reply.c.contact_point_id, reply.c.received_at)
    texted = _last(uow, touch.c.contact_point_id, touch.c.sent_at)
    owners: dict[int, list[Any]] = defaultdict(list)
    for row in uow.all(_owners()):
        owners[row.id].append(row)
    found = [_phone(uow, rows, heard.get(row_id), texted.get(row_id)) for row_id, rows in owners.items()]
    newest = [(p.heard_at or _LONG_AGO, p.texted_at or _LONG_AGO, -p.id) for p in found]
    return [phone for _, phone in sorted(zip(newest, found, strict=True), key=lambda pair: pair[0], reverse=True)]


def stories(uow: UnitOfWork, shown: Sequence[Phone]) -> dict[int, Story]:
    """Return where the story of each of these phones stands."""
    visits = _visits(uow, [row_id for phone in shown for row_id in phone.members])
    tasks = _tasks(uow, [phone.id for phone in shown], [visit.loop for visit in visits.values()])
    ids = [phone.id for phone in shown]
    asked = select(prompt.c.contact_point_id, prompt.c.options).where(prompt.c.state == "open")
    options = {row.contact_point_id: tuple(sorted(row.options)) for row in _of(uow, asked, prompt, ids)}
    flags: dict[int, list[str]] = defaultdict(list)
    heard = select(reply.c.contact_point_id, reply.c.safety).order_by(reply.c.received_at, reply.c.id)
    for row in _of(uow, heard, reply, ids):
        flags[row.contact_point_id].extend(row.safety)
    found = {}
    for phone in shown:
        visit = _now(visits[row_id] for row_id in phone.members if row_id in visits)
        kinds = (*tasks["phone", phone.id], *(tasks["loop", visit.loop] if visit else ()))
        found[phone.id] = Story(visit, kinds, options.get(phone.id, ()), tuple(flags[phone.id]))
    return found


def phone_of_loop(uow: UnitOfWork, loop_id: int) -> int | None:
    """Return the phone on which the member of a loop is reached, or None."""
    query = select(member_contact.c.contact_point_id).join(loop, loop.c.member_id == member_contact.c.member_id)
    query = query.where(loop.c.id == loop_id).order_by(member_contact.c.contact_point_id)
    rows = uow.all(query.limit(1))
    return rows[0].contact_point_id if rows else None


def number_of(uow: UnitOfWork, phone_id: int) -> str | None:
    """Return the E.164 number of a phone, or None when there is no such phone."""
    rows = uow.all(select(contact_point.c.number).where(contact_point.c.id == phone_id))
    return uow.keyring.open(NUMBER, phone_id, rows[0].number) if rows else None


def _owners() -> Any:
    reached = select(contact_point.c.id, contact_point.c.number, member.c.id.label("member_id"), member.c.name)
    reached = reached.add_columns(member.c.language)
    reached = reached.join(member_contact, member_contact.c.contact_point_id == contact_point.c.id)
    reached = reached.join(member, member.c.id == member_contact.c.member_id)
    return reached.order_by(contact_point.c.id, member.c.id).limit(MOST)


def _phone(uow: UnitOfWork, rows: Sequence[Any], heard: datetime | None, texted: datetime | None) -> Phone:
    return Phone(
        id=rows[0].id,
        number=uow.keyring.open(NUMBER, rows[0].id, rows[0].number),
        names=tuple(uow.keyring.open(NAME, row.member_id, row.name) for row in rows if row.name),
        members=tuple(row.member_id for row in rows),
        language=rows[0].language,
        heard_at=heard,
        texted_at=texted,
    )


def _last(uow: UnitOfWork, key: Any, at: Any) -> dict[int, datetime]:
    query = select(key.label("id"), func.max(at).label("at")).where(at.is_not(None)).group_by(key)
    return {row.id: row.at for row in uow.all(query)}


def _of(uow: UnitOfWork, query: Any, table: Any, phone_ids: Iterable[int]) -> list[Any]:
    return list(rows_in(uow, query, table.c.contact_point_id, phone_ids))


def _visits(uow: UnitOfWork, member_ids: Iterable[int]) -> dict[int, Visit]:
    """Return each member's visit that is next among the open ones, else the one that ended last."""
    columns = (loop.c.member_id, loop.c.stage, loop.c.closed, loop.c.outcome, loop.c.id.label("loop"))
    place = (anchor.c.day, anchor.c.wall_time, anchor.c.zone, clinic.c.name.label("clinic"))
    query = select(*columns, *place).join(anchor, anchor.c.id == loop.c.anchor_id)
    query = query.join(clinic, clinic.c.id == anchor.c.clinic_id).order_by(anchor.c.starts_at, loop.c.id)
    found: dict[int, Visit] = {}
    for row in rows_in(uow, query, loop.c.member_id, member_ids):
        known = found.get(row.member_id)
        if known is None or known.closed is not None:
            found[row.member_id] = Visit(**{name: getattr(row, name) for name in Visit.__dataclass_fields__})
    return found


def _now(visits: Iterable[Visit]) -> Visit | None:
    """Of several people on one phone, the open visit that is next."""
    ordered = sorted(visits, key=lambda visit: (visit.closed is not None, visit.day, visit.loop))
    return ordered[0] if ordered else None


def _tasks(uow: UnitOfWork, phone_ids: list[int], loop_ids: list[int]) -> dict[tuple[str, int], tuple[str, ...]]:
    query = select(task.c.kind, task.c.loop_id, task.c.contact_point_id).where(task.c.state == "open")
    query = query.order_by(task.c.opened_at.desc(), task.c.id)
    found: dict[tuple[str, int], tuple[str, ...]] = defaultdict(tuple)
    for row in rows_in(uow, query, task.c.loop_id, loop_ids):
        found["loop", row.loop_id] += (row.kind,)
    for row in rows_in(uow, query.where(task.c.loop_id.is_(None)), task.c.contact_point_id, phone_ids):
        found["phone", row.contact_point_id] += (row.kind,)
    return found
