"""What people say that replies mean, where the program read them otherwise: rows that only ever grow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from conversations.prompt import Prompt
from outreach.store.batches import rows_in
from outreach.store.everywhere import with_question
from outreach.store.reads.thread import opened_trail
from outreach.store.replies import BODY, question_of
from outreach.store.tables import correction, reply
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Correction:
    """What a reply means, by whom and when."""

    reply: int
    intents: tuple[str, ...]
    reason: str | None
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReadReply:
    """A reply that was read: whose phone, what was open, what was understood and on which loop it was acted."""

    id: int
    phone: int
    loop: int | None
    question: Prompt | None
    intents: tuple[str, ...]
    reason: str | None
    safety: tuple[str, ...]
    received_at: datetime
    language: str | None
    body: str = field(repr=False)
    trail: tuple[tuple[str, str], ...] = field(repr=False)


def add(uow: UnitOfWork, reply_id: int, intents: Sequence[str], reason: str | None) -> int:
    """Store what a person says a reply means; the trail names the reply and never its words."""
    new = uow.next_id()
    row = {"id": new, "reply_id": reply_id, "intents": list(intents), "reason": reason, "actor": str(uow.actor)}
    uow.insert(correction, [row | {"at": uow.now}])
    uow.audit("reply.corrected", f"reply:{reply_id}")
    return new


def newest(uow: UnitOfWork, reply_ids: Iterable[int]) -> dict[int, Correction]:
    """Return the correction that holds of each reply that has one."""
    rows = rows_in(uow, select(correction).order_by(correction.c.id), correction.c.reply_id, set(reply_ids))
    return {row.reply_id: _correction(row) for row in sorted(rows, key=lambda row: row.id)}


def _correction(row: Any) -> Correction:
    return Correction(row.reply_id, tuple(row.intents), row.reason, row.actor, row.at)


def read_reply(uow: UnitOfWork, reply_id: int) -> ReadReply | None:
    """Return a reply that has been read; None while it waits, and for one that does not exist."""
    return next(iter(_read(uow, [reply_id])), None)


def corrected(uow: UnitOfWork, since: datetime | None) -> Iterator[tuple[ReadReply, Correction]]:
    """Yield every reply corrected since then with the correction that holds, oldest first."""
    query = select(correction.c.reply_id).distinct().order_by(correction.c.reply_id)
    if since is not None:
        query = query.where(correction.c.at >= since)
    wanted = [row.reply_id for row in uow.all(query)]
    held = newest(uow, wanted)
    yield from ((each, held[each.id]) for each in _read(uow, wanted))


def _read(uow: UnitOfWork, reply_ids: Iterable[int]) -> Iterator[ReadReply]:
    query = with_question(select(reply), "key", "options", "language").where(reply.c.read_at.is_not(None))
    for row in sorted(rows_in(uow, query, reply.c.id, set(reply_ids)), key=lambda row: row.id):
        yield ReadReply(
            id=row.id,
            phone=row.contact_point_id,
            loop=row.loop_id,
            question=question_of(row) if row.key else None,
            intents=tuple(row.intents or ()),
            reason=row.reason,
            safety=tuple(row.safety),
            received_at=row.received_at,
            language=row.language,
            body=uow.keyring.open(BODY, row.id, row.body),
            trail=opened_trail(uow, row),
        )
