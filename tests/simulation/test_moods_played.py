"""A demo on a network in a mood: every text settles, the calendar waits while one is in doubt, nobody hears twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from demo_world import Watched, watched

from outreach.channels.phones import Mood
from outreach.simulation.clock import Pace

# A call has no words by which the network would know it.
BODY = (
    "CASE WHEN touch_id IN (SELECT id FROM touch WHERE channel = 'voice') THEN 'call' ELSE body_sha256 END"
    " AS body_sha256"
)
STATUSES = "SELECT state, carrier_status, error_code FROM touch WHERE attempts > 0"


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[Watched]:
    with watched(tmp_path / "demo", Pace.PAUSED, members=12) as found:
        yield found


def taken(seen: Watched) -> Counter[tuple[int, str]]:
    """How often the network took each body for each phone: two texts may say the same to one person."""
    return counted(
        seen, "SELECT contact_point_id, body_sha256 FROM simulated_message JOIN touch ON touch.id = touch_id"
    )


def accepted(seen: Watched) -> Counter[tuple[int, str]]:
    """How often we believe it was taken, by the carrier at least."""
    return counted(seen, f"SELECT contact_point_id, {BODY} FROM attempt WHERE outcome IN ('accepted', 'failed')")


def wanted(seen: Watched) -> Counter[tuple[int, str]]:
    """How many texts with each body were meant for each phone."""
    return counted(seen, f"SELECT DISTINCT contact_point_id, {BODY}, touch_id FROM attempt")


def counted(seen: Watched, query: str) -> Counter[tuple[int, str]]:
    return Counter((row.contact_point_id, row.body_sha256) for row in seen.rows(query))


def test_a_slow_network_says_sent_and_later_delivered(seen: Watched) -> None:
    seen.demo.set_mood(Mood.SLOW)
    seen.ticks(1)
    assert {row.carrier_status for row in seen.rows(STATUSES)} == {"sent"}
    assert not seen.demo.over
    seen.ticks(16)
    assert {row.carrier_status for row in seen.rows(STATUSES)} == {"delivered"}
    assert seen.unheld() == {}


def test_a_failing_network_leaves_codes_and_every_loop_held(seen: Watched) -> None:
    seen.demo.set_mood(Mood.FAILING)
    seen.ticks(8)
    tried = seen.rows(STATUSES)
    assert tried
    assert {row.error_code for row in tried} <= {21614, 30003, 30005, 30008}
    assert {row.state for row in tried if row.error_code == 21614} == {"refused"}  # no phone takes texts there
    assert {row.state for row in tried if row.error_code in (30003, 30008)} == {"planned"}  # tried again later
    assert {row.carrier_status for row in tried if row.state == "sent"} <= {"undelivered"}  # and none is called heard
    assert seen.unheld() == {}


def test_twi_06_in_doubt_the_calendar_waits_and_nobody_is_texted_twice(seen: Watched) -> None:
    seen.demo.set_mood(Mood.AMBIGUOUS)
    seen.demo.set_pace(Pace.FULL_SPEED)
    began = seen.now
    seen.ticks(1)
    assert {row.state for row in seen.rows(STATUSES)} == {"unknown"}
    assert seen.now == began
    seen.ticks(120, seconds=1)
    assert seen.now > began + timedelta(hours=1)
    outcomes = Counter(row.outcome for row in seen.rows("SELECT outcome FROM attempt"))
    assert outcomes["accepted"] > 0 < outcomes["not_sent"]
    assert taken(seen) <= wanted(seen)
    assert seen.unheld() == {}


@pytest.mark.parametrize(
    "mood", [Mood.FAILING, *(pytest.param(mood, marks=pytest.mark.full) for mood in Mood if mood is not Mood.FAILING)]
)
def test_a_world_ends_held_in_every_mood(tmp_path: Path, mood: Mood) -> None:
    with watched(tmp_path / "demo", Pace.FULL_SPEED, members=3) as seen:
        seen.demo.set_mood(mood)
        for _ in range(5000):
            if seen.demo.over:
                break
            seen.ticks(1, seconds=1)
        assert seen.demo.over
        assert seen.unheld() == {}
        assert taken(seen) == accepted(seen)
        assert not seen.rows("SELECT 1 FROM parked_callback")
