"""Working days and working hours: every office has its own calendar (TIM-11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

from outreach.loops.instants import local_date, resolve

FEDERAL = ""
_WEEKDAYS = frozenset(range(5))
_DAY = timedelta(days=1)


class NeverOpen(ValueError):
    """An office must open before it closes, on at least one day of the week."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


@cache
def _holidays(state: str, year: int) -> frozenset[date]:
    found = holidays.country_holidays("US", subdiv=state or None, years=year, observed=True)
    return frozenset(found)


def is_holiday(day: date, state: str = FEDERAL) -> bool:
    """Whether `day` is a US federal holiday, observed days included, or one of `state`'s own ("NY")."""
    return day in _holidays(state, day.year)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """When an office works, on the clocks of `zone`: a program's, a clinic's or a ride broker's.

    Closed on holidays and on the days in `closed`. Raises NeverOpen for hours that never come.
    """

    zone: str
    opens: time = time(8, 0)
    closes: time = time(17, 0)
    weekdays: frozenset[int] = _WEEKDAYS  # Monday is 0
    state: str = FEDERAL
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Refuse an office that never opens, for nothing would ever be due there."""
        if self.opens >= self.closes or not self.weekdays:
            raise NeverOpen

    def is_open(self, day: date) -> bool:
        """Whether the office works on `day`."""
        return day.weekday() in self.weekdays and day not in self.closed and not is_holiday(day, self.state)

    def open_at(self, at: datetime) -> bool:
        """Whether the office works at this instant."""
        day = local_date(at, self.zone)
        opens, closes = (resolve(day, wall, self.zone) for wall in (self.opens, self.closes))
        return self.is_open(day) and opens <= at < closes

    def days_after(self, day: date, count: int) -> date:
        """Return the `count`-th business day after `day`; `day` itself is not counted."""
        return self._days(day, count, _DAY)

    def days_before(self, day: date, count: int) -> date:
        """Return the `count`-th business day before `day`; `day` itself is not counted (NEMT-02)."""
        return self._days(day, count, -_DAY)

    def _days(self, day: date, count: int, step: timedelta) -> date:
        while count > 0:
            day += step
            count -= self.is_open(day)
        return day

    def close_of(self, at: datetime, days: int) -> datetime:
        """Return closing time of the `days`-th business day after the local date of `at`."""
        return resolve(self.days_after(local_date(at, self.zone), days), self.closes, self.zone)

    def hours_after(self, at: datetime, span: timedelta) -> datetime:
        """Return the instant `span` of office hours after `at`; closed hours do not count (CARE-07)."""
        day = local_date(at, self.zone)
        while True:
            if self.is_open(day):
                opening = max(at, resolve(day, self.opens, self.zone))
                left = resolve(day, self.closes, self.zone) - opening
                if span <= left:
                    return opening + span
                span -= max(left, timedelta(0))
            day += _DAY


NO_PROGRAM = BusinessCalendar("UTC")  # the clock of work that no program owns, such as a stranger's text
