"""Working days and hours of an office, with its own holidays (TIM-11, appendix C)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loop_builders import NEW_YORK, US_ZONES, local

from outreach.loops.business_days import BusinessCalendar, NeverOpen, is_holiday
from outreach.loops.instants import local_date

HOLIDAYS_OF_2026_AND_AROUND = {
    "2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-03", "2026-07-04", "2026-09-07",
    "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25",
}  # fmt: skip
OFFICE = BusinessCalendar(NEW_YORK)


def hours(count: float) -> dt.timedelta:
    return dt.timedelta(hours=count)


def test_tim_11_the_federal_holidays_of_a_year_with_the_observed_days() -> None:
    days = (dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(365))
    assert {str(day) for day in days if is_holiday(day)} == HOLIDAYS_OF_2026_AND_AROUND


@pytest.mark.parametrize(
    ("day", "because"),
    [
        ("2027-12-31", "New Year's Day 2028 is a Saturday: the Friday before, in the old year"),
        ("2027-07-05", "the Fourth of July is a Sunday: the Monday after"),
    ],
)
def test_tim_11_a_holiday_on_a_weekend_is_observed_beside_it(day: str, because: str) -> None:
    assert is_holiday(dt.date.fromisoformat(day)), because


def test_tim_11_a_state_has_holidays_of_its_own() -> None:
    chavez_day = dt.date(2027, 3, 31)
    assert is_holiday(chavez_day, "CA")
    assert not is_holiday(chavez_day)
    assert not BusinessCalendar(NEW_YORK, state="CA").is_open(chavez_day)
    assert OFFICE.is_open(chavez_day)


def test_a_federal_holiday_is_one_in_every_state() -> None:
    assert not BusinessCalendar(NEW_YORK, state="CA").is_open(dt.date(2027, 1, 18))


def test_an_office_is_closed_on_weekends_holidays_and_its_own_closed_days() -> None:
    retreat = dt.date(2027, 3, 17)
    office = BusinessCalendar(NEW_YORK, closed=frozenset({retreat}))
    assert [office.is_open(dt.date(2027, 3, day)) for day in range(15, 22)] == [
        True,
        True,
        False,
        True,
        True,
        False,
        False,
    ]
    assert office.days_after(dt.date(2027, 3, 16), 1) == dt.date(2027, 3, 18)


def test_an_office_may_work_on_saturdays() -> None:
    six_days = BusinessCalendar(NEW_YORK, weekdays=frozenset(range(6)))
    assert six_days.days_after(dt.date(2027, 3, 19), 1) == dt.date(2027, 3, 20)


def test_law_16_ten_business_days_after_a_revocation() -> None:
    assert OFFICE.days_after(dt.date(2026, 12, 18), 10) == dt.date(2027, 1, 5)


def test_nemt_02_a_ride_is_asked_for_two_business_days_before() -> None:
    assert OFFICE.days_before(dt.date(2027, 1, 19), 2) == dt.date(2027, 1, 14)


def test_the_day_itself_is_not_counted_and_no_days_are_no_days() -> None:
    assert OFFICE.days_after(dt.date(2027, 3, 16), 0) == dt.date(2027, 3, 16)
    assert OFFICE.days_after(dt.date(2027, 3, 19), 1) == dt.date(2027, 3, 22)
    assert OFFICE.days_before(dt.date(2027, 3, 22), 1) == dt.date(2027, 3, 19)


def test_close_of_business_is_on_the_offices_own_date_and_clocks() -> None:
    late_on_friday = local("2027-03-12 23:30")  # already Saturday in UTC; the clocks change on Sunday
    assert OFFICE.close_of(late_on_friday, 1) == local("2027-03-15 17:00")
    honolulu = BusinessCalendar("Pacific/Honolulu", closes=dt.time(16))
    assert honolulu.close_of(late_on_friday, 1) == local("2027-03-15 16:00", "Pacific/Honolulu")


@pytest.mark.parametrize(
    ("begun", "span", "done"),
    [
        ("2027-03-16 10:00", 4, "2027-03-16 14:00"),
        ("2027-03-16 13:00", 4, "2027-03-16 17:00"),  # to the minute of closing time
        ("2027-03-16 15:00", 4, "2027-03-17 10:00"),  # over a night
        ("2027-03-16 05:00", 1, "2027-03-16 09:00"),  # before it opens
        ("2027-03-16 17:00", 1, "2027-03-17 09:00"),  # just closed
        ("2027-03-16 22:00", 1, "2027-03-17 09:00"),
        ("2027-03-12 16:30", 1, "2027-03-15 08:30"),  # over a weekend in which the clocks change
        ("2027-11-05 16:00", 2, "2027-11-08 09:00"),  # and change back
        ("2026-12-24 16:00", 4, "2026-12-28 11:00"),  # over a holiday and a weekend
        ("2027-03-16 08:00", 20, "2027-03-18 10:00"),  # more than two days' work
    ],
)
def test_care_07_office_hours_run_only_while_the_office_is_open(begun: str, span: float, done: str) -> None:
    assert OFFICE.hours_after(local(begun), hours(span)) == local(done)


def test_an_office_that_is_open_while_the_clocks_change_counts_the_hours_that_pass() -> None:
    night = BusinessCalendar(NEW_YORK, opens=dt.time(0), closes=dt.time(6), weekdays=frozenset(range(7)))
    assert night.hours_after(local("2027-03-14 00:00"), hours(4)) == local("2027-03-14 05:00")  # 02:00 does not exist
    assert night.hours_after(local("2027-11-07 00:00"), hours(4)) == local("2027-11-07 03:00")  # 01:00 comes twice


@pytest.mark.parametrize(
    "hopeless", [{"weekdays": frozenset()}, {"opens": dt.time(17), "closes": dt.time(8)}, {"opens": dt.time(17)}]
)
def test_an_office_that_never_opens_is_refused(hopeless: dict[str, object]) -> None:
    with pytest.raises(NeverOpen, match="at least one day"):
        BusinessCalendar(NEW_YORK, **hopeless)  # type: ignore[arg-type]


instants = st.integers(0, 2 * 365 * 24 * 60).map(lambda n: local("2026-01-01 00:00") + dt.timedelta(minutes=n))
offices = st.builds(BusinessCalendar, st.sampled_from(US_ZONES), state=st.sampled_from(["", "NY", "CA"]))


@settings(deadline=None)  # the first holidays of a year take a while
@given(offices, instants, st.integers(0, 60 * 60).map(lambda minutes: dt.timedelta(minutes=minutes)))
def test_whatever_the_office_work_ends_while_it_is_open_and_later_work_ends_later(
    office: BusinessCalendar, at: dt.datetime, span: dt.timedelta
) -> None:
    done = office.hours_after(at, span)
    assert done >= at + span
    assert office.is_open(local_date(done, office.zone))
    assert office.hours_after(at, span + hours(1)) > done


@settings(deadline=None)  # the first holidays of a year take a while
@given(offices, st.dates(dt.date(2026, 1, 1), dt.date(2028, 1, 1)), st.integers(1, 12))
def test_as_many_business_days_back_as_forth(office: BusinessCalendar, day: dt.date, count: int) -> None:
    forth = office.days_after(day, count)
    assert office.is_open(forth)
    assert office.days_before(forth, count) <= day or not office.is_open(day)
    assert office.days_before(office.days_after(forth, count), count) == forth
