"""From a cadence to the touches a loop wants now. The engine reconciles them with the stored ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from outreach.loops.anchor import Anchor, Sensitivity
from outreach.loops.cadence import Cadence, CadenceStep, Condition, Queue, When
from outreach.loops.consent import Category
from outreach.loops.hours import GUARD, Hours, last_open_before, next_open
from outreach.loops.instants import local_date, resolve
from outreach.loops.loop import Loop, Stage
from outreach.loops.outcomes import Outcome

MOVED, CANCELLED = "moved", "visit_cancelled"
EVER = datetime(2000, 1, 1, tzinfo=UTC)  # enrolment steps have no place on the visit's time line: they are always late
_NOTICE_USEFUL = timedelta(hours=-1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A touch the plan wants: what, when, and until when it makes sense."""

    step: str
    words: str
    due_at: datetime
    useful_until: datetime
    queue: Queue
    category: Category
    channel: str
    nth: int = 1


@dataclass(frozen=True, slots=True)
class Situation:
    """What planning needs to know besides the loop: `told_version` is the newest visit version the member read of."""

    now: datetime
    hours: Hours
    zones: tuple[str, ...]
    welcomed: bool
    told_version: int | None
    started: frozenset[str]  # steps of this anchor version that already left or are leaving
    planned: Mapping[str, datetime]  # steps still planned, and for when: what is past due keeps its time


def plan(loop: Loop, cadence: Cadence, situation: Situation) -> list[Wanted]:
    """Return every touch the loop wants from now on. Empty for a closed loop or a silent visit (HIP-05)."""
    if not loop.open or loop.anchor.sensitivity is Sensitivity.SILENT:
        return []
    if loop.anchor.cancelled:
        return _notice(loop, situation, CANCELLED)
    steps = [_wanted(loop, step, situation) for step in cadence.steps if _applies(step, loop, situation)]
    wanted = [touch for touch in steps if touch is not None]
    return _notice(loop, situation, MOVED) + wanted if loop.stage is Stage.SCHEDULED else wanted


def _applies(step: CadenceStep, loop: Loop, situation: Situation) -> bool:
    match step.condition:
        case Condition.NOT_WELCOMED:
            return not situation.welcomed
        case Condition.UNANSWERED:
            return loop.stage is Stage.SCHEDULED
        case Condition.STILL_ON:
            return loop.stage in (Stage.SCHEDULED, Stage.CONFIRMED)
        case Condition.OUTCOME_UNKNOWN:
            return loop.outcome in (None, Outcome.UNKNOWN) and loop.stage is not Stage.WANTS_CHANGE


def _base(step: CadenceStep, anchor: Anchor) -> datetime:
    match step.when:
        case When.ENROLMENT:
            return EVER
        case When.DAYS_BEFORE:
            return resolve(anchor.day - timedelta(days=step.amount), step.at, anchor.zone)
        case When.HOURS_BEFORE:
            return anchor.starts_at - timedelta(hours=step.amount)
        case When.HOURS_AFTER:
            return anchor.ends_at + timedelta(hours=step.amount)


def _wanted(loop: Loop, step: CadenceStep, situation: Situation) -> Wanted | None:
    anchor = loop.anchor
    base = _base(step, anchor)
    useful_until = (anchor.ends_at if step.when is When.HOURS_AFTER else anchor.starts_at) + step.useful
    words = step.words if anchor.wall_time else step.words_without_time or step.words
    if step.key in situation.started:
        return Wanted(step.key, words, base, useful_until, step.queue, step.category, step.channel)
    if base < situation.now and step.key in situation.planned:
        kept = situation.planned[step.key]
        return Wanted(step.key, words, kept, useful_until, step.queue, step.category, step.channel)
    if base < situation.now and not step.late:
        return None
    due = max(base, situation.now)
    fitted = _fit(due, useful_until, situation)
    if fitted is None:
        return None
    at, pulled_back = fitted
    if pulled_back and step.words_pulled_back and anchor.wall_time:
        words = step.words_pulled_back
    if pulled_back and local_date(at, anchor.zone) != anchor.day and step.words_pulled_back is None:
        return None  # "today" would be untrue the evening before (TIM-12)
    return Wanted(step.key, words, at, useful_until, step.queue, step.category, step.channel)


def _fit(due: datetime, useful_until: datetime, situation: Situation) -> tuple[datetime, bool] | None:
    """TIM-09: the next opening, if still useful; else back to the last one; else not at all (None)."""
    opening = next_open(situation.hours, due, situation.zones)
    if opening is None:
        # No common hour in any zone: let the gate refuse it by name, so that a person hears of it (TIM-03).
        return due, False
    pushed = max(due, opening.starts)
    if pushed <= useful_until:
        return pushed, False
    earlier = last_open_before(situation.hours, due, situation.zones)
    if earlier is None:
        return None
    back = max(earlier.ends - timedelta(hours=2), earlier.starts)
    late_back = max(back, situation.now)
    return (late_back, True) if late_back < earlier.ends - GUARD else None


def _notice(loop: Loop, situation: Situation, step: str) -> list[Wanted]:
    """TIM-13: who was told of an older version hears of the change once."""
    anchor = loop.anchor
    if situation.told_version is None or situation.told_version >= anchor.version:
        return []
    words = step if step == CANCELLED or anchor.wall_time else f"{step}_no_time"
    useful_until = anchor.starts_at + _NOTICE_USEFUL
    fitted = None if useful_until < situation.now else _fit(situation.now, useful_until, situation)
    if fitted is None:
        return []
    at = situation.planned.get(step, fitted[0])
    return [Wanted(step, words, at, useful_until, Queue.DAY_OF, Category.APPOINTMENT, "sms")]
