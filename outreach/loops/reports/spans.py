"""How long something took, or lies: percentiles that count what never came, and ages in business days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from outreach.loops.business_days import BusinessCalendar
from outreach.loops.instants import local_date, resolve

HOURS: tuple[int, ...] = tuple(
    sorted({*range(1, 49), *range(54, 169, 6), *range(192, 721, 24), 1080, 1440, 2160})
)  # up to 90 days
AGES = (("0 to 1", 1), ("2", 2), ("3 to 5", 5), ("6 to 10", 10), ("over 10", None))


def percentile(hours: Mapping[int, int], never: int, share: float) -> int | None:
    """Return within how many hours that share was reached; `hours` maps an upper bound to how many came by then.

    What never came counts as longer than all of them: None when that share was not reached.
    """
    wanted, seen = share * (sum(hours.values()) + never), 0
    for bound, count in sorted(hours.items()):
        seen += count
        if count and seen >= wanted:
            return bound
    return None


def age_bounds(office: BusinessCalendar, now: datetime) -> list[tuple[str, datetime | None]]:
    """Return each age with the instant since which something of that age is open; None for the oldest.

    `2` was opened two business days ago; the day it was opened on does not count.
    """
    today = local_date(now, office.zone)
    found: list[tuple[str, datetime | None]] = []
    for name, days in AGES:
        before = None if days is None else office.days_before(today, days)
        found.append((name, None if before is None else resolve(before, time(0), office.zone)))
    return found
