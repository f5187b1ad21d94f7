"""Not everybody at nine sharp: what can wait is spread over its window, each member to one place (TWI-36)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from outreach.loops.cadence import Queue
from outreach.loops.facts import Facts, GateTouch
from outreach.loops.hours import GUARD, Hours, next_open

WIDEST = timedelta(minutes=30)  # a step keeps its meaning, and a number of one text a second reaches 1,800 members
_AT_ONCE = timedelta(
    hours=1
)  # what comes back sooner waits for something that ends just then, or is asked about again and again
_MINUTE = timedelta(minutes=1)


def spread_in(member: int, due_at: datetime, useful_until: datetime, hours: Hours, zones: Sequence[str]) -> datetime:
    """Return a member's own whole minute at or after `due_at`: within the opening, and while it is of use."""
    opening = next_open(hours, due_at, zones)
    if opening is None or opening.starts > due_at:
        return due_at
    width = min(WIDEST, opening.ends - GUARD - due_at, useful_until - due_at)
    places = int(width / _MINUTE)
    return due_at + _place(member) % places * _MINUTE if places > 1 else due_at


def spread(touch: GateTouch, facts: Facts, when: datetime, now: datetime) -> datetime:
    """Return when a held text is asked about again: what can wait does not come back all at once, as at an opening."""
    if touch.queue is not Queue.BULK or touch.member is None or when - now <= _AT_ONCE:
        return when
    return spread_in(touch.member, when, touch.useful_until, facts.hours, facts.zones)


@lru_cache(maxsize=1024)  # a plan asks for its one member again and again
def _place(member: int) -> int:
    return int.from_bytes(sha256(str(member).encode()).digest()[:6], "big")
