"""A furnished program over each database, with a carrier twin and a clock to turn by hand."""

from __future__ import annotations

import pytest
from scene import ANA, Scene, compose
from twin import HandTimer, TwinCarrier

from outreach.store.database import Database


@pytest.fixture
def timer() -> HandTimer:
    """Never behind the real clock: the health view judges leases by the database's own."""
    return HandTimer()


@pytest.fixture
def scene(database: Database, timer: HandTimer) -> Scene:
    """A Monday morning, words approved, nobody enrolled yet."""
    carrier = TwinCarrier()
    made = Scene(compose(database, timer, carrier), carrier, timer)
    made.furnish()
    return made


@pytest.fixture
def loop(scene: Scene) -> int:
    """Ana's visit on Tuesday of next week, known and welcomed."""
    return scene.visit(scene.member(ANA))
