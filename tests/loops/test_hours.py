"""When a phone may ring: the window, in every zone the member may be in (LAW-31..33, TIM-03, TIM-10, I3)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from counts import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from loop_builders import CHICAGO, LOS_ANGELES, NEW_YORK, US_ZONES, local

from outreach.loops.business_days import is_holiday
from outreach.loops.hours import GUARD, Hours, HoursOutsideTheLaw, Opening, last_open_before, next_open, openings

MINUTE = dt.timedelta(minutes=1)
TUESDAY = "2027-03-16"
GUAM = "Pacific/Guam"


def _opening(hours: Hours, at: str, *zones: str) -> Opening | None:
    return next_open(hours, local(at), zones)


def _between(starts: str, ends: str, zone: str = NEW_YORK) -> Opening:
    return Opening(local(starts, zone), local(ends, zone))


# now, zones, the opening: all in Eastern time (appendix C)
WINDOWS = [
    (f"{TUESDAY} 12:00", [NEW_YORK], (f"{TUESDAY} 09:00", f"{TUESDAY} 20:00")),
    (f"{TUESDAY} 03:00", [NEW_YORK], (f"{TUESDAY} 09:00", f"{TUESDAY} 20:00")),
    (f"{TUESDAY} 21:00", [NEW_YORK], ("2027-03-17 09:00", "2027-03-17 20:00")),
    (f"{TUESDAY} 19:49", [NEW_YORK], (f"{TUESDAY} 09:00", f"{TUESDAY} 20:00")),
    (f"{TUESDAY} 19:50", [NEW_YORK], ("2027-03-17 09:00", "2027-03-17 20:00")),  # TIM-10
    (f"{TUESDAY} 12:00", [NEW_YORK, CHICAGO], (f"{TUESDAY} 10:00", f"{TUESDAY} 20:00")),
    (f"{TUESDAY} 12:00", [NEW_YORK, LOS_ANGELES], (f"{TUESDAY} 12:00", f"{TUESDAY} 20:00")),
    ("2027-03-14 09:30", [NEW_YORK], ("2027-03-14 12:00", "2027-03-14 20:00")),  # LAW-33: a Sunday
    ("2026-11-26 10:00", [NEW_YORK], ("2026-11-27 09:00", "2026-11-27 20:00")),  # TIM-11: Thanksgiving
    # a phone from Guam, a clinic in New York: the morning there is the evening before here
    (f"{TUESDAY} 12:00", [NEW_YORK, GUAM], (f"{TUESDAY} 19:00", f"{TUESDAY} 20:00")),
    (f"{TUESDAY} 12:00", [GUAM, NEW_YORK], (f"{TUESDAY} 19:00", f"{TUESDAY} 20:00")),
]


@pytest.mark.parametrize(("now", "zones", "window"), WINDOWS)
def test_tim_03_the_window_is_what_all_zones_share(now: str, zones: list[str], window: tuple[str, str]) -> None:
    assert _opening(Hours(), now, *zones) == _between(*window)


def test_tim_03_zones_that_share_no_hour_have_no_window() -> None:
    short = Hours(weekday=(dt.time(9), dt.time(12)), saturday=None, sunday=None)
    assert _opening(short, f"{TUESDAY} 10:00", NEW_YORK, LOS_ANGELES) is None
    assert _opening(Hours(), f"{TUESDAY} 10:00") is None


def test_tim_03_a_shared_sliver_shorter_than_the_guard_is_no_window() -> None:
    sliver = Hours(weekday=(dt.time(9), dt.time(12, 10)), saturday=None, sunday=None)
    assert _opening(sliver, f"{TUESDAY} 10:00", NEW_YORK, LOS_ANGELES) is None


@pytest.mark.parametrize("window", [("07:59", "20:00"), ("09:00", "21:01"), ("10:00", "10:00"), ("20:00", "09:00")])
@pytest.mark.parametrize("day", ["weekday", "saturday", "sunday"])
def test_law_33_no_configuration_reaches_outside_eight_to_nine(window: tuple[str, str], day: str) -> None:
    earliest, latest = (dt.time.fromisoformat(time) for time in window)
    with pytest.raises(HoursOutsideTheLaw, match="08:00 and 21:00"):
        Hours(**{day: (earliest, latest)})


def test_law_33_the_whole_legal_day_may_be_used() -> None:
    assert Hours(weekday=(dt.time(8), dt.time(21))).window(dt.date(2027, 3, 16)) == (dt.time(8), dt.time(21))


def test_tim_11_holidays_only_where_the_program_wants_them() -> None:
    thanksgiving = dt.date(2026, 11, 26)
    assert Hours().window(thanksgiving) is None
    assert Hours(holidays=True).window(thanksgiving) == (dt.time(9), dt.time(20))


def test_closed_days_are_skipped_even_over_a_long_weekend() -> None:
    weekdays = Hours(saturday=None, sunday=None)
    assert _opening(weekdays, "2027-01-15 20:00", NEW_YORK) == _between("2027-01-19 09:00", "2027-01-19 20:00")


@pytest.mark.parametrize(
    ("at", "window"),
    [
        (f"{TUESDAY} 04:30", ("2027-03-15 09:00", "2027-03-15 20:00")),
        (f"{TUESDAY} 15:00", ("2027-03-15 09:00", "2027-03-15 20:00")),
        (f"{TUESDAY} 20:30", (f"{TUESDAY} 09:00", f"{TUESDAY} 20:00")),
        (f"{TUESDAY} 19:55", (f"{TUESDAY} 09:00", f"{TUESDAY} 20:00")),  # its guard has begun: it is past
    ],
)
def test_tim_09_the_window_to_pull_back_to(at: str, window: tuple[str, str]) -> None:
    assert last_open_before(Hours(), local(at), [NEW_YORK]) == _between(*window)


def _clock_changes() -> list[tuple[str, dt.datetime]]:
    found = []
    for zone in US_ZONES:
        day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        while day.year < 2032:
            later = day + dt.timedelta(days=1)
            if day.astimezone(ZoneInfo(zone)).utcoffset() != later.astimezone(ZoneInfo(zone)).utcoffset():
                found.append((zone, day))
            day = later
    return found


CHANGES = _clock_changes()


def test_i3_every_clock_change_of_six_years_is_tried() -> None:
    assert len({zone for zone, _ in CHANGES}) == 7  # not Arizona, Hawaii, Puerto Rico, Guam, Samoa
    assert len(CHANGES) == 7 * 12


@pytest.mark.parametrize("edge", [dt.time(8), dt.time(21)], ids=str)
def test_i3_around_every_clock_change_nobody_is_woken_and_no_day_is_lost(edge: dt.time) -> None:
    """Two hours around each edge of the legal day, minute by minute, on the day of the change and beside it."""
    hours = Hours(
        weekday=(dt.time(8), dt.time(21)), saturday=(dt.time(8), dt.time(21)), sunday=(dt.time(8), dt.time(21))
    )
    for zone, changed in CHANGES:
        for beside in (0, 1):
            day = (changed + dt.timedelta(days=beside)).astimezone(ZoneInfo(zone)).date()
            middle = dt.datetime.combine(day, edge, ZoneInfo(zone)).astimezone(dt.UTC)
            for offset in range(-120, 121, 5):
                at = middle + offset * MINUTE
                _check(hours, at, zone)


def _check(hours: Hours, at: dt.datetime, zone: str) -> None:
    opening = next_open(hours, at, [zone])
    assert opening is not None
    shown = at.astimezone(ZoneInfo(zone))
    open_now = opening.starts <= at
    last_claim = (dt.datetime.combine(shown.date(), dt.time(21)) - GUARD).time()
    inside = dt.time(8) <= shown.time() < last_claim and not is_holiday(shown.date())
    assert open_now == inside, (zone, shown)


@given(
    st.integers(0, 6 * 365 * 24 * 60).map(lambda minutes: local("2026-01-01 00:00") + minutes * MINUTE),
    st.lists(st.sampled_from(US_ZONES), min_size=1, max_size=4, unique=True),
)
@settings(max_examples=examples(200))
def test_i3_what_is_open_is_allowed_on_the_clocks_of_every_zone(at: dt.datetime, zones: list[str]) -> None:
    hours = Hours()
    around = openings(hours, at, zones, range(-9, 9))
    assert list(around) == sorted(around, key=lambda opening: opening.starts)
    for opening in around:
        for zone in zones:
            first = opening.starts.astimezone(ZoneInfo(zone))
            last = (opening.ends - MINUTE).astimezone(ZoneInfo(zone))
            window = hours.window(first.date())
            assert window is not None
            assert first.date() == last.date()
            assert window[0] <= first.time() <= last.time() < window[1]
    upcoming, past = next_open(hours, at, zones), last_open_before(hours, at, zones)
    assert upcoming is None or upcoming.ends - GUARD > at
    assert past is None or past.ends - GUARD <= at
    assert next_open(hours, at, zones[::-1]) == upcoming
