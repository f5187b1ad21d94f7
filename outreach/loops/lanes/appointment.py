"""The appointment lane: scheduled, confirmed or not, attended or not, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from conversations.meaning import Reason
from outreach.loops.business_days import close_of_business
from outreach.loops.effects import Await, CloseTasks, OpenTask, StopAwaiting, Tell
from outreach.loops.events import (
    DeadlinePassed,
    Heard,
    NewVisitLinked,
    OfTheLane,
    Opened,
    OutcomeReported,
    TaskResolved,
    VisitCancelled,
    VisitMoved,
)
from outreach.loops.lanes.appointment_heard import hear
from outreach.loops.loop import Closed, Loop, Stage, Step, close, stay
from outreach.loops.outcomes import Outcome, Source, cancelled_by_patient
from outreach.loops.tasks import TaskKind, due

AWAITED_OUTCOME = "outcome"
AWAITED_REPLY = "reply"
UNANSWERED_LIMIT = 2  # LAW-36
_OF_THE_OLD_DATE = (
    TaskKind.RESCHEDULE,
    TaskKind.POSSIBLE_VISIT_CANCEL,
    TaskKind.FIND_OUTCOME,
    TaskKind.OUTCOME_CONFLICT,
)


def advance(loop: Loop, event: OfTheLane) -> Step:
    """Decide what `event` means for an appointment. Total: every event of the lane has an answer in every stage."""
    match event:
        case Opened():
            return stay(loop, _await_outcome(loop)) if loop.open else stay(loop)
        case VisitMoved(_, materially):
            return _moved(loop, materially)
        case VisitCancelled(at):
            return _cancelled(loop, at)
        case Heard():
            return hear(loop, event)
        case DeadlinePassed(at, awaited, unanswered):
            return _deadline(loop, at, awaited, unanswered)
        case OutcomeReported(at, outcome, source, reason):
            return _outcome(loop, at, outcome, source, reason)
        case TaskResolved(at, kind, resolution, reason):
            return _resolved(loop, at, TaskKind(kind), resolution, reason)
        case NewVisitLinked():
            return close(loop, Closed.NEW_VISIT) if loop.open else stay(loop)
        case _:
            assert_never(event)


def _await_outcome(loop: Loop) -> Await:
    """OUT-03: three business days after the visit an outcome nobody reported is missing."""
    ends = loop.anchor.ends_at
    return Await(AWAITED_OUTCOME, close_of_business(ends, loop.anchor.zone, 3))


def _moved(loop: Loop, materially: bool) -> Step:
    """TIM-13: a small move undoes nothing; another day or time is a new promise, even for a closed loop."""
    if not materially:
        ended = loop.stage in (Stage.NOT_KEPT, Stage.CLOSED)
        return stay(loop) if ended else stay(loop, _await_outcome(loop))
    moved = replace(loop, stage=Stage.SCHEDULED, outcome=None, source=None, reason=None, closed=None)
    return Step(moved, (CloseTasks(_OF_THE_OLD_DATE, "visit_moved"), _await_outcome(loop)))


def _cancelled(loop: Loop, at: datetime) -> Step:
    """The clinic took the visit off its calendar: of itself, or because the member had asked."""
    if loop.stage is Stage.NOT_KEPT or loop.settled:
        return stay(loop)  # how it ended is known
    if loop.stage in (Stage.WANTS_CHANGE, Stage.CANNOT_COME):
        asked = loop.outcome or cancelled_by_patient(at, loop.anchor.starts_at)
        return _not_kept(loop, at, asked, Source.EHR, None)
    return _not_kept(loop, at, Outcome.CANCELLED_BY_CLINIC, Source.EHR, Reason.CLINIC_CANCELED)


def _deadline(loop: Loop, at: datetime, awaited: str, unanswered: int) -> Step:
    zone = loop.anchor.zone
    if not loop.open:
        return stay(loop)
    if awaited == AWAITED_OUTCOME and loop.outcome not in (None, Outcome.UNKNOWN):
        return stay(loop)  # how it ended is known; the reschedule task holds the loop
    if awaited == AWAITED_OUTCOME:
        unknown = replace(loop, stage=Stage.OUTCOME_MISSING, outcome=Outcome.UNKNOWN)
        return Step(unknown, (OpenTask(TaskKind.FIND_OUTCOME, due(TaskKind.FIND_OUTCOME, at, zone)),))
    if unanswered >= UNANSWERED_LIMIT and loop.stage is Stage.SCHEDULED:
        return stay(loop, OpenTask(TaskKind.CALL_MEMBER, due(TaskKind.CALL_MEMBER, at, zone)))
    return stay(loop)


def _outcome(loop: Loop, at: datetime, outcome: Outcome, source: Source, reason: Reason | None) -> Step:
    """OUT-03: the stronger word stands; where a weaker one says otherwise, before or after, a person looks."""
    if outcome is Outcome.UNKNOWN:
        return stay(loop)
    went = loop.outcome is not None and loop.outcome.completed
    look = OpenTask(TaskKind.OUTCOME_CONFLICT, due(TaskKind.OUTCOME_CONFLICT, at, loop.anchor.zone))
    if loop.source is not None and not source.outranks(loop.source):
        return stay(loop) if outcome.completed == went else stay(loop, look)
    step = _ended(loop, at, outcome, source, reason)
    overruled = went and not outcome.completed and source is not loop.source
    return Step(step.loop, (*step.effects, look)) if overruled and step.loop.open else step


def _ended(loop: Loop, at: datetime, outcome: Outcome, source: Source, reason: Reason | None) -> Step:
    if outcome.completed:
        return _completed(loop, outcome, source)
    return _not_kept(loop, at, outcome, source, reason)


def _completed(loop: Loop, outcome: Outcome, source: Source) -> Step:
    """The visit took place: the clinic hears so, once, and the promise is kept."""
    if loop.closed is Closed.VISIT_COMPLETED and loop.outcome is outcome:
        return stay(replace(loop, source=source))
    seen = replace(loop, outcome=outcome, source=source, reason=None)
    return close(seen, Closed.VISIT_COMPLETED, None, Tell("visit-completed"))


def _not_kept(loop: Loop, at: datetime, outcome: Outcome, source: Source, reason: Reason | None) -> Step:
    why = reason or loop.reason or Reason.NOT_STATED
    if loop.settled:
        return stay(replace(loop, outcome=outcome, source=source, reason=why))
    if loop.stage is Stage.NOT_KEPT and loop.outcome is outcome and loop.reason is why:
        return stay(replace(loop, source=source))
    missed = replace(loop, stage=Stage.NOT_KEPT, outcome=outcome, source=source, reason=why, closed=None)
    return Step(
        missed,
        (
            StopAwaiting(AWAITED_OUTCOME),
            CloseTasks((TaskKind.FIND_OUTCOME,), "outcome_known"),
            OpenTask(TaskKind.RESCHEDULE, due(TaskKind.RESCHEDULE, at, loop.anchor.zone)),
            Tell("visit-not-completed", why, "reschedule"),
        ),
    )


def _resolved(loop: Loop, at: datetime, kind: TaskKind, resolution: str, reason: Reason | None) -> Step:
    match kind:
        case TaskKind.RESCHEDULE if resolution == "no_new_visit" and loop.open:
            return _closed_without_new_visit(loop, at, reason)
        case TaskKind.RESCHEDULE if resolution == "new_visit" and loop.open:
            return close(loop, Closed.NEW_VISIT)
        case TaskKind.OUTCOME_CONFLICT if resolution == "cannot_be_known":
            return stay(loop)  # OUT-03: the stronger word stands
        case TaskKind.FIND_OUTCOME if resolution == "cannot_be_known":
            unknown = replace(loop, outcome=loop.outcome or Outcome.UNKNOWN)
            return close(unknown, Closed.OUTCOME_UNKNOWN, Reason.NOT_STATED) if loop.open else stay(loop)
        case TaskKind.FIND_OUTCOME | TaskKind.OUTCOME_CONFLICT:
            # A person has looked: that settles it, whoever spoke before.
            return _ended(loop, at, Outcome(resolution), Source.CLINIC_STAFF, reason)
        case TaskKind.POSSIBLE_VISIT_CANCEL if resolution == "visit_cancelled":
            return _outcome(loop, at, cancelled_by_patient(at, loop.anchor.starts_at), Source.MEMBER, reason)
        case TaskKind.DECEASED_REPORT if resolution == "member_died" and loop.open:
            return close(loop, Closed.STAFF, Reason.OTHER)
        case _:
            return stay(loop)


def _closed_without_new_visit(loop: Loop, at: datetime, reason: Reason | None) -> Step:
    """Not kept and no new visit is an ending only with a reason."""
    why = reason or loop.reason or Reason.NOT_STATED
    outcome = loop.outcome or cancelled_by_patient(at, loop.anchor.starts_at)
    told = Tell("visit-not-completed", why, "none")
    return close(replace(loop, outcome=outcome), Closed.NO_NEW_VISIT, why, told)
