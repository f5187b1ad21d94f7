"""A small demo whose seconds pass only when a test says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from clock import FakeTimer
from healthy import unheld
from sqlalchemy import text

from outreach.engine.deployment import Timer
from outreach.simulation.clock import Pace
from outreach.simulation.demo import Demo
from outreach.simulation.front import Front
from outreach.simulation.stage import Script
from outreach.store.actor import OPERATOR


class Watched:
    """A demo, what it said, and what stands in its database."""

    def __init__(self, folder: Path, pace: Pace, members: int, timer: Timer, opened: Any = None) -> None:
        self.timer = timer
        self.said: list[str] = []
        self.front = Front()
        script = Script(folder, 8080, members, timer)
        self.demo = Demo(script, self.front, 1, pace, opened or (lambda demo: _empty), self.said.append)

    @property
    def now(self) -> datetime:
        return self.demo.deployment.database.now()

    def ticks(self, count: int, seconds: float = 0.25) -> None:
        for _ in range(count):
            self.timer.sleep(seconds)
            self.demo.tick()

    def rows(self, statement: str) -> list[Any]:
        with self.demo.deployment.read(OPERATOR) as uow:
            return list(uow.all(text(statement)))

    def unheld(self) -> dict[int, str]:
        return unheld(self.demo.deployment)


@contextmanager
def watched(
    folder: Path, pace: Pace, members: int = 6, timer: Timer | None = None, opened: Any = None
) -> Iterator[Watched]:
    found = Watched(folder, pace, members, timer or FakeTimer(), opened)
    try:
        yield found
    finally:
        found.demo.deployment.database.engine.dispose()


def _empty(_environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return []
