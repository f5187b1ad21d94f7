"""How often a phone may ring (LAW-35): in a local day and in seven, strictest zone first."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loop_builders import LOS_ANGELES, NEW_YORK, US_ZONES, local

from outreach.loops.caps import LANDLINE_CAPS, RIDE_CAPS, Caps, capped, capped_by_law
from outreach.loops.state_hours import every_state

NOW = "2027-03-16 12:00"

# sent before, now, free again (None: free now); Eastern time, two a day and six in seven days
TABLE: list[tuple[str, list[str], str, str | None]] = [
    ("nothing sent", [], NOW, None),
    ("one today", ["2027-03-16 09:00"], NOW, None),
    ("two today", ["2027-03-16 09:00", "2027-03-16 10:00"], NOW, "2027-03-17 00:00"),
    ("two last evening", ["2027-03-15 18:00", "2027-03-15 19:00"], NOW, None),
    ("the day is the phone's own, not the UTC day", ["2027-03-16 20:30", "2027-03-16 19:00"], "2027-03-16 23:00",
     "2027-03-17 00:00"),
    ("six in seven days", [f"2027-03-{day} 10:00" for day in (10, 11, 12, 13, 14, 15)], NOW, "2027-03-17 00:00"),
    ("six, the first eight days ago", [f"2027-03-{day:02} 10:00" for day in (9, 11, 12, 13, 14, 15)], NOW, None),
    ("six in three days wait for four more", [f"2027-03-{day} {hour}:00" for day in (13, 14, 15) for hour in (10, 12)],
     NOW, "2027-03-20 00:00"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "now", "free"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_law_35_a_phone_is_free_again(sent: list[str], now: str, free: str | None) -> None:
    found = capped(Caps(), [local(at) for at in sent], local(now), [NEW_YORK])
    assert found == (local(free) if free else None)


def test_tim_03_the_strictest_zone_counts() -> None:
    sent = [local("2027-03-16 23:30"), local("2027-03-16 23:40")]  # yesterday in New York, today in Los Angeles
    now = local("2027-03-17 01:00")
    assert capped(Caps(), sent, now, [NEW_YORK]) is None
    assert capped(Caps(), sent, now, [NEW_YORK, LOS_ANGELES]) == local("2027-03-17 00:00", LOS_ANGELES)


def test_tim_03_a_phone_is_free_when_it_is_free_in_every_zone() -> None:
    sent = [local("2027-03-16 12:00"), local("2027-03-16 13:00")]
    free = local("2027-03-17 00:00", LOS_ANGELES)
    assert capped(Caps(), sent, local("2027-03-16 14:00"), [NEW_YORK, LOS_ANGELES]) == free


def test_a_phone_that_may_never_ring_is_never_free() -> None:
    free = capped(Caps(per_day=0), [], local(NOW), [NEW_YORK])
    assert free is not None
    assert free > local(NOW) + dt.timedelta(days=7)


@given(
    st.lists(st.integers(0, 10 * 24 * 60), max_size=20),
    st.lists(st.sampled_from(US_ZONES), min_size=1, max_size=3, unique=True),
)
def test_a_capped_phone_is_free_when_the_gate_says_so(minutes: list[int], zones: list[str]) -> None:
    now = local(NOW)
    sent = [now - dt.timedelta(minutes=ago) for ago in minutes]
    when, rounds = capped(Caps(), sent, now, zones), 0
    while when is not None:
        assert when > now
        now, rounds = when, rounds + 1
        when = capped(Caps(), sent, now, zones)
    assert now <= local(NOW) + dt.timedelta(days=8)
    assert rounds <= 8


def test_law_09_a_landline_rings_once_a_day_and_three_times_a_week() -> None:
    assert capped(LANDLINE_CAPS, [local("2027-03-16 09:00")], local(NOW), [NEW_YORK]) == local("2027-03-17 00:00")
    week = [local(f"2027-03-{day} 12:00") for day in (11, 13, 15)]
    assert capped(LANDLINE_CAPS, week, local(NOW), [NEW_YORK]) == local("2027-03-18 00:00")
    assert capped(LANDLINE_CAPS, week[1:], local(NOW), [NEW_YORK]) is None


def test_law_35_texts_about_a_booked_ride_are_two_a_day_and_as_many_a_week() -> None:
    daily = [local(f"2027-03-{day} {hour}:00") for day in range(10, 16) for hour in (10, 15)]
    assert capped(RIDE_CAPS, daily, local(NOW), [NEW_YORK]) is None
    today = [local("2027-03-16 09:00"), local("2027-03-16 10:00")]
    assert capped(RIDE_CAPS, today, local(NOW), [NEW_YORK]) == local("2027-03-17 00:00")


# states, hours ago that texts left, hours until the phone is free (None: free now)
HARD: list[tuple[str, list[float], float | None]] = [
    ("FL", [1, 2, 3], 21),
    ("MD", [1, 2, 23], 1),
    ("NJ", [0, 0, 0], 24),
    ("OK", [1, 2, 3, 4, 5], 21),  # more than were allowed: the third last decides
    ("FL", [1, 2], None),
    ("FL", [1, 2, 24], None),  # a day is over at its 24th hour
    ("FL", [1, 2, 23.99], 0.01),
    ("TX", [1, 2, 3, 4], None),  # hours of its own, and no cap
    ("NY FL", [1, 2, 3], 21),
    ("", [1, 2, 3, 4], None),
]


@pytest.mark.parametrize(("states", "ago", "free"), HARD)
def test_law_32_so_many_in_any_24_hours(states: str, ago: list[float], free: float | None) -> None:
    now = local(NOW)
    sent = [now - dt.timedelta(hours=hours) for hours in ago]
    found = capped_by_law(tuple(states.split()), sent, now, [NEW_YORK])
    assert found == (None if free is None else now + dt.timedelta(hours=free))


@pytest.mark.parametrize(
    ("state", "in_force"), [("FL", "2021-07-01"), ("MD", "2024-01-01"), ("OK", "2022-11-01")], ids=str
)
def test_law_32_a_cap_holds_from_its_day_on_the_clocks_of_each_zone(state: str, in_force: str) -> None:
    midnight = local(f"{in_force} 00:00")
    before, sent = midnight - dt.timedelta(minutes=1), [midnight - dt.timedelta(hours=1)] * 3
    assert capped_by_law((state,), sent, before, [NEW_YORK]) is None
    assert capped_by_law((state,), sent, midnight, [NEW_YORK]) == midnight + dt.timedelta(hours=23)
    assert capped_by_law((state,), sent, midnight, [LOS_ANGELES]) is None
    assert capped_by_law((state,), sent, midnight, [LOS_ANGELES, NEW_YORK]) is not None


def test_law_32_where_nobody_knows_the_state_the_cap_holds() -> None:
    sent = [local(NOW) - dt.timedelta(hours=hours) for hours in (1, 2, 3)]
    assert capped_by_law(every_state(), sent, local(NOW), [NEW_YORK]) is not None


@given(st.lists(st.integers(0, 3 * 24 * 60), max_size=12))
def test_law_32_when_it_is_free_there_is_room_for_one_more(minutes: list[int]) -> None:
    now = local(NOW)
    sent = [now - dt.timedelta(minutes=ago) for ago in minutes]
    free = capped_by_law(("FL",), sent, now, [NEW_YORK])
    at = free or now
    assert sum(at - dt.timedelta(hours=24) < each for each in sent) < 3
    assert (free is None) == (sum(now - dt.timedelta(hours=24) < each for each in sent) < 3)
