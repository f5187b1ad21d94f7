"""The appointment lane: scheduled, confirmed or not, there or not, seen or not, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from conversations.meaning import Reason
from outreach.loops.effects import Await, CloseTasks, Effect, StopAwaiting
from outreach.loops.events import (
    ArrivalReported,
    CallEnded,
    DeadlinePassed,
    FollowsOn,
    Heard,
    NewVisitLinked,
    OfTheLane,
    Opened,
    OutcomeReported,
    Reachable,
    RideBooked,
    TaskResolved,
    TripReported,
    VisitCancelled,
    VisitMoved,
)
from outreach.loops.lanes import appointment_reach, appointment_ride
from outreach.loops.lanes.appointment_ended import cancelled_for, outcome_reported
from outreach.loops.lanes.appointment_heard import hear
from outreach.loops.lanes.appointment_tasks import resolved, taken_over
from outreach.loops.loop import Closed, Loop, Stage, Step, close, stay, task
from outreach.loops.outcomes import Outcome, Source, cancelled_by_patient
from outreach.loops.standing import Standing
from outreach.loops.tasks import TaskKind

AWAITED_OUTCOME = "outcome"
_OF_THE_OLD_DATE = (
    TaskKind.RESCHEDULE,
    TaskKind.POSSIBLE_VISIT_CANCEL,
    TaskKind.FIND_OUTCOME,
    TaskKind.OUTCOME_CONFLICT,
    TaskKind.DOUBLE_BOOKED,
)
_CAME_ANYWAY = (TaskKind.RESCHEDULE, TaskKind.CALL_MEMBER, TaskKind.POSSIBLE_VISIT_CANCEL, *appointment_ride.TO_ARRANGE)


def advance(loop: Loop, event: OfTheLane) -> Step:
    """Decide what `event` means for an appointment. Total: every event of the lane has an answer in every stage."""
    match event:
        case Opened():
            return _opened(loop, event)
        case VisitMoved(at, materially):
            return _moved(loop, at, materially)
        case VisitCancelled(at):
            return _cancelled(loop, at)
        case Heard():
            return hear(loop, event)
        case CallEnded():
            return appointment_reach.call_ended(loop, event)
        case DeadlinePassed(at, awaited):
            return _deadline(loop, at, awaited)
        case OutcomeReported():
            return outcome_reported(loop, event)
        case ArrivalReported(at):
            return _arrived(loop, at)
        case RideBooked():
            return appointment_ride.booked(loop, event)
        case TripReported():
            return appointment_ride.reported(loop, event)
        case TaskResolved():
            return resolved(loop, event)
        case NewVisitLinked():
            return taken_over(loop, event.at) if loop.open and loop.stage is not Stage.GOING_HOME else stay(loop)
        case FollowsOn():
            return appointment_ride.inherited(loop, event)
        case Reachable():
            return appointment_reach.reachable(loop)
        case _:
            assert_never(event)


def _await_outcome(loop: Loop, at: datetime) -> Await:
    """OUT-03: three of the clinic's business days after the visit, an outcome nobody reported is missing."""
    return Await(AWAITED_OUTCOME, max(at, loop.setting.clinic.close_of(loop.anchor.ends_at, 3)))


def _opened(loop: Loop, event: Opened) -> Step:
    if not loop.open:
        return stay(loop)
    if loop.setting.standing is Standing.DECEASED:  # CARE-10: the clinic does not know yet
        return close(loop, Closed.MEMBER_DIED, Reason.OTHER, task(loop, TaskKind.PHONE_CLINIC, event.at))
    paused = (task(loop, TaskKind.REVIEW_PAUSE, event.at),) if loop.setting.standing.paused else ()
    return stay(loop, _await_outcome(loop, event.at), *_clash(loop, event.at), *paused)


def _clash(loop: Loop, at: datetime) -> tuple[Effect, ...]:
    return (task(loop, TaskKind.DOUBLE_BOOKED, at),) if loop.setting.clashes else ()


def _moved(loop: Loop, at: datetime, materially: bool) -> Step:
    """TIM-13: a small move undoes nothing; another day or time is a new promise, even for a closed loop."""
    died = not loop.open and loop.setting.standing is Standing.DECEASED
    if died or loop.closed is Closed.MEMBER_DIED:
        return stay(loop)  # CARE-10
    if not materially:
        ended = loop.stage in (Stage.NOT_KEPT, Stage.GOING_HOME, Stage.CLOSED)
        return stay(loop) if ended else stay(loop, _await_outcome(loop, at))
    fresh = appointment_reach.heard_again(loop)  # a new promise is tried anew (CARE-01)
    moved = replace(fresh, stage=Stage.SCHEDULED, outcome=None, source=None, reason=None, closed=None)
    with_ride, effects = appointment_ride.again(moved, at)
    done = (CloseTasks(_OF_THE_OLD_DATE, "visit_moved"), StopAwaiting(appointment_ride.AWAITED_HOME))
    return Step(with_ride, (*done, _await_outcome(loop, at), *effects, *_clash(loop, at)))


def _cancelled(loop: Loop, at: datetime) -> Step:
    """The clinic took the visit off its calendar: of itself, or because the member had asked."""
    if loop.stage is Stage.NOT_KEPT or loop.settled:
        return stay(loop)  # how it ended is known
    if loop.outcome is not None and loop.outcome.completed:
        return stay(loop, task(loop, TaskKind.OUTCOME_CONFLICT, at))  # seen, and then taken off: a person looks
    if loop.stage in (Stage.WANTS_CHANGE, Stage.CANNOT_COME):
        known = loop.outcome if loop.outcome is not Outcome.UNKNOWN else None
        asked = known or cancelled_by_patient(at, loop.anchor.starts_at)
        return cancelled_for(loop, at, asked, Source.EHR, None)
    return cancelled_for(loop, at, Outcome.CANCELLED_BY_CLINIC, Source.EHR, Reason.CLINIC_CANCELED)


def _arrived(loop: Loop, at: datetime) -> Step:
    """The clinic sees the member: whatever was said before, they came. Only on the day itself, while it lasts."""
    if not loop.on_its_day(at) or loop.stage in (Stage.ARRIVED, Stage.GOING_HOME):
        return stay(loop)
    if loop.stage in (Stage.NOT_KEPT, Stage.CLOSED):
        return stay(loop, task(loop, TaskKind.OUTCOME_CONFLICT, at)) if loop.open else stay(loop)
    there = replace(loop, stage=Stage.ARRIVED, outcome=None, source=None, reason=None)
    return Step(there, (CloseTasks(_CAME_ANYWAY, "arrived"), _await_outcome(loop, at)))


def _deadline(loop: Loop, at: datetime, awaited: str) -> Step:
    if not loop.open:
        return stay(loop)
    match awaited:
        case "reply":
            return appointment_reach.unanswered(loop, at)
        case "home":
            return appointment_ride.not_home_yet(loop, at)
    if loop.outcome not in (None, Outcome.UNKNOWN):
        return stay(loop)  # how it ended is known; the reschedule task holds the loop
    unknown = replace(loop, stage=Stage.OUTCOME_MISSING, outcome=Outcome.UNKNOWN)
    return Step(unknown, (task(loop, TaskKind.FIND_OUTCOME, at),))
