"""Whose time is over (LAW-30): when something last concerned each member and each phone, and what still stops it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, select, true, union_all

from outreach.store.batches import rows_in
from outreach.store.everywhere import places, with_archived
from outreach.store.tables import (
    anchor,
    consent_event,
    contact_point,
    loop,
    loop_event,
    member,
    member_contact,
    number_check,
    reply,
    sharing_event,
    signal,
    task,
    touch,
    trip,
)
from outreach.store.unit_of_work import UnitOfWork

_ON_A_PHONE = (
    touch.c.due_at, touch.c.sent_at, reply.c.received_at, consent_event.c.at, consent_event.c.received_at,
    task.c.opened_at, task.c.resolved_at,
)  # fmt: skip
_CONCERNING = (
    *_ON_A_PHONE, anchor.c.starts_at, loop.c.opened_at, loop.c.closed_at, loop_event.c.at, trip.c.recorded_at,
    signal.c.occurred_at, signal.c.delivered_at, signal.c.acted_at, sharing_event.c.at,
)  # fmt: skip
# Wherever a row lies by now, it concerned somebody.
_PHONES_DATES, _DATES = with_archived(_ON_A_PHONE), with_archived(_CONCERNING)
_UNFINISHED = (
    (loop.c.id, loop.c.closed.is_(None)),
    (task.c.id, task.c.state == "open"),
    (reply.c.id, reply.c.read_at.is_(None)),
    (touch.c.id, touch.c.state.in_(("planned", "claimed"))),
)


def members_past(uow: UnitOfWork, limit: datetime, among: Collection[int] | None = None) -> dict[int, datetime]:
    """Return the members whom nothing has concerned since `limit`, each with when something last did.

    Whoever is on hold, has an open loop or task, an unread reply or a text to come is left out, and so is a member
    whom nothing ever concerned: nobody can say since when. What came over a shared phone and cannot be told apart
    concerns everybody on it.
    """
    dated = union_all(*_last_of(among)).subquery()
    last = func.max(dated.c.at)
    over = select(dated.c.member, last.label("at")).group_by(dated.c.member).having(last < limit).subquery()
    query = select(member.c.id, over.c.at).join(over, over.c.member == member.c.id)
    query = query.where(member.c.purged_at.is_(None), member.c.legal_hold.is_(False))
    found = {row.id: row.at for row in uow.all(query)}
    # Asked after the dates: what came in between is unfinished.
    busy = union_all(*(each for column, which in _UNFINISHED for each in _whose(column, which, among)))
    unfinished = {row.member for row in uow.all(busy)}
    return {row_id: at for row_id, at in found.items() if row_id not in unfinished}


def never_concerned(uow: UnitOfWork) -> int:
    """Return how many members nothing on record ever concerned: they have no date, and are kept."""
    dated = union_all(*_last_of(None)).subquery()
    query = select(func.count()).select_from(member).where(member.c.purged_at.is_(None))
    return int(uow.execute(query.where(member.c.id.not_in(select(dated.c.member)))).scalar_one())


def on_hold(uow: UnitOfWork) -> list[int]:
    """Return the members on legal hold."""
    return [row.id for row in uow.all(select(member.c.id).where(member.c.legal_hold).order_by(member.c.id))]


def phones_past(uow: UnitOfWork, limit: datetime, among: Collection[int] | None = None) -> list[int]:
    """Return the phones that no member whose record is kept has or had, and on which nothing happened since `limit`."""
    linked = select(member_contact.c.contact_point_id)
    query = select(contact_point.c.id).where(contact_point.c.purged_at.is_(None), contact_point.c.id.not_in(linked))
    free = {row.id for row in (uow.all(query) if among is None else rows_in(uow, query, contact_point.c.id, among))}
    for column in (*_PHONES_DATES, number_check.c.at):
        recent = select(column.table.c.contact_point_id).where(column >= limit)
        free -= {row.contact_point_id for row in rows_in(uow, recent, column.table.c.contact_point_id, sorted(free))}
    for table in (*places(touch), reply, consent_event, task):
        free -= {row.contact_point_id for row in _needing(uow, table, sorted(free))}
    return sorted(free)


def _needing(uow: UnitOfWork, table: Table, phone_ids: Sequence[int]) -> Iterator[Any]:
    """Yield the rows on phones that are unfinished, or about a member whose record is kept."""
    phone = table.c.contact_point_id
    kept = member.c.purged_at.is_(None)
    yield from rows_in(uow, select(phone).join(member, member.c.id == table.c.member_id).where(kept), phone, phone_ids)
    if "loop_id" in table.c:
        of_loop = select(phone).join(loop, loop.c.id == table.c.loop_id).join(member, member.c.id == loop.c.member_id)
        yield from rows_in(uow, of_loop.where(kept), phone, phone_ids)
    for column, which in _UNFINISHED:
        if column.table is table:
            yield from rows_in(uow, select(phone).where(which), phone, phone_ids)


def _last_of(among: Collection[int] | None) -> Iterator[Select[Any]]:
    for column in _DATES:
        yield from _whose(column, column.is_not(None), among)
    review = select(member.c.id.label("member"), member.c.review_at.label("at"))
    yield review.where(member.c.review_at.is_not(None), _one_of(member.c.id, among))


def _whose(column: Any, which: ColumnElement[bool], among: Iterable[int] | None) -> Iterator[Select[Any]]:
    """Yield (member, at): by the member a row names, else by its loop's, else by everybody on its phone."""
    links, unnamed = column.table.c, true()
    if "member_id" in links:
        mine = select(links.member_id.label("member"), column.label("at"))
        yield mine.where(which, links.member_id.is_not(None), _one_of(links.member_id, among))
        unnamed = links.member_id.is_(None)
    if "loop_id" in links:
        mine = select(loop.c.member_id.label("member"), column.label("at")).join(loop, loop.c.id == links.loop_id)
        yield mine.where(which, unnamed, _one_of(loop.c.member_id, among))
        unnamed &= links.loop_id.is_(None)
    if "contact_point_id" in links:
        mine = select(member_contact.c.member_id.label("member"), column.label("at"))
        mine = mine.join(member_contact, member_contact.c.contact_point_id == links.contact_point_id)
        yield mine.where(which, unnamed, _one_of(member_contact.c.member_id, among))


def _one_of(column: Any, among: Iterable[int] | None) -> ColumnElement[bool]:
    return true() if among is None else column.in_(list(among))
