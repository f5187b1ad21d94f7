"""A member's other visits: what was missed before this one, and what is booked at its time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from outreach.loops.outcomes import Outcome
from outreach.store.batches import rows_in
from outreach.store.loops import StoredLoop
from outreach.store.tables import anchor, loop
from outreach.store.unit_of_work import UnitOfWork

_MISSED = (Outcome.NO_SHOW, Outcome.LEFT_WITHOUT_BEING_SEEN)
_TOGETHER = timedelta(hours=1)  # nobody is at two visits that begin within an hour


def misses(uow: UnitOfWork, stored: Sequence[StoredLoop]) -> dict[int, int]:
    """Return how many visits in a row each loop's member missed just before it (CARE-09); others are left out."""
    if not stored:
        return {}
    query = select(loop.c.id, loop.c.member_id, loop.c.outcome, anchor.c.starts_at).join(anchor)
    query = query.where(loop.c.outcome.in_([*_MISSED, Outcome.KEPT, Outcome.KEPT_LATE]))
    before: dict[int, list[tuple[object, ...]]] = defaultdict(list)
    for row in rows_in(uow, query, loop.c.member_id, {found.member for found in stored}):
        before[row.member_id].append((row.starts_at, row.id, row.outcome))
    counted = {}
    for found in stored:
        this = (found.loop.anchor.starts_at, found.loop.id)
        earlier = sorted((row for row in before[found.member] if row[:2] < this), reverse=True)
        in_a_row = next((n for n, row in enumerate(earlier) if row[2] not in _MISSED), len(earlier))
        if in_a_row:
            counted[found.loop.id] = in_a_row
    return counted


def clashes(uow: UnitOfWork, stored: Sequence[StoredLoop]) -> set[int]:
    """Return those of these loops whose member has another open visit at about the same time."""
    timed = [found for found in stored if found.loop.anchor.wall_time is not None]
    if not timed:
        return set()
    query = select(loop.c.id, loop.c.member_id, anchor.c.starts_at).join(anchor)
    query = query.where(loop.c.closed.is_(None), anchor.c.wall_time.is_not(None), anchor.c.cancelled.is_(False))
    others: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for row in rows_in(uow, query, loop.c.member_id, {found.member for found in timed}):
        others[row.member_id].append((row.id, row.starts_at))
    return {
        found.loop.id
        for found in timed
        for other, starts_at in others[found.member]
        if other != found.loop.id and abs(starts_at - found.loop.anchor.starts_at) < _TOGETHER
    }
