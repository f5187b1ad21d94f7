"""Another world in place of this one: a visitor stays signed in, and nothing of the old one is left."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_world import Watched, watched
from flask import Flask
from werkzeug.test import Client

from outreach.app import create_app
from outreach.bootstrap import RealTimer
from outreach.channels.phones import Mood
from outreach.channels.send.moods import LATE_RECEIPT
from outreach.engine.handlers import issue_link
from outreach.simulation.clock import Pace
from outreach.simulation.demo import Demo
from outreach.simulation.world import WORLD

HOME = "http://127.0.0.1:8080"


def shown(demo: Demo) -> Flask:
    app = create_app(demo.deployment)
    app.extensions["outreach.demo"] = demo
    return app


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[Watched]:
    with watched(tmp_path / "demo", Pace.PAUSED, members=3, timer=RealTimer(), opened=shown) as found:
        yield found


def worlds(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "demo").glob("world-*"))


def test_the_next_seed_tells_another_story_and_the_old_world_is_gone(seen: Watched, tmp_path: Path) -> None:
    old, names = seen.demo.deployment, seen.rows("SELECT external_id, day, wall_time FROM anchor ORDER BY id")
    seen.demo.tick()
    assert worlds(tmp_path) == ["world-1"]
    seen.demo.start_again()
    seen.demo.tick()
    assert seen.demo.seed == 2
    assert seen.demo.deployment is not old
    assert seen.rows("SELECT external_id, day, wall_time FROM anchor ORDER BY id") != names
    assert worlds(tmp_path) == ["world-2"]
    assert old.database.engine.pool.checkedin() == old.database.engine.pool.checkedout() == 0
    seen.demo.start_again(7)
    assert seen.demo.seed == 7
    assert worlds(tmp_path) == ["world-3"]


def test_a_visitor_stays_signed_in(seen: Watched) -> None:
    visitor = Client(seen.front)
    subject: dict[str, object] = {"name": "Maya Ortiz", "role": "coordinator"}
    token = issue_link(seen.demo.deployment, WORLD, "sign_in", subject, 1)
    assert visitor.get(f"/sign-in/{token}", base_url=HOME, buffered=True).status_code == 303
    assert visitor.get("/tasks", base_url=HOME, buffered=True).status_code == 200
    seen.demo.start_again()
    page = visitor.get("/tasks", base_url=HOME, buffered=True)
    assert page.status_code == 200
    assert "Maya Ortiz" in page.text
    assert visitor.get(f"/sign-in/{token}", base_url=HOME, buffered=True).status_code == 401


def test_a_new_world_keeps_the_network_s_mood_and_gets_no_receipts_of_the_old(seen: Watched) -> None:
    seen.demo.set_mood(Mood.SLOW)
    seen.demo.tick()
    seen.demo.start_again()
    assert not seen.demo.over
    assert seen.demo.mood is Mood.SLOW
    seen.demo.set_mood(Mood.WORKING)
    time.sleep(LATE_RECEIPT)
    seen.demo.tick()
    assert seen.unheld() == {}
    assert not seen.rows("SELECT 1 FROM parked_callback")


def test_a_world_is_exchanged_while_it_is_played_and_looked_at(seen: Watched, tmp_path: Path) -> None:
    seen.demo.set_pace(Pace.FULL_SPEED)
    playing = threading.Thread(target=seen.demo.play)
    playing.start()
    for _ in range(3):
        seen.demo.start_again()
        assert Client(seen.front).get("/metrics", base_url=HOME, buffered=True).status_code == 200
    seen.demo.stop()
    playing.join(20)
    assert not playing.is_alive()
    assert worlds(tmp_path) == ["world-4"]
    assert seen.unheld() == {}


def test_what_an_earlier_demo_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    (folder / "world-9").mkdir(parents=True)
    (folder / "mine.txt").write_text("kept")
    with watched(folder, Pace.PAUSED, members=2):
        assert worlds(tmp_path) == ["world-1"]
        assert (folder / "mine.txt").read_text() == "kept"
