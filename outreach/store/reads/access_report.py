"""Who looked at whom, when, and why: the looks in the audit trail, each with the members it was about (HIP-14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from outreach.store.batches import rows_in
from outreach.store.everywhere import anywhere, rows_anywhere
from outreach.store.tables import audit, call, loop, member, member_contact, reply, signal, task, touch, trip
from outreach.store.unit_of_work import UnitOfWork

PAGE = 200
EVERYBODY = "evidence"  # the object of an export of all that is on record
_ROW = audit.c
# A look is named by its ending, so that a new page of the console is in the report without being listed here.
_LOOKS = or_(_ROW.action == "viewed", _ROW.action.like("%.viewed"), _ROW.action.like("%.exported"))


@dataclass(frozen=True, slots=True)
class Access:
    """One look. `members` are those the object is about now: several on a shared phone, none for a list.

    `who` is an actor, like `person:Maya Ortiz`; `action` says which page or export, `object` of what; `reason` is a
    code (Purpose) where one was given.
    """

    at: datetime
    id: int
    who: str
    action: str
    object: str
    reason: str | None
    members: tuple[int, ...]

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands in the report; give the last one as `before` to read on."""
        return self.at, self.id


def accesses(
    uow: UnitOfWork,
    member_id: int | None = None,
    person: str | None = None,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int = PAGE,
) -> list[Access]:
    """Return at most `limit` looks, newest first: at a member, by a person, or all; `since` <= at < `until`.

    A look at a list is not in a member's report, for the trail does not say who was on it; an export of everything is.
    """
    query = select(_ROW.at, _ROW.id, _ROW.actor.label("who"), _ROW.action, _ROW.object, _ROW.reason).where(_LOOKS)
    query = query.where(*_bounds(person, since, until, before)).order_by(_ROW.at.desc(), _ROW.id.desc()).limit(limit)
    rows = uow.all(query) if member_id is None else rows_in(uow, query, _ROW.object, _objects(uow, member_id))
    newest = sorted(rows, key=lambda row: (row.at, row.id), reverse=True)[:limit]
    about = _members(uow, {row.object for row in newest})
    return [Access(**row._mapping, members=about.get(row.object, ())) for row in newest]


def _bounds(
    person: str | None, since: datetime | None, until: datetime | None, before: tuple[datetime, int] | None
) -> list[ColumnElement[bool]]:
    bounds: list[ColumnElement[bool]] = []
    if person is not None:
        bounds.append(_ROW.actor == f"person:{person}")
    if since is not None:
        bounds.append(_ROW.at >= since)
    if until is not None:
        bounds.append(_ROW.at < until)
    if before is not None:
        at, row_id = before
        bounds.append(or_(_ROW.at < at, and_(_ROW.at == at, _ROW.id < row_id)))
    return bounds


def _about() -> Mapping[str, tuple[Select[Any], Any, Any]]:
    """For each kind of object: rows of (object, member), and the two columns to choose by."""
    on_phone = member_contact.c
    found: dict[str, tuple[Any, Any, Any]] = {
        "member": (member, member.c.id, member.c.id),
        "loop": (loop, loop.c.id, loop.c.member_id),
        "contact_point": (member_contact, on_phone.contact_point_id, on_phone.member_id),
    }
    for name, table in (("signal", signal), ("trip", trip)):
        found[name] = (table.join(loop, loop.c.id == table.c.loop_id), table.c.id, loop.c.member_id)
    for name, table in (("reply", reply), ("touch", touch), ("task", task), ("call", call)):
        known = func.coalesce(table.c.member_id, loop.c.member_id)
        phone = and_(on_phone.contact_point_id == table.c.contact_point_id, known.is_(None))
        joined = table.outerjoin(loop, loop.c.id == table.c.loop_id).outerjoin(member_contact, phone)
        found[name] = (joined, table.c.id, func.coalesce(known, on_phone.member_id))
    return {
        name: (select(key.label("id"), whom.label("member")).select_from(rows), key, whom)
        for name, (rows, key, whom) in found.items()
    }


def _objects(uow: UnitOfWork, member_id: int) -> list[str]:
    """Return what there is to look at of a member, as the trail names it."""
    found = {
        f"{name}:{row.id}"
        for name, (query, _, whom) in _about().items()
        for row in anywhere(uow, query.where(whom == member_id))
    }
    return [EVERYBODY, *sorted(found | {f"member:{member_id}"})]


def _members(uow: UnitOfWork, objects: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return whom each object is about, with one query for each kind of object."""
    ids: dict[str, set[int]] = defaultdict(set)
    for name, _, row_id in (seen.partition(":") for seen in objects):
        if row_id.isdecimal():
            ids[name].add(int(row_id))
    whose: dict[str, set[int]] = defaultdict(set)
    for name, (query, key, _) in _about().items():
        for row in rows_anywhere(uow, query, key, ids[name]):
            if row.member is not None:
                whose[f"{name}:{row.id}"].add(row.member)
    there = _there(uow, {one for members in whose.values() for one in members})
    return {seen: tuple(sorted(members & there)) for seen, members in whose.items()}


def _there(uow: UnitOfWork, member_ids: set[int]) -> set[int]:
    """Return those of these members who are there for whoever asks: a shared phone leads to others' too (HIP-15)."""
    if uow.actor.scope is None:
        return member_ids
    return {row.id for row in rows_in(uow, select(member.c.id), member.c.id, member_ids)}
