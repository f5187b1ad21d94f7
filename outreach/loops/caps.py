"""How often a phone may ring, over all its members (LAW-35)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from outreach.loops.instants import local_date, resolve


@dataclass(frozen=True, slots=True)
class Caps:
    """Proactive messages per phone: in a local day, and in seven local days."""

    per_day: int = 2
    per_week: int = 6


RIDE_CAPS = Caps(per_day=2, per_week=14)  # texts about a booked ride have a cap of their own


def capped(caps: Caps, sent_at: Sequence[datetime], now: datetime, zones: Sequence[str]) -> datetime | None:
    """Return when the phone is free again, or None when it is free now.

    Days are counted in each candidate zone, and the strictest count wins (TIM-03).
    """
    waits = [wait for zone in zones if (wait := _capped_in(caps, sent_at, now, zone)) is not None]
    return max(waits, default=None)


def _capped_in(caps: Caps, sent_at: Sequence[datetime], now: datetime, zone: str) -> datetime | None:
    today = local_date(now, zone)
    by_day = Counter(local_date(instant, zone) for instant in sent_at)
    for ahead in range(8):
        day = today + timedelta(days=ahead)
        week = sum(count for sent, count in by_day.items() if timedelta(0) <= day - sent < timedelta(days=7))
        if by_day[day] < caps.per_day and week < caps.per_week:
            return resolve(day, time(0, 0), zone) if ahead else None
    return resolve(today + timedelta(days=8), time(0, 0), zone)
