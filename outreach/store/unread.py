"""Replies that nobody has read yet: what is due, what waits for the rest, and what was made of them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, or_, select, update

from outreach.store.batches import rows_in, update_rows
from outreach.store.replies import OPENED, TRAIL, StoredReply, if_it_opens
from outreach.store.tables import reply
from outreach.store.unit_of_work import CHUNK, UnitOfWork

_FREE = (reply.c.read_at.is_(None), reply.c.read_with.is_(None))
_NOW = bindparam("now", type_=reply.c.read_from.type)
_DUE = (
    select(reply.c.id, reply.c.contact_point_id)
    .where(*_FREE, or_(reply.c.read_from.is_(None), reply.c.read_from <= _NOW))
    # Not by id alone: PostgreSQL would walk the key past all that was ever read.
    .order_by(reply.c.received_at, reply.c.id)
    .limit(bindparam("most"))
)
_UNREAD = select(*OPENED).where(reply.c.read_at.is_(None)).order_by(reply.c.received_at, reply.c.id)


def due(uow: UnitOfWork, limit: int) -> list[tuple[int, int]]:
    """Return (reply, contact point) of replies to be looked at now, oldest first; a later text brings its pieces."""
    return [(row.id, row.contact_point_id) for row in uow.all(_DUE, {"now": uow.now, "most": limit})]


def due_of(uow: UnitOfWork, phone: int) -> list[int]:
    """Return the replies of one phone that are to be looked at now, oldest first."""
    query = _DUE.where(reply.c.contact_point_id == phone)
    return [row.id for row in uow.all(query, {"now": uow.now, "most": CHUNK})]


def of_phones(uow: UnitOfWork, phones: Iterable[int]) -> tuple[dict[int, list[StoredReply]], list[int]]:
    """Return all that nobody has read yet of these phones, oldest first; and what is due and cannot be opened."""
    found, broken = defaultdict[int, list[StoredReply]](list), list[int]()
    for row in rows_in(uow, _UNREAD, reply.c.contact_point_id, phones):
        if (opened := if_it_opens(uow, row)) is not None:
            found[row.contact_point_id].append(opened)
        elif row.read_with is None and (row.read_from is None or row.read_from <= uow.now):
            broken.append(row.id)
    return found, broken


def read_later(uow: UnitOfWork, until: Mapping[int, datetime]) -> None:
    """These unread texts wait for the rest, each until its time."""
    update_rows(uow, reply, ("id",), [{"id": each, "read_from": at} for each, at in until.items()])


def wait_longer(uow: UnitOfWork, phone: int, reply_ids: Sequence[int], at: datetime) -> None:
    """More came: those of these that wait already do so until `at`."""
    if reply_ids:
        waits = (*_still_unread(phone, reply_ids), reply.c.read_from.is_not(None))
        uow.execute(update(reply).where(*waits).values(read_from=at))


def read_with(uow: UnitOfWork, phone: int, reply_ids: Sequence[int], whole: int) -> None:
    """These unread texts are pieces of a later one, and are read with it."""
    if reply_ids:
        uow.execute(update(reply).where(*_still_unread(phone, reply_ids)).values(read_with=whole))


def _still_unread(phone: int, reply_ids: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    # With the phone: for ids alone PostgreSQL may walk through the index of all that is unread.
    return reply.c.contact_point_id == phone, reply.c.id.in_(reply_ids), reply.c.read_at.is_(None)


_MARK = update(reply).where(reply.c.id == bindparam("reply_id")).values(
    screened=None,
    **{
        name: bindparam(f"new_{name}", type_=reply.c[name].type)
        for name in ("read_at", "trail", "read_with", "loop_id", "member_id", "prompt_id", "intents", "reason")
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """What was understood of one reply: its trail as [rule, words], what it was bound to, and its codes.

    `whole` is the later text of which it was a piece, and which carries the meaning.
    """

    reply: int
    trail: Sequence[Sequence[str]] = field(repr=False)
    loop: int | None = None
    member: int | None = None
    prompt: int | None = None
    intents: Sequence[str] = ()
    reason: str | None = None
    whole: int | None = None


def mark_read(uow: UnitOfWork, understood: Sequence[Read]) -> None:
    """Store what was understood, with the trails sealed; these replies no longer hold their phones."""
    rows = [
        {
            "reply_id": each.reply, "new_read_at": uow.now, "new_read_with": each.whole,
            "new_trail": uow.keyring.seal(TRAIL, each.reply, json.dumps(each.trail)), "new_loop_id": each.loop,
            "new_member_id": each.member, "new_prompt_id": each.prompt, "new_intents": list(each.intents),
            "new_reason": each.reason,
        }
        for each in understood
    ]  # fmt: skip
    if rows:
        uow.execute(_MARK, rows)
