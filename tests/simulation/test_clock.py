"""The demo's clock: as fast as the visitor wants, never past undone work, never in a burst."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from demo_world import Watched, watched
from sqlalchemy import text

from outreach.bootstrap import RealTimer
from outreach.simulation.clock import LARGEST_MOVE, Pace, reach
from outreach.store.actor import OPERATOR
from outreach.store.database import StoreAway
from outreach.store.reads.metrics import figures

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[Watched]:
    with watched(tmp_path / "demo", Pace.PAUSED) as found:
        yield found


_SENDING = timedelta(minutes=1)  # what posting a batch takes of the timer, on this calendar


def late(seen: Watched) -> float:
    """How many domain seconds the oldest due text has been waiting."""
    with seen.demo.deployment.read(OPERATOR) as uow:
        return figures(uow).due_lag


@pytest.mark.parametrize(
    ("pace", "seconds", "gone"),
    [
        (Pace.PAUSED, 100, timedelta(0)),
        (Pace.REAL_TIME, 2, timedelta(seconds=2)),
        (Pace.DAY_A_MINUTE, 0.25, timedelta(minutes=6)),
        (Pace.DAY_A_MINUTE, 60, LARGEST_MOVE),
    ],
)
def test_each_pace_goes_its_own_way(pace: Pace, seconds: float, gone: timedelta) -> None:
    assert reach(pace, NOON, seconds) == NOON + gone


def test_full_speed_knows_no_distance() -> None:
    assert reach(Pace.FULL_SPEED, NOON, 0) > NOON + timedelta(days=10_000)


def test_a_paused_calendar_stands_and_what_is_due_is_worked(seen: Watched) -> None:
    began = seen.now
    seen.ticks(3, seconds=60)
    assert seen.now == began
    assert seen.rows("SELECT 1 FROM touch WHERE state = 'sent'")
    assert late(seen) == 0


def test_a_day_passes_in_a_minute_a_few_minutes_at_a_time(seen: Watched) -> None:
    seen.demo.tick()
    began = seen.now
    seen.demo.set_pace(Pace.DAY_A_MINUTE)
    for tick in range(1, 9):
        seen.ticks(1)
        assert tick * timedelta(minutes=6) <= seen.now - began < tick * timedelta(minutes=6) + _SENDING
        assert late(seen) == 0
        assert seen.unheld() == {}


def test_in_real_time_a_second_is_a_second(seen: Watched) -> None:
    seen.demo.tick()
    began = seen.now
    seen.demo.set_pace(Pace.REAL_TIME)
    seen.ticks(4)
    assert timedelta(seconds=1) <= seen.now - began < timedelta(seconds=1.1)


def test_after_a_long_piece_of_work_the_calendar_lags(seen: Watched) -> None:
    seen.demo.set_pace(Pace.DAY_A_MINUTE)
    seen.demo.tick()
    began = seen.now
    seen.ticks(1, seconds=30)
    assert seen.now == began + LARGEST_MOVE
    seen.ticks(1)
    assert timedelta(minutes=6) <= seen.now - began - LARGEST_MOVE < timedelta(minutes=6) + _SENDING


def test_a_step_goes_to_the_next_event_and_stays_there(seen: Watched) -> None:
    seen.demo.tick()
    began = seen.now
    for _ in range(3):
        seen.demo.step()
        seen.ticks(1)
        assert seen.now > began
        assert late(seen) == 0
        began = seen.now
        seen.ticks(2)
        assert seen.now == began
        assert seen.demo.pace is Pace.PAUSED


def test_at_full_speed_it_plays_to_the_end_and_says_so_once(tmp_path: Path) -> None:
    with watched(tmp_path / "demo", Pace.FULL_SPEED, members=3) as seen:
        seen.demo.play(once=True)
        assert seen.demo.over
        assert seen.unheld() == {}
        seen.ticks(2)
    ends = [words for words in seen.said if words.startswith("Every loop is closed or owned")]
    assert len(ends) == 1
    assert "0 still waiting, unheld 0" in ends[0]
    days = [words for words in seen.said if words not in ends]
    assert len(days) == len(set(days)) > 3


def test_the_first_and_last_day_are_those_of_the_visits(seen: Watched) -> None:
    days = "SELECT min(day), max(day) FROM anchor JOIN loop ON loop.anchor_id = anchor.id WHERE closed IS NULL"
    assert (str(seen.demo.first_day), str(seen.demo.last_day)) == tuple(seen.rows(days)[0])
    assert timedelta(0) < seen.demo.last_day - seen.now.date() <= timedelta(days=14)


def test_a_stir_wakes_a_resting_clock_and_a_stop_ends_it(tmp_path: Path) -> None:
    with watched(tmp_path / "demo", Pace.PAUSED, members=2, timer=RealTimer()) as seen:
        playing = threading.Thread(target=seen.demo.play)
        playing.start()
        began = seen.now
        for _ in range(5):
            before = seen.now
            seen.demo.step()
            give_up = time.monotonic() + 10
            while seen.now == before and time.monotonic() < give_up:
                time.sleep(0.01)
        seen.demo.stop()
        playing.join(10)
        assert not playing.is_alive()
        assert seen.now > began


def test_a_clock_that_cannot_go_on_says_so_and_does_not_freeze(seen: Watched) -> None:
    with seen.demo.deployment.write(OPERATOR) as uow:
        uow.execute(text("DROP TABLE signal"))
        uow.commit()
    with pytest.raises(StoreAway):
        seen.demo.play()
