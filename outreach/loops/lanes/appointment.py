"""The appointment lane: scheduled, confirmed or not, attended or not, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from conversations.meaning import Reason
from outreach.loops.business_days import close_of_business
from outreach.loops.effects import Await, CloseTasks, Effect, OpenTask, StopAwaiting, Tell
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


def advance(loop: Loop, event: OfTheLane) -> Step:
    """Decide what `event` means for an appointment. Total: every event of the lane has an answer in every stage."""
    match event:
        case Opened(at):
            return Step(loop, (_await_outcome(loop),))
        case VisitMoved(at, materially):
            return _moved(loop, at, materially)
        case VisitCancelled(at):
            return _not_kept(loop, at, Outcome.CANCELLED_BY_CLINIC, Source.EHR, Reason.CLINIC_CANCELED)
        case Heard():
            return hear(loop, event)
        case DeadlinePassed(at, awaited, unanswered):
            return _deadline(loop, at, awaited, unanswered)
        case OutcomeReported(at, outcome, source, reason):
            return _outcome(loop, at, outcome, source, reason)
        case TaskResolved(at, kind, resolution, reason):
            return _resolved(loop, at, TaskKind(kind), resolution, reason)
        case NewVisitLinked():
            return close(loop, Closed.NEW_VISIT)
        case _:
            assert_never(event)


def _await_outcome(loop: Loop) -> Await:
    """OUT-03: three business days after the visit an outcome nobody reported is missing."""
    ends = loop.anchor.ends_at
    return Await(AWAITED_OUTCOME, close_of_business(ends, loop.anchor.zone, 3))


def _moved(loop: Loop, at: datetime, materially: bool) -> Step:
    fresh: tuple[Effect, ...] = (_await_outcome(loop),)
    if loop.stage is Stage.CONFIRMED and not materially:
        return Step(loop, fresh)
    moved = replace(loop, stage=Stage.SCHEDULED, outcome=None, source=None, reason=None, closed=None)
    done = CloseTasks((TaskKind.RESCHEDULE, TaskKind.POSSIBLE_VISIT_CANCEL, TaskKind.FIND_OUTCOME), "visit_moved")
    return Step(moved, (done, *fresh))


def _deadline(loop: Loop, at: datetime, awaited: str, unanswered: int) -> Step:
    zone = loop.anchor.zone
    if awaited == AWAITED_OUTCOME and loop.stage in (Stage.CANNOT_COME, Stage.NOT_KEPT):
        return stay(loop)  # how it ended is known; the reschedule task holds the loop
    if awaited == AWAITED_OUTCOME:
        unknown = replace(loop, stage=Stage.OUTCOME_MISSING, outcome=loop.outcome or Outcome.UNKNOWN)
        return Step(unknown, (OpenTask(TaskKind.FIND_OUTCOME, due(TaskKind.FIND_OUTCOME, at, zone)),))
    if unanswered >= UNANSWERED_LIMIT and loop.stage is Stage.SCHEDULED:
        return stay(loop, OpenTask(TaskKind.CALL_MEMBER, due(TaskKind.CALL_MEMBER, at, zone)))
    return stay(loop)


def _outcome(loop: Loop, at: datetime, outcome: Outcome, source: Source, reason: Reason | None) -> Step:
    if loop.source is not None and not source.outranks(loop.source):
        if outcome.completed == (loop.outcome is not None and loop.outcome.completed):
            return stay(loop)
        return stay(loop, OpenTask(TaskKind.OUTCOME_CONFLICT, due(TaskKind.OUTCOME_CONFLICT, at, loop.anchor.zone)))
    if outcome is Outcome.UNKNOWN:
        return stay(loop)
    if outcome.completed:
        return completed(loop, outcome, source)
    return _not_kept(loop, at, outcome, source, reason)


def completed(loop: Loop, outcome: Outcome, source: Source) -> Step:
    """The visit took place: the clinic hears so, and the promise is kept."""
    seen = replace(loop, outcome=outcome, source=source, reason=None)
    return close(seen, Closed.VISIT_COMPLETED, None, Tell("visit-completed"))


def _not_kept(loop: Loop, at: datetime, outcome: Outcome, source: Source, reason: Reason | None) -> Step:
    why = reason or loop.reason or Reason.NOT_STATED
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
        case TaskKind.FIND_OUTCOME | TaskKind.OUTCOME_CONFLICT if resolution == "cannot_be_known":
            return close(
                replace(loop, outcome=loop.outcome or Outcome.UNKNOWN), Closed.OUTCOME_UNKNOWN, Reason.NOT_STATED
            )
        case TaskKind.FIND_OUTCOME | TaskKind.OUTCOME_CONFLICT:
            return _outcome(loop, at, Outcome(resolution), Source.CLINIC_STAFF, reason)
        case TaskKind.POSSIBLE_VISIT_CANCEL if resolution == "visit_cancelled":
            return _not_kept(loop, at, Outcome.CANCELLED_BY_PATIENT_LATE, Source.MEMBER, reason)
        case TaskKind.DECEASED_REPORT if resolution == "member_died":
            return close(loop, Closed.STAFF, Reason.OTHER)
        case _:
            return stay(loop)


def _closed_without_new_visit(loop: Loop, at: datetime, reason: Reason | None) -> Step:
    """Not kept and no new visit is an ending only with a reason."""
    why = reason or loop.reason or Reason.NOT_STATED
    outcome = loop.outcome or cancelled_by_patient(at, loop.anchor.starts_at)
    told = Tell("visit-not-completed", why, "none")
    return close(replace(loop, outcome=outcome), Closed.NO_NEW_VISIT, why, told)
