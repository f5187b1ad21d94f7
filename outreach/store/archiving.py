"""Moving what is finished out of the working tables, a few loops or phones at a time, under their locks.

Every statement goes by ids that were read behind the locks: what is copied is what is deleted, and a batch that was
moved already moves nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, insert, literal, select

from outreach.store import loops, people
from outreach.store.batches import chunks, rows_in
from outreach.store.resting import resting
from outreach.store.tables import (
    ARCHIVED,
    anchor,
    attempt,
    awaited,
    loop,
    loop_event,
    member,
    member_contact,
    own_words,
    prompt,
    touch,
)
from outreach.store.unit_of_work import UnitOfWork

Moved = Counter[str]  # rows, by month
_ENDED = select(awaited.c.id).where(awaited.c.state != "waiting")
_CONSUMED = select(loop_event.c.id).where(loop_event.c.consumed_at.is_not(None))
_ON_HOLD = (
    select(member_contact.c.contact_point_id)
    .join(member, member.c.id == member_contact.c.member_id)
    .where(member.c.legal_hold)
)


def old_loops(uow: UnitOfWork, before: datetime, after: int, limit: int) -> list[int]:
    """Return up to `limit` loops with ids above `after` that may be archived: closed, and their visit, `before` then.

    Those of members on legal hold are left out (LAW-30).
    """
    query = _closed(before).where(loop.c.id > after).order_by(loop.c.id)
    return [row.id for row in uow.all(query.limit(limit))]


def old_phones(uow: UnitOfWork, before: datetime, after: int, limit: int) -> list[int]:
    """Return up to `limit` phones with ids above `after` that had texts outside of any loop before an instant."""
    phone = touch.c.contact_point_id
    query = select(phone).where(phone > after, *_alone(before)).distinct()
    return [row.contact_point_id for row in uow.all(query.order_by(phone).limit(limit))]


def move_loops(uow: UnitOfWork, loop_ids: Sequence[int], before: datetime) -> Moved:
    """Lock these loops and archive what is finished of them, by the month in which they closed."""
    loops.lock_rows(uow, loop_ids)
    closed = {row.id: row.closed_at for row in rows_in(uow, _closed(before), loop.c.id, loop_ids)}
    moved: Moved = Counter()
    for month, ids in _by_month(closed).items():
        for query, of_loop in ((_ENDED, awaited.c.loop_id), (_CONSUMED, loop_event.c.loop_id)):
            table = of_loop.table
            moved[month] += _move(uow, table.c.id, [row.id for row in rows_in(uow, query, of_loop, ids)], month)
        moved[month] += _move_texts(uow, [row.id for row in resting(uow, touch.c.loop_id, ids)], month)
    return +moved


def move_texts_to(uow: UnitOfWork, phone_ids: Sequence[int], before: datetime) -> Moved:
    """Lock these phones and archive finished texts to them that belong to no loop, by the month they were due in."""
    people.lock_phones(uow, phone_ids)
    held = {row.contact_point_id for row in rows_in(uow, _ON_HOLD, member_contact.c.contact_point_id, phone_ids)}
    found = resting(uow, touch.c.contact_point_id, sorted(set(phone_ids) - held), *_alone(before))
    moved: Moved = Counter()
    for month, ids in _by_month({row.id: row.due_at for row in found}).items():
        moved[month] += _move_texts(uow, ids, month)
    return +moved


def _closed(before: datetime) -> Select[Any]:
    """A visit that is still to come could have its loop opened again, and planning would ask what was sent."""
    query = select(loop.c.id, loop.c.closed_at).join(anchor, anchor.c.id == loop.c.anchor_id)
    query = query.join(member, member.c.id == loop.c.member_id).where(member.c.legal_hold.is_(False))
    return query.where(loop.c.closed.is_not(None), loop.c.closed_at < before, anchor.c.starts_at < before)


def _alone(before: datetime) -> tuple[ColumnElement[bool], ...]:
    held = exists().where(member.c.id == touch.c.member_id, member.c.legal_hold)
    return touch.c.loop_id.is_(None), touch.c.due_at < before, ~held


def _by_month(dated: Mapping[int, datetime]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for row_id, at in sorted(dated.items()):
        found[f"{at:%Y-%m}"].append(row_id)
    return found


def _move_texts(uow: UnitOfWork, touch_ids: Sequence[int], month: str) -> int:
    """Archive texts with the questions they asked, each try to send them, and what people wrote for them."""
    keys = (prompt.c.touch_id, attempt.c.touch_id, own_words.c.touch_id, touch.c.id)
    return sum(_move(uow, key, touch_ids, month) for key in keys)


def _move(uow: UnitOfWork, key: Any, keys: Iterable[int], month: str) -> int:
    table, moved = key.table, 0
    archive = ARCHIVED[table]
    for part in chunks(keys):
        copied = select(*table.columns, literal(month)).where(key.in_(part))
        uow.execute(insert(archive).from_select([*table.columns.keys(), "month"], copied))
        moved += uow.execute(delete(table).where(key.in_(part))).rowcount
    return moved
