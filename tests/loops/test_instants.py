"""Wall times and instants: the gap, the overlap, and arithmetic in clinic-local days (TIM-05..08, appendix C)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from counts import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from loop_builders import CHICAGO, DENVER, LOS_ANGELES, NEW_YORK, US_ZONES, a_loop, a_visit

from outreach.loops.cadence import CadenceStep, Condition, When
from outreach.loops.instants import NaiveInstant, check_aware, exists, local_date, resolve
from outreach.loops.plan import _base

# day, wall time, zone, instant in UTC
VECTORS = [
    ("2027-03-14", "02:30", NEW_YORK, "2027-03-14T07:00"),  # skipped: the first instant after the gap, 03:00 EDT
    ("2027-03-14", "02:00", NEW_YORK, "2027-03-14T07:00"),
    ("2027-03-14", "02:59", NEW_YORK, "2027-03-14T07:00"),
    ("2027-03-14", "03:00", NEW_YORK, "2027-03-14T07:00"),
    ("2027-03-14", "01:59", NEW_YORK, "2027-03-14T06:59"),
    ("2026-11-01", "01:30", NEW_YORK, "2026-11-01T05:30"),  # twice: the first
    ("2027-03-14", "02:30", "America/Phoenix", "2027-03-14T09:30"),
    ("2027-03-14", "09:00", LOS_ANGELES, "2027-03-14T16:00"),
    ("2027-03-13", "09:00", LOS_ANGELES, "2027-03-13T17:00"),
    ("2027-03-14", "09:00", "America/Indiana/Knox", "2027-03-14T14:00"),
    ("2027-11-07", "20:00", DENVER, "2027-11-08T03:00"),
    ("2026-10-04", "02:10", "Australia/Lord_Howe", "2026-10-03T15:30"),  # a gap of half an hour, until 02:30 +11
    ("2027-03-27", "23:30", "America/Scoresbysund", "2027-03-28T01:00"),  # a gap that ends on the next day
    ("2011-12-30", "12:00", "Pacific/Apia", "2011-12-30T10:00"),  # a day that never was
]


@pytest.mark.parametrize(("day", "wall_time", "zone", "instant"), VECTORS)
def test_tim_06_and_07_a_wall_time_is_one_instant_even_when_the_clocks_change(
    day: str, wall_time: str, zone: str, instant: str
) -> None:
    found = resolve(dt.date.fromisoformat(day), dt.time.fromisoformat(wall_time), zone)
    assert found == dt.datetime.fromisoformat(instant).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("day", "wall_time", "zone", "there"),
    [
        ("2027-03-14", "02:30", NEW_YORK, False),
        ("2027-03-14", "02:30", "America/Phoenix", True),
        ("2027-03-14", "03:00", NEW_YORK, True),
        ("2026-11-01", "01:30", NEW_YORK, True),
    ],
)
def test_tim_06_a_time_in_the_gap_does_not_exist(day: str, wall_time: str, zone: str, there: bool) -> None:
    assert exists(dt.date.fromisoformat(day), dt.time.fromisoformat(wall_time), zone) is there


@given(
    st.dates(dt.date(2026, 1, 1), dt.date(2031, 12, 31)),
    st.times().map(lambda time: time.replace(microsecond=0)),
    st.sampled_from([*US_ZONES, "Australia/Lord_Howe", "America/Scoresbysund", "Europe/Dublin"]),
)
@settings(max_examples=examples(300))
def test_tim_06_a_time_is_itself_or_the_end_of_its_gap(day: dt.date, wall_time: dt.time, zone: str) -> None:
    instant = resolve(day, wall_time, zone)
    shown = instant.astimezone(_zone(zone)).replace(tzinfo=None)
    asked = dt.datetime.combine(day, wall_time)
    if exists(day, wall_time, zone):
        assert shown == asked
    else:
        assert shown > asked
        a_moment_before = (instant - dt.timedelta(seconds=1)).astimezone(_zone(zone)).replace(tzinfo=None)
        assert a_moment_before < asked


def _zone(zone: str) -> dt.tzinfo:
    return ZoneInfo(zone)


def test_tim_08_seven_days_before_stays_at_ten_across_a_clock_change() -> None:
    step = CadenceStep("week", "reminder", When.DAYS_BEFORE, 7, (Condition.UNANSWERED,), at=dt.time(10))
    assert _base(step, a_loop()) == dt.datetime(2027, 3, 9, 15, tzinfo=dt.UTC)


def test_tim_08_hours_before_are_hours_that_pass() -> None:
    step = CadenceStep("h", "reminder", When.HOURS_BEFORE, 24, (Condition.UNANSWERED,))
    sunday = a_visit(day=dt.date(2027, 3, 14), wall_time=dt.time(14, 30))
    assert _base(step, a_loop(sunday)) == dt.datetime(2027, 3, 13, 18, 30, tzinfo=dt.UTC)  # 13:30 EST


def test_tim_05_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveInstant, match="give it a zone"):
        check_aware(dt.datetime(2027, 3, 16, 14, 30))  # noqa: DTZ001
    assert check_aware(dt.datetime(2027, 3, 16, 14, 30, tzinfo=_zone(NEW_YORK))).tzinfo is dt.UTC


def test_one_instant_is_two_dates() -> None:
    instant = dt.datetime(2027, 3, 17, 4, 30, tzinfo=dt.UTC)
    assert local_date(instant, NEW_YORK) == dt.date(2027, 3, 17)
    assert local_date(instant, CHICAGO) == dt.date(2027, 3, 16)


def test_tim_01_a_visit_is_on_its_clinics_clocks_and_over_an_hour_later() -> None:
    visit = a_visit()
    assert visit.starts_at == dt.datetime(2027, 3, 16, 18, 30, tzinfo=dt.UTC)
    assert visit.ends_at == dt.datetime(2027, 3, 16, 19, 30, tzinfo=dt.UTC)


def test_a_visit_without_a_time_is_over_when_the_clinics_day_is() -> None:
    visit = a_visit(wall_time=None)
    assert visit.starts_at == dt.datetime(2027, 3, 16, 13, tzinfo=dt.UTC)
    assert visit.ends_at == dt.datetime(2027, 3, 16, 22, tzinfo=dt.UTC)
