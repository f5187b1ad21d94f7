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
    useful_until = (anchor.ends_at if step.when is When.HOURS_AFTER else _latest_start(anchor)) + step.useful
    due = base if step.key in situation.started else _due(step, base, useful_until, situation)
    if due is None or (words := _words(step, anchor, base, max(due, situation.now))) is None:
        return None
    return Wanted(step.key, words, due, useful_until, step.queue, step.category, step.channel)


def _latest_start(anchor: Anchor) -> datetime:
    """A visit without a time may start as late as its day ends: a text about it is of use until then."""
    return anchor.starts_at if anchor.wall_time else anchor.ends_at


def _due(step: CadenceStep, base: datetime, useful_until: datetime, situation: Situation) -> datetime | None:
    kept = situation.planned.get(step.key)
    if kept is not None and min(base, kept) < situation.now:
        return kept
    # A late step makes up for a late enrolment; who was told of the visit already hears of a move by its notice.
    if base < situation.now and (not step.late or situation.told_version is not None):
        return None
    return _fit(max(base, situation.now), useful_until, situation, early=step.when is not When.HOURS_AFTER)


def _words(step: CadenceStep, anchor: Anchor, base: datetime, leaves: datetime) -> str | None:
    """TIM-12: a step of the visit's own day says "today"; the evening before it says "tomorrow", or nothing."""
    said_on, day = local_date(leaves, anchor.zone), anchor.day
    says_today = step.words_pulled_back is not None or local_date(base, anchor.zone) == day
    if said_on >= day or not says_today:
        return step.words if anchor.wall_time else step.words_without_time or step.words
    return step.words_pulled_back if anchor.wall_time and said_on == day - timedelta(days=1) else None


def _fit(due: datetime, useful_until: datetime, situation: Situation, early: bool = True) -> datetime | None:
    """TIM-09: the next opening, if still useful; else, if `early`, back to the last one; else not at all (None)."""
    if (opening := next_open(situation.hours, due, situation.zones)) is None:
        # No common hour in any zone: let the gate refuse it by name, so that a person hears of it (TIM-03).
        return due
    pushed = max(due, opening.starts)
    if pushed <= useful_until:
        return pushed
    earlier = last_open_before(situation.hours, min(due, useful_until), situation.zones) if early else None
    if earlier is None:
        return None
    back = max(earlier.ends - timedelta(hours=2), earlier.starts, situation.now)
    return back if back < earlier.ends - GUARD else None


def _notice(loop: Loop, situation: Situation, step: str) -> list[Wanted]:
    """TIM-13: who was told of an older version hears of the change once."""
    anchor = loop.anchor
    if situation.told_version is None or situation.told_version >= anchor.version:
        return []
    words = step if step == CANCELLED or anchor.wall_time else f"{step}_no_time"
    useful_until = _latest_start(anchor) + _NOTICE_USEFUL
    due = None if useful_until < situation.now else _fit(situation.now, useful_until, situation)
    if due is None:
        return []
    at = situation.planned.get(step, due)
    return [Wanted(step, words, at, useful_until, Queue.DAY_OF, Category.APPOINTMENT, "sms")]
