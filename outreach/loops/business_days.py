"""Working days: weekends and US federal holidays are not (TIM-11)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache

import holidays

from outreach.loops.instants import local_date, resolve

CLOSE_OF_BUSINESS = time(17, 0)


@cache
def _federal(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("US", years=year, observed=True))


def is_holiday(day: date) -> bool:
    """Whether `day` is a US federal holiday, observed days included."""
    return day in _federal(day.year)


def is_business_day(day: date) -> bool:
    """Whether offices are open on `day`."""
    return day.weekday() < 5 and not is_holiday(day)


def business_days_after(day: date, count: int) -> date:
    """Return the `count`-th business day after `day`; `day` itself is not counted."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_business_day(day)
    return day


def business_days_before(day: date, count: int) -> date:
    """Return the `count`-th business day before `day`; `day` itself is not counted (NEMT-02)."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_business_day(day)
    return day


def close_of_business(at: datetime, zone: str, days: int) -> datetime:
    """Return 5 PM, on `zone`'s clocks, of the `days`-th business day after the local date of `at`."""
    return resolve(business_days_after(local_date(at, zone), days), CLOSE_OF_BUSINESS, zone)
