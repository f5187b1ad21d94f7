"""When a phone may ring: the product's window, inside every zone the member may be in (LAW-31..33, TIM-03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache, reduce

from outreach.loops.business_days import is_holiday
from outreach.loops.instants import local_date, resolve

EARLIEST, LATEST = time(8, 0), time(21, 0)  # LAW-33: no configuration reaches beyond
GUARD = timedelta(minutes=10)  # TIM-10: the last claim is this long before the window ends
_SEARCH_DAYS = 9


class HoursOutsideTheLaw(ValueError):
    """Sending hours must lie between 08:00 and 21:00 and open before they close (LAW-33)."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@dataclass(frozen=True, slots=True)
class Hours:
    """Wall-clock windows by day; `None` is a day without proactive messages."""

    weekday: tuple[time, time] = (time(9, 0), time(20, 0))
    saturday: tuple[time, time] | None = (time(9, 0), time(20, 0))
    sunday: tuple[time, time] | None = (time(12, 0), time(20, 0))
    holidays: bool = field(default=False)  # TIM-11: proactive messages on federal holidays

    def __post_init__(self) -> None:
        """Refuse a window the law does not allow; raises HoursOutsideTheLaw."""
        for window in (self.weekday, self.saturday, self.sunday):
            if window is not None and not EARLIEST <= window[0] < window[1] <= LATEST:
                raise HoursOutsideTheLaw

    def window(self, day: date) -> tuple[time, time] | None:
        """Return the window of one local date, or None when nothing may be sent."""
        if is_holiday(day) and not self.holidays:
            return None
        return (self.sunday if day.weekday() == 6 else self.saturday) if day.weekday() > 4 else self.weekday


@dataclass(frozen=True, slots=True)
class Opening:
    """A stretch of time that is allowed in every zone: UTC, end exclusive."""

    starts: datetime
    ends: datetime


@lru_cache(maxsize=4096)
def _of_day(hours: Hours, day: date, zone: str) -> Opening | None:
    window = hours.window(day)
    return window and Opening(resolve(day, window[0], zone), resolve(day, window[1], zone))


def _in_zone(hours: Hours, at: datetime, zone: str, days: range) -> list[Opening]:
    today = local_date(at, zone)
    found = (_of_day(hours, today + timedelta(days=offset), zone) for offset in days)
    return [opening for opening in found if opening is not None]


def _shared(these: list[Opening], those: list[Opening]) -> list[Opening]:
    pairs = (Opening(max(a.starts, b.starts), min(a.ends, b.ends)) for a in these for b in those)
    return [opening for opening in pairs if opening.ends - opening.starts > GUARD]


def openings(hours: Hours, at: datetime, zones: Sequence[str], days: range) -> list[Opening]:
    """Return the openings around `at`, in order; `days` count from each zone's own date.

    Where one zone's evening is the next morning of another, they share those hours. Empty when none is shared (TIM-03).
    """
    return reduce(_shared, [_in_zone(hours, at, zone, days) for zone in zones]) if zones else []


def next_open(hours: Hours, at: datetime, zones: Sequence[str]) -> Opening | None:
    """Return the opening that `at` lies in, before its guard, or else the next one; None when there is none."""
    for opening in openings(hours, at, zones, range(-1, _SEARCH_DAYS)):
        if at < opening.ends - GUARD:
            return opening
    return None


def last_open_before(hours: Hours, at: datetime, zones: Sequence[str]) -> Opening | None:
    """Return the latest opening whose guard begins by `at`: where what cannot wait is pulled back to (TIM-09)."""
    earlier = [opening for opening in openings(hours, at, zones, range(-_SEARCH_DAYS, 1)) if opening.ends - GUARD <= at]
    return earlier[-1] if earlier else None
