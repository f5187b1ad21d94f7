"""Whether work was done when it had to be, as reports count it: crises seen, interpreters booked (rulebook 6.2)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from outreach.loops.reports.measures import Measure
from outreach.loops.task_clock import STAT_TIME

SEEN_WITHIN: timedelta = STAT_TIME  # by the wall clock, at any hour (CARE-07)
DONE, NOT_POSSIBLE = "done", "not_possible"


class Kept(StrEnum):
    """How it stands with a piece of work and its time."""

    IN_TIME = "in_time"
    LATE = "late"
    NEVER = "never"  # it ended, and what it was for never happened
    OVERDUE = "overdue"  # not yet, and its time is over
    WAITING = "waiting"  # not yet, and there is time


def acknowledged(*, seen: bool, in_time: bool, is_open: bool, over: bool) -> Kept:
    """Return how it stands with a crisis: `seen` when a person took or ended it, `over` when its time is."""
    if seen:
        return Kept.IN_TIME if in_time else Kept.LATE
    if not is_open:
        return Kept.NEVER
    return Kept.OVERDUE if over else Kept.WAITING


def booked(resolution: str | None, *, in_time: bool, over: bool) -> Kept | None:
    """Return how it stands with an interpreter's booking; None where none was needed any more."""
    if resolution is None:
        return Kept.OVERDUE if over else Kept.WAITING
    if resolution == DONE:
        return Kept.IN_TIME if in_time else Kept.LATE
    return Kept.NEVER if resolution == NOT_POSSIBLE else None


_MET, _NOT_MET = frozenset({Kept.IN_TIME.value}), frozenset({Kept.LATE.value, Kept.NEVER.value, Kept.OVERDUE.value})
ACKNOWLEDGED = Measure("acknowledged", _MET, _NOT_MET, frozenset({Kept.WAITING.value}))
INTERPRETED = Measure("interpreted", _MET, _NOT_MET, frozenset({Kept.WAITING.value}))
TAKEN_BACK = Measure("taken_back", frozenset({"taken_back"}), frozenset({"ended"}))
