"""What left after a STOP and must not have: the alarm of LAW-16, computed from the rows alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from outreach.loops.consent import Action, Category, suppressed
from outreach.store import consents
from outreach.store.claims import COUNTED
from outreach.store.everywhere import anywhere
from outreach.store.tables import attempt, consent_event, touch
from outreach.store.unit_of_work import UnitOfWork

# Two transactions that begin together may commit in either order: what was leaving then is no breach.
_TOGETHER = timedelta(seconds=1)


def sends_after_stop(uow: UnitOfWork) -> int:
    """Count the texts and calls that left for a number after it was opted out, those a STOP allows aside; must be 0."""
    after = (attempt.c.contact_point_id == consent_event.c.contact_point_id) & (
        attempt.c.claimed_at > consent_event.c.received_at
    )
    columns = (attempt.c.touch_id, attempt.c.fencing, attempt.c.contact_point_id, attempt.c.claimed_at)
    query = select(*columns, touch.c.category).distinct().select_from(consent_event).join(attempt, after)
    query = query.join(touch, touch.c.id == attempt.c.touch_id).where(
        consent_event.c.action == Action.STOP, attempt.c.outcome.in_(COUNTED), touch.c.exempt.is_(None)
    )
    by_phone: dict[int, list[Any]] = defaultdict(list)
    for row in anywhere(uow, query):
        by_phone[row.contact_point_id].append(row)
    ledgers = consents.consents(uow, by_phone)
    return sum(_breaches(ledgers[phone], rows) for phone, rows in by_phone.items())


def _breaches(ledger: Iterable[Any], rows: Iterable[Any]) -> int:
    events = tuple(ledger)
    return sum(
        suppressed([e for e in events if e.received_at < row.claimed_at - _TOGETHER], Category(row.category))
        and suppressed([e for e in events if e.received_at <= row.claimed_at], Category(row.category))
        for row in rows
    )
