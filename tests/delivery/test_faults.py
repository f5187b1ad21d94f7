"""Real processes against a carrier that misbehaves, killed all the time: nothing twice, nothing lost, nobody unheld.

Only what an operator has is used: settings, commands, HTTP doors; and rows, to know when it is over.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from carrier_stub import Stub, start_stub
from fleet import LIST_LAG, PUBLIC, TOKEN, environment, fleet, run, until
from scene import Scene, compose
from storm import Storm, crowd, drained, time_passes, tried, under_way
from twin import HandTimer, TwinCarrier
from verdict import judge

from outreach.store.database import Database

SEED = int(os.environ.get("SEED", "20261122"))
WORKERS = {"sqlite": 0, "postgresql": 2}
Counts = dict[str, int]
FIGURES = os.environ.get("OUTREACH_FIGURES")  # a folder that `make prove` reads


@pytest.fixture
def stub(port: int) -> Iterator[Stub]:
    door = f"http://127.0.0.1:{port}"
    with start_stub(list_lag=LIST_LAG, latency=0.02, callbacks=door, token=TOKEN, public_url=PUBLIC, seed=SEED) as one:
        yield one


@pytest.fixture
def scene(database: Database) -> Scene:
    made = Scene(compose(database, HandTimer()), TwinCarrier(), HandTimer())
    made.furnish()
    return made


def _weather(scene: Scene, stub: Stub, port: int, folder: Path, touches: int, *, rate: int, longest: float) -> Counts:
    """Let a crowd's texts leave at a rate through a storm, and judge what came of it."""
    url = scene.deployment.database.engine.url.render_as_string(hide_password=False)
    settings = environment(url, folder / "keys.json", stub.url, port) | {"OUTREACH_RATE_ACCOUNT": str(rate)}
    run(settings, "migrate")
    phones = crowd(scene, touches)
    workers = WORKERS[scene.deployment.database.dialect]
    with fleet(settings, folder, workers) as ours:
        storm = Storm(stub, ours, phones, SEED)
        storm.break_out()
        ours.ready()
        talking = threading.Thread(target=storm.talk, args=(0.2,))
        talking.start()
        try:
            storm.strike(lambda: _a_moment_later(scene) and tried(scene), longest)
        finally:
            storm.over.set()
            talking.join()
        stub.mix()
        ours.ready()
        late = lambda: f"It never ended: {under_way(scene, stub)}"  # noqa: E731
        until(lambda: time_passes(scene) and drained(scene, stub), 90 + touches / 20, late)
        # The calendar has just jumped: what lapsed with it has one sweep to be noticed.
        until(lambda: ours.metric("outreach_loops_unheld") == 0, 10, lambda: f"Loops are unheld: {scene.unheld()}")
    run(settings, "evidence", "export", str(folder / "evidence"))
    verdict = judge(scene, stub, folder / "evidence")
    assert verdict.wrong == {}, verdict.counts
    return verdict.counts | {"killed": ours.killed, "paused": ours.paused, "said": storm.said}


def _a_moment_later(scene: Scene) -> bool:
    time_passes(scene, timedelta(seconds=20))
    return True


def _figures(database: Database, counts: Counts) -> None:
    if FIGURES:
        Path(FIGURES, f"faults-{database.dialect}.json").write_text(json.dumps(counts), encoding="utf-8")


def test_a_storm_duplicates_nothing_and_loses_nothing(
    scene: Scene, stub: Stub, port: int, tmp_path: Path, database: Database
) -> None:
    counts = _weather(scene, stub, port, tmp_path, touches=60, rate=20, longest=4)
    assert counts["posted"] >= 36
    assert counts["killed"] + counts["paused"] >= 1
    assert sum(count for name, count in counts.items() if name.startswith("attempts")) > counts["posted"]


@pytest.mark.full
@pytest.mark.timeout(2400)
def test_ten_thousand_texts_in_a_storm(scene: Scene, stub: Stub, port: int, tmp_path: Path, database: Database) -> None:
    touches = int(os.environ.get("OUTREACH_STORM", "10000"))
    counts = _weather(scene, stub, port, tmp_path, touches=touches, rate=100, longest=1500)
    assert counts["touches"] >= touches
    _figures(database, counts)
