"""How often a phone may ring, over all its members and channels (LAW-35)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from outreach.loops.instants import local_date, resolve
from outreach.loops.state_hours import in_force

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_LONGEST_DAY = timedelta(hours=26)  # with an hour to spare where the clocks are set back


@dataclass(frozen=True, slots=True)
class Caps:
    """Proactive messages per phone: in a local day, and in seven local days."""

    per_day: int = 2
    per_week: int = 6


RIDE_CAPS = Caps(per_day=2, per_week=14)  # texts about a booked ride have a cap of their own
LANDLINE_CAPS = Caps(per_day=1, per_week=3)  # LAW-09, with consent too


def capped(caps: Caps, sent_at: Sequence[datetime], now: datetime, zones: Sequence[str]) -> datetime | None:
    """Return when the phone is free again, or None when it is free now.

    Days are counted in each candidate zone, and the strictest count wins (TIM-03).
    """
    waits = [wait for zone in zones if (wait := _capped_in(caps, sent_at, now, zone)) is not None]
    return max(waits, default=None)


def _capped_in(caps: Caps, sent_at: Sequence[datetime], now: datetime, zone: str) -> datetime | None:
    # Whoever was not written to so often even in days of 26 hours needs no calendar: almost always that is all.
    if sum(now - at < _LONGEST_DAY for at in sent_at) < caps.per_day and len(sent_at) < caps.per_week:
        return None
    today = local_date(now, zone)
    days = [local_date(instant, zone) for instant in sent_at]
    for ahead in range(8):
        day = today + timedelta(days=ahead)
        week = sum(day - _WEEK < sent <= day for sent in days)
        if days.count(day) < caps.per_day and week < caps.per_week:
            return resolve(day, time(0, 0), zone) if ahead else None
    return resolve(today + timedelta(days=8), time(0, 0), zone)


def capped_by_law(
    states: tuple[str, ...], sent_at: Iterable[datetime], now: datetime, zones: Sequence[str]
) -> datetime | None:
    """Return when a state's hard cap lets the phone ring again, or None: so many in any 24 hours, of every kind.

    The row of the day it is in each zone holds, and the strictest of them all (LAW-32).
    """
    limits = [_limit(states, local_date(now, zone)) for zone in zones]
    limit = min((limit for limit in limits if limit is not None), default=None)
    if limit is None:
        return None
    lately = sorted(at for at in sent_at if now - at < _DAY)
    return lately[-limit] + _DAY if len(lately) >= limit else None


@lru_cache(maxsize=4096)
def _limit(states: tuple[str, ...], day: date) -> int | None:
    rows = (in_force(state, day) for state in states)
    return min((row.per_24_hours for row in rows if row is not None and row.per_24_hours is not None), default=None)
