"""What stands in the way of a member's visits as they said it themselves, in a text or on the telephone (OUT-04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from conversations.meaning import Reason
from outreach.loops.around_member import BARRIERS
from outreach.store.everywhere import anywhere
from outreach.store.tables import loop, reply
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Heard:
    """A reason that a member gave, of which visit, and when; `open` while that visit's loop is."""

    loop: int
    reason: Reason
    at: datetime | None
    open: bool


def heard(uow: UnitOfWork, member_id: int) -> list[Heard]:
    """Return each barrier of each visit once, the latest first; one that nobody wrote has no time."""
    promises = uow.all(select(loop.c.id, loop.c.barriers, loop.c.closed).where(loop.c.member_id == member_id))
    open_ones = {row.id for row in promises if row.closed is None}
    said = {(row.id, Reason(code)): None for row in promises for code in row.barriers}
    ids = [row.id for row in promises]
    query = select(reply.c.id, reply.c.loop_id, reply.c.reason, reply.c.received_at)
    wrote: dict[tuple[int, Reason], datetime | None] = dict(said)
    for row in anywhere(uow, query.where(reply.c.loop_id.in_(ids), reply.c.reason.is_not(None))):
        reason = Reason(row.reason)
        if reason in BARRIERS:
            before = wrote.get((row.loop_id, reason))
            wrote[row.loop_id, reason] = max(before, row.received_at) if before else row.received_at
    found = [Heard(number, reason, at, number in open_ones) for (number, reason), at in wrote.items()]
    return sorted(found, key=lambda each: (each.at.timestamp() if each.at else 0.0, each.loop), reverse=True)
