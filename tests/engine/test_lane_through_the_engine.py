"""Every scenario of the lane again, through the real engine and both databases: state, rows and holds."""

from __future__ import annotations

import os
from collections import defaultdict

import pytest
from lane_player import Player
from lane_scenarios import Scenario, scenarios
from scene import Scene, compose
from twin import HandTimer, TwinCarrier

from outreach.loops.cadence import standard_cadence
from outreach.store.database import Database

PART = 300
PROOF = int(os.environ.get("OUTREACH_PROOF", "0")) >= 50
SAMPLE = {"sqlite": 12, "postgresql": 24}  # `make test` plays every story and one cell of so many; `make prove`, all


def _parts() -> list[tuple[str, list[Scenario]]]:
    files: dict[str, list[Scenario]] = defaultdict(list)
    for scenario in scenarios():
        files[scenario.file].append(scenario)
    return [
        (f"{file} {start // PART + 1}", found[start : start + PART])
        for file, found in files.items()
        for start in range(0, len(found), PART)
    ]


@pytest.fixture
def scene(database: Database, timer: HandTimer) -> Scene:
    """The standard cadence plans around every scenario."""
    carrier = TwinCarrier()
    made = Scene(compose(database, timer, carrier), carrier, timer)
    made.furnish(steps=list(standard_cadence()["step"]))
    return made


@pytest.mark.parametrize("part", [pytest.param(part, id=name) for name, part in _parts()])
def test_the_engine_does_what_the_scenario_says_and_every_loop_is_held(scene: Scene, part: list[Scenario]) -> None:
    if not PROOF:
        every = SAMPLE[scene.deployment.database.dialect]
        part = [one for number, one in enumerate(part) if not one.matrix or number % every == every - 1]
    assert Player(scene).play(part) == {}
