"""The loop: one promise, open until there is evidence of how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from conversations.meaning import Reason
from outreach.loops.anchor import Anchor
from outreach.loops.effects import Effect
from outreach.loops.outcomes import Outcome, Source


class Stage(StrEnum):
    """Where the promise stands."""

    SCHEDULED = "scheduled"
    CONFIRMED = "confirmed"
    WANTS_CHANGE = "wants_change"
    CANNOT_COME = "cannot_come"
    OUTCOME_MISSING = "outcome_missing"
    NOT_KEPT = "not_kept"
    CLOSED = "closed"


class Closed(StrEnum):
    """Why a loop is closed; the visit's own reason stands beside it."""

    VISIT_COMPLETED = "visit_completed"
    NEW_VISIT = "new_visit"
    NO_NEW_VISIT = "no_new_visit"
    OUTCOME_UNKNOWN = "outcome_unknown"
    STAFF = "staff"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Loop:
    """One loop's own state. Its touches, tasks and awaited signals are rows beside it."""

    id: int
    lane: str
    anchor: Anchor
    stage: Stage = Stage.SCHEDULED
    outcome: Outcome | None = None
    source: Source | None = None
    reason: Reason | None = None
    barriers: frozenset[Reason] = frozenset()  # member-reported only (OUT-04)
    closed: Closed | None = None

    @property
    def open(self) -> bool:
        """Whether the promise still has to be held."""
        return self.closed is None

    @property
    def settled(self) -> bool:
        """Whether a person, or history, ended it: news of a visit not kept is noted and opens no work again."""
        return self.closed in (Closed.NEW_VISIT, Closed.NO_NEW_VISIT, Closed.STAFF, Closed.IMPORTED)


@dataclass(frozen=True, slots=True)
class Step:
    """What came of one event."""

    loop: Loop
    effects: tuple[Effect, ...] = field(default=())


def stay(loop: Loop, *effects: Effect) -> Step:
    """The event changes nothing about the loop itself."""
    return Step(loop, effects)


def close(loop: Loop, why: Closed, reason: Reason | None = None, *effects: Effect) -> Step:
    """End the loop; the engine drops whatever still held it."""
    return Step(replace(loop, stage=Stage.CLOSED, closed=why, reason=reason or loop.reason), effects)
