"""The loop: one promise, open until there is evidence of how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from conversations.meaning import Preferences, Reason
from outreach.loops.anchor import Anchor
from outreach.loops.effects import Effect, OpenTask
from outreach.loops.instants import local_date
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.rides import Ride
from outreach.loops.setting import Setting
from outreach.loops.task_clock import deadlines
from outreach.loops.tasks import TaskKind


class Stage(StrEnum):
    """Where the promise stands."""

    SCHEDULED = "scheduled"
    CONFIRMED = "confirmed"
    UNREACHED = "unreached"
    WANTS_CHANGE = "wants_change"
    CANNOT_COME = "cannot_come"
    ARRIVED = "arrived"
    GOING_HOME = "going_home"
    OUTCOME_MISSING = "outcome_missing"
    NOT_KEPT = "not_kept"
    CLOSED = "closed"


class Closed(StrEnum):
    """Why a loop is closed; the visit's own reason stands beside it."""

    VISIT_COMPLETED = "visit_completed"
    NEW_VISIT = "new_visit"
    NO_NEW_VISIT = "no_new_visit"
    OUTCOME_UNKNOWN = "outcome_unknown"
    DUPLICATE = "duplicate"
    MEMBER_DIED = "member_died"
    STAFF = "staff"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Loop:
    """One loop's own state. Its touches, tasks and awaited signals are rows beside it.

    `tried` counts attempts since the member was last heard, texts and calls; `called`, whether a call was among them.
    """

    id: int
    lane: str
    anchor: Anchor
    stage: Stage = Stage.SCHEDULED
    outcome: Outcome | None = None
    source: Source | None = None
    reason: Reason | None = None
    barriers: frozenset[Reason] = frozenset()  # member-reported only (OUT-04)
    preferences: Preferences = field(default_factory=Preferences)
    ride: Ride = field(default_factory=Ride)
    tried: int = 0
    called: bool = False
    closed: Closed | None = None
    setting: Setting = field(default_factory=Setting)

    @property
    def open(self) -> bool:
        """Whether the promise still has to be held."""
        return self.closed is None

    @property
    def settled(self) -> bool:
        """Whether a person, or history, ended it: news of a visit not kept is noted and opens no work again."""
        return not self.open and self.closed not in (Closed.VISIT_COMPLETED, Closed.OUTCOME_UNKNOWN)

    def on_its_day(self, at: datetime) -> bool:
        """Whether `at` lies on the visit's date, by the clinic's calendar."""
        return local_date(at, self.anchor.zone) == self.anchor.day

    def before_its_day(self, at: datetime) -> bool:
        """Whether the visit's date is still to come."""
        return local_date(at, self.anchor.zone) < self.anchor.day


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


def task(loop: Loop, kind: TaskKind, at: datetime) -> OpenTask:
    """Return the effect that opens work of this kind, on the clock of the program's office (CARE-07)."""
    return OpenTask(kind, deadlines(kind, at, loop.setting.office, loop.setting.levels))
