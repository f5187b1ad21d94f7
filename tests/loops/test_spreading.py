"""Not everybody at nine sharp: each member has a minute of their own, within the window and while it is of use."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from outreach.loops.hours import GUARD, Hours, next_open
from outreach.loops.spreading import WIDEST, spread_in

ZONES = ("America/New_York",)
NINE = datetime(2027, 3, 2, 14, 0, tzinfo=UTC)


@given(
    member=st.integers(1, 2**62),
    minutes=st.integers(0, 14 * 60),
    useful=st.integers(0, 600),
    own=st.none() | st.integers(9, 18).map(lambda hour: (time(hour), time(hour, 25))),
)
def test_the_place_is_in_the_same_opening_and_of_use(member, minutes, useful, own):
    hours, due = Hours(own=own), NINE - timedelta(hours=2) + timedelta(minutes=minutes)
    until = due + timedelta(minutes=useful)
    at = spread_in(member, due, until, hours, ZONES)
    assert due <= at <= until
    assert at - due < WIDEST
    assert at == spread_in(member, due, until, hours, ZONES)
    opening = next_open(hours, due, ZONES)
    assert at == due or (opening is not None and opening.starts <= at < opening.ends - GUARD)


def test_thousands_of_members_are_spread_evenly():
    useful = NINE + timedelta(hours=8)
    places = Counter(spread_in(member, NINE, useful, Hours(), ZONES) for member in range(1, 3001))
    assert len(places) == 30
    assert max(places.values()) < 150
