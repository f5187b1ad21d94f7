"""SIGKILL after each arrow of Send, in real processes: nothing is lost, and the carrier sees no touch twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from carrier_stub import Stub, start_stub
from scene import Scene, compose
from twin import HandTimer, TwinCarrier

from outreach.store import tables as t
from outreach.store.database import Database
from outreach.store.seal import Keyring

WORKER = Path(__file__).parents[1] / "crashing_worker.py"
TOUCHES = 60
LIST_LAG = 0.25  # shorter than the settle time, as the protocol asks
TIMING = {"POST_TIMEOUT": 2, "GIVE_BACK": 1, "SETTLE": 0.5, "LOOK_AGAIN": 0.4, "LEASE": 1.2, "TICK": 0.02}
OVER = ("sent", "refused")


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    """Keys that another process can read."""
    Keyring.create(tmp_path / "keys.json")
    return Keyring.read(tmp_path / "keys.json")


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A carrier in its own process, which accepts before it answers and never deduplicates."""
    with start_stub(latency=0.02, list_lag=LIST_LAG) as running:
        yield running


@pytest.fixture
def due(database: Database) -> Scene:
    """Sixty members whose first text is due now."""
    scene = Scene(compose(database, HandTimer()), TwinCarrier(), HandTimer())
    scene.furnish()
    scene.crowd(*(f"+120255501{n:02d}" for n in range(TOUCHES)))
    return scene


@contextmanager
def _worker(scene: Scene, stub: Stub, keys: Path, crash: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    url = scene.deployment.database.engine.url.render_as_string(hide_password=False)
    given = {f"OUTREACH_TIMING_{name}": str(seconds) for name, seconds in TIMING.items()}
    given |= {"DATABASE_URL": url, "OUTREACH_KEY_FILE": str(keys), "TWILIO_BASE_URL": stub.url, "TWILIO_FROM": "+1"}
    given |= {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "token"}
    command = [sys.executable, str(WORKER)]
    worker = subprocess.Popen(command, env=os.environ | given | crash, stdout=subprocess.PIPE, text=True)
    assert worker.stdout
    try:
        worker.stdout.readline()
        yield worker
    finally:
        worker.kill()
        worker.communicate()


def _settled(scene: Scene) -> bool:
    first = scene.rows(t.touch, t.touch.c.step == "welcome")
    return all(touch.state in OVER for touch in first)


def _until(scene: Scene, seconds: float) -> None:
    give_up = time.monotonic() + seconds
    while not _settled(scene):
        assert time.monotonic() < give_up, Counter(touch.state for touch in scene.rows(t.touch))
        time.sleep(0.1)


def _nothing_lost_and_nothing_twice(scene: Scene, stub: Stub) -> None:
    posted = stub.messages()
    touches = Counter(urlsplit(message["params"]["StatusCallback"]).path for message in posted)
    texts = Counter((message["to"], message["body"]) for message in posted)
    assert max(touches.values()) == max(texts.values()) == 1
    owned = {task.loop_id for task in scene.rows(t.task, t.task.c.state == "open")}
    first = scene.rows(t.touch, t.touch.c.step == "welcome")
    assert len(first) == TOUCHES
    assert all(touch.state == "sent" or touch.loop_id in owned for touch in first)
    assert len(posted) == sum(touch.state == "sent" for touch in first)
    assert scene.unheld() == {}


ARROWS = {
    "after the claim": {"CRASH_AFTER": "claim"},
    "after the first post": {"CRASH_AFTER": "post", "CRASH_MESSAGE": "1"},
    "after the thirtieth post": {"CRASH_AFTER": "post", "CRASH_MESSAGE": "30"},
    "inside the record": {"CRASH_AFTER": "inside-record"},
    "after the record": {"CRASH_AFTER": "record"},
}


@pytest.mark.parametrize("arrow", ARROWS)
def test_a_worker_killed_at_an_arrow_loses_nothing_and_repeats_nothing(
    due: Scene, stub: Stub, tmp_path: Path, arrow: str
) -> None:
    keys = tmp_path / "keys.json"
    with _worker(due, stub, keys, ARROWS[arrow]) as worker:
        assert worker.wait(20) == -signal.SIGKILL
    with _worker(due, stub, keys, {}):
        _until(due, 20)
    _nothing_lost_and_nothing_twice(due, stub)


def test_workers_killed_at_random_lose_nothing_and_repeat_nothing(due: Scene, stub: Stub, tmp_path: Path) -> None:
    dice = random.Random(7)
    for _ in range(3):
        with _worker(due, stub, tmp_path / "keys.json", {}):
            time.sleep(dice.uniform(0.01, 0.3))
    with _worker(due, stub, tmp_path / "keys.json", {}):
        _until(due, 20)
    _nothing_lost_and_nothing_twice(due, stub)
