"""When a phone may ring: the product's window, inside every zone the member may be in (LAW-31..33, TIM-03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from outreach.loops.business_days import is_holiday
from outreach.loops.instants import resolve

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


def _of_day(hours: Hours, day: date, zones: Sequence[str]) -> Opening | None:
    window = hours.window(day)
    if window is None or not zones:
        return None
    starts = max(resolve(day, window[0], zone) for zone in zones)
    ends = min(resolve(day, window[1], zone) for zone in zones)
    return Opening(starts, ends) if ends - starts > GUARD else None


def openings(hours: Hours, at: datetime, zones: Sequence[str], days: range) -> list[Opening]:
    """Return the openings of the local days around `at`, in order; empty when the zones share no hour (TIM-03)."""
    if not zones:
        return []
    today = at.astimezone(ZoneInfo(zones[0])).date()
    found = (_of_day(hours, today + timedelta(days=offset), zones) for offset in days)
    return [opening for opening in found if opening is not None]


def next_open(hours: Hours, at: datetime, zones: Sequence[str]) -> Opening | None:
    """Return the opening that `at` lies in, before its guard, or else the next one; None when there is none."""
    for opening in openings(hours, at, zones, range(-1, _SEARCH_DAYS)):
        if at < opening.ends - GUARD:
            return opening
    return None


def last_open_before(hours: Hours, at: datetime, zones: Sequence[str]) -> Opening | None:
    """Return the latest opening that ends before `at`: where a message too early for today is pulled back to (TIM-09)."""
    earlier = [opening for opening in openings(hours, at, zones, range(-_SEARCH_DAYS, 1)) if opening.ends <= at]
    return earlier[-1] if earlier else None
