"""The rulebook's time vectors, line by line (appendix C), on the functions that plan and gate."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from gate_rows import judged
from loop_builders import CHICAGO, DENVER, LOS_ANGELES, NEW_YORK, a_loop, a_situation, a_visit, local
from test_hours_every_minute import changes

from outreach.loops.business_days import BusinessCalendar
from outreach.loops.cadence import Cadence, CadenceStep, Condition, When
from outreach.loops.hours import Hours, Opening, next_open
from outreach.loops.instants import resolve
from outreach.loops.plan import Wanted, plan
from outreach.loops.rides import RideNotice
from outreach.loops.verdict import Refused

KNOX, PHOENIX = "America/Indiana/Knox", "America/Phoenix"


def _utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("wall", "fold", "instant"),
    [
        ("2027-03-14 02:30", 0, "2027-03-14 07:30"),  # does not exist: 03:30 EDT
        ("2027-03-14 02:30", 1, "2027-03-14 06:30"),  # or 01:30 EST
        ("2026-11-01 01:30", 0, "2026-11-01 05:30"),  # exists twice
        ("2026-11-01 01:30", 1, "2026-11-01 06:30"),
    ],
)
def test_appendix_c_the_two_readings_of_a_time_when_clocks_change(wall: str, fold: int, instant: str) -> None:
    shown = dt.datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(NEW_YORK), fold=fold)
    assert shown.astimezone(dt.UTC) == _utc(instant)


SENDS = [
    (NEW_YORK, "2027-03-14 02:30", "2027-03-14 07:00"),  # TIM-06: at 03:00 EDT, the first instant there is
    (NEW_YORK, "2026-11-01 01:30", "2026-11-01 05:30"),  # TIM-07: once, the first time
    (PHOENIX, "2027-03-14 02:30", "2027-03-14 09:30"),
    (LOS_ANGELES, "2027-03-14 09:00", "2027-03-14 16:00"),
    (LOS_ANGELES, "2027-03-13 09:00", "2027-03-13 17:00"),
    (KNOX, "2027-03-14 09:00", "2027-03-14 14:00"),
    (DENVER, "2027-11-07 20:00", "2027-11-08 03:00"),
    (NEW_YORK, "2028-02-29 09:00", "2028-02-29 14:00"),  # a day that is not there every year
    (NEW_YORK, "2027-12-31 20:00", "2028-01-01 01:00"),  # a year that ends in another one
]


@pytest.mark.parametrize(("zone", "wall", "instant"), SENDS)
def test_appendix_c_when_a_wall_time_is_sent(zone: str, wall: str, instant: str) -> None:
    at = dt.datetime.fromisoformat(wall)
    assert resolve(at.date(), at.time(), zone) == _utc(instant)


def test_appendix_c_the_days_on_which_the_clocks_of_the_united_states_change() -> None:
    days = [f"{at.astimezone(ZoneInfo(NEW_YORK)):%Y-%m-%d}" for at in changes(NEW_YORK)]
    assert [day for day in days if "2026-11" <= day < "2028-04"] == [
        "2026-11-01", "2027-03-14", "2027-11-07", "2028-03-12",
    ]  # fmt: skip


def _planned(step: CadenceStep, visit: str, now: str) -> list[Wanted]:
    at = dt.datetime.fromisoformat(visit)
    loop = a_loop(a_visit(day=at.date(), wall_time=at.time()))
    return plan(loop, Cadence(1, (step,)), a_situation(local(now)))


def test_appendix_c_seven_days_before_at_ten_is_at_ten_on_both_sides_of_a_change() -> None:
    week = CadenceStep("week", "reminder", When.DAYS_BEFORE, 7, (Condition.UNANSWERED,), at=dt.time(10))
    (touch,) = _planned(week, "2027-03-16 14:30", "2027-03-01 12:00")
    assert touch.due_at == _utc("2027-03-09 15:00")


@pytest.mark.parametrize(
    ("zones", "window"),
    [
        ((NEW_YORK, CHICAGO), ("2027-03-16 10:00", "2027-03-16 20:00")),  # area codes 270 and 850
        ((NEW_YORK, LOS_ANGELES), ("2027-03-16 12:00", "2027-03-16 20:00")),
    ],
)
def test_appendix_c_the_window_that_candidate_zones_share(zones: tuple[str, ...], window: tuple[str, str]) -> None:
    assert next_open(Hours(), local("2027-03-16 08:00"), zones) == Opening(local(window[0]), local(window[1]))


DAY_OF = CadenceStep("dayof", "dayof", When.HOURS_BEFORE, 1.5, (Condition.STILL_ON,), words_pulled_back="dayof_eve")


def test_appendix_c_a_text_for_six_in_the_morning_goes_the_evening_before_and_says_tomorrow() -> None:
    (touch,) = _planned(DAY_OF, "2027-03-16 07:30", "2027-03-08 12:00")
    assert (touch.due_at, touch.words) == (local("2027-03-15 18:00"), "dayof_eve")


def test_appendix_c_once_that_evening_is_past_the_gate_refuses_it_so_that_a_person_calls() -> None:
    (touch,) = _planned(DAY_OF, "2027-03-16 07:30", "2027-03-15 20:30")
    assert judged({}, {"useful_until": touch.useful_until}, touch.due_at) == Refused("TIM-09")


def test_appendix_c_the_law_gives_ten_business_days_to_a_revocation_and_we_take_seconds() -> None:
    office = BusinessCalendar(NEW_YORK)
    assert office.days_after(dt.date(2026, 12, 18), 10) == dt.date(2027, 1, 5)


def test_appendix_c_a_ride_is_asked_for_two_business_days_before() -> None:
    notice = RideNotice(BusinessCalendar(NEW_YORK), 2)
    assert notice.last_request(dt.date(2027, 1, 19)) == local("2027-01-14 17:00")
