"""What a decision asks the engine to do: data, turned into rows in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from conversations.meaning import Reason
from outreach.loops.task_clock import Deadlines
from outreach.loops.tasks import TaskKind


@dataclass(frozen=True, slots=True)
class OpenTask:
    """Work for a person; opening a kind that is already open for the loop changes nothing."""

    kind: TaskKind
    deadlines: Deadlines


@dataclass(frozen=True, slots=True)
class CloseTasks:
    """The work is no longer needed: every open task of these kinds (all kinds when empty)."""

    kinds: tuple[TaskKind, ...]
    resolution: str


@dataclass(frozen=True, slots=True)
class Await:
    """Wait for a signal until `deadline`; a second wait of the same kind replaces the first."""

    kind: str
    deadline: datetime


@dataclass(frozen=True, slots=True)
class StopAwaiting:
    """The signal came or no longer matters."""

    kind: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer the reply that was just heard, with approved words; sent once per reply and words."""

    reply: int
    words: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the clinic (FHIR-07)."""

    signal: str
    reason: Reason | None = None
    plan: str | None = None


Effect = OpenTask | CloseTasks | Await | StopAwaiting | Answer | Tell
