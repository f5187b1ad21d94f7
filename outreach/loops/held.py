"""No silent failure, named: the one function that says what holds a loop."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Hold:
    """Something that will happen to an open loop: at `at`, named `touch:7`, `task:9` or `signal:3`."""

    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class Touching:
    """A touch as a hold sees it: planned, in flight under a deadline, or refused and not yet heard by its loop."""

    id: int
    due_at: datetime
    live: bool


@dataclass(frozen=True, slots=True)
class Tasking:
    """A task as a hold sees it."""

    id: int
    due_at: datetime | None
    owned: bool


@dataclass(frozen=True, slots=True)
class Awaiting:
    """An awaited signal as a hold sees it."""

    id: int
    deadline: datetime | None


def hold(touches: Iterable[Touching], tasks: Iterable[Tasking], awaited: Iterable[Awaiting]) -> Hold | None:
    """Return the earliest hold of an open loop from its open rows, or None: a silent failure (I14)."""
    holds = [Hold(touch.due_at, f"touch:{touch.id}") for touch in touches if touch.live]
    holds += [Hold(task.due_at, f"task:{task.id}") for task in tasks if task.owned and task.due_at is not None]
    holds += [Hold(wait.deadline, f"signal:{wait.id}") for wait in awaited if wait.deadline is not None]
    return min(holds, default=None)
