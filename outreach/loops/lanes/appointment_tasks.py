"""A person finished a task: what its resolution does to the loop."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from conversations.meaning import Reason
from outreach.loops.effects import CloseTasks, Tell
from outreach.loops.events import OutcomeReported, TaskResolved
from outreach.loops.lanes import appointment_reach, appointment_ride
from outreach.loops.lanes.appointment_ended import ended, outcome_reported
from outreach.loops.lanes.appointment_ride import BEFORE_THE_VISIT, TO_ARRANGE
from outreach.loops.lanes.appointment_wishes import OVER, cannot_come, wants_change
from outreach.loops.loop import Closed, Loop, Stage, Step, close, stay, task
from outreach.loops.outcomes import Outcome, Source, cancelled_by_patient
from outreach.loops.rides import RideNeed
from outreach.loops.tasks import TaskKind

_CALLED_OFF = frozenset({Stage.WANTS_CHANGE, Stage.CANNOT_COME})


def resolved(loop: Loop, event: TaskResolved) -> Step:
    """Return what a finished task does; what the loop has no use for changes nothing."""
    kind, resolution = TaskKind(event.kind), event.resolution
    match kind:
        case TaskKind.RESCHEDULE if loop.open and loop.stage is not Stage.GOING_HOME:
            return _rescheduled(loop, event)
        case TaskKind.FIND_OUTCOME | TaskKind.OUTCOME_CONFLICT:
            return _looked_into(loop, event, kind)
        case TaskKind.POSSIBLE_VISIT_CANCEL if resolution == "visit_cancelled":
            outcome = cancelled_by_patient(event.at, loop.anchor.starts_at)
            return outcome_reported(loop, OutcomeReported(event.at, outcome, Source.MEMBER, event.reason))
        case TaskKind.CALL_MEMBER if loop.open:
            return _called(loop, event)
        case TaskKind.ARRANGE_RIDE | TaskKind.RIDE_URGENT | TaskKind.RIDE_PROBLEM if loop.open:
            return _ride(loop, event)
        case TaskKind.STRANDED if loop.open:
            return appointment_ride.got_home(loop)
        case TaskKind.DOUBLE_BOOKED if resolution == "this_one_is_off" and loop.open:
            off, effects = appointment_ride.call_off(loop, event.at)
            off = replace(off, outcome=Outcome.CANCELLED_BY_CLINIC, source=Source.CLINIC_STAFF)
            return close(off, Closed.DUPLICATE, Reason.CLINIC_CANCELED, *effects)
        case _:
            return stay(loop)


def _rescheduled(loop: Loop, event: TaskResolved) -> Step:
    """Not kept and no new visit is an ending only with a reason."""
    if event.resolution == "new_visit":
        return taken_over(loop, event.at)
    why = event.reason or loop.reason or Reason.NOT_STATED
    outcome = loop.outcome or cancelled_by_patient(event.at, loop.anchor.starts_at)
    without_ride, effects = appointment_ride.call_off(loop, event.at)
    told = Tell("visit-not-completed", why, "none")
    return close(replace(without_ride, outcome=outcome), Closed.NO_NEW_VISIT, why, *effects, told)


def taken_over(loop: Loop, at: datetime) -> Step:
    """A new visit's loop keeps the promise from here; a ride to the old one must not come."""
    without_ride, effects = appointment_ride.call_off(loop, at)
    return close(without_ride, Closed.NEW_VISIT, None, *effects)


def _looked_into(loop: Loop, event: TaskResolved, kind: TaskKind) -> Step:
    """A person has looked: that settles it, whoever spoke before (OUT-03)."""
    if event.resolution != "cannot_be_known":
        return ended(loop, event.at, Outcome(event.resolution), Source.CLINIC_STAFF, event.reason)
    if kind is TaskKind.OUTCOME_CONFLICT or loop.stage is not Stage.OUTCOME_MISSING:
        return stay(loop)  # the stronger word stands
    return close(loop, Closed.OUTCOME_UNKNOWN, Reason.NOT_STATED)


def _called(loop: Loop, event: TaskResolved) -> Step:
    """What the member said on the phone counts as if they had texted it."""
    if event.resolution == "no_answer":
        return appointment_reach.no_answer(loop, event.at)
    if event.resolution == "not_possible":
        return stay(loop)
    heard = appointment_reach.heard_again(loop)
    match event.resolution:
        case "confirmed" if heard.stage in BEFORE_THE_VISIT:
            told = () if heard.stage is Stage.CONFIRMED else (Tell("visit-confirmed"),)
            return Step(replace(heard, stage=Stage.CONFIRMED), told)
        case "confirmed" if heard.stage in _CALLED_OFF and event.at < heard.anchor.starts_at:
            coming = replace(heard, stage=Stage.CONFIRMED, outcome=None, source=None, reason=None)
            return Step(coming, (CloseTasks((TaskKind.RESCHEDULE,), "coming_after_all"), Tell("visit-confirmed")))
        case "wants_change" if heard.stage in BEFORE_THE_VISIT | _CALLED_OFF | OVER:
            return Step(*wants_change(heard, event.at, event.reason, heard.preferences))
        case "cannot_come" if heard.stage in BEFORE_THE_VISIT | _CALLED_OFF:
            return Step(*cannot_come(heard, event.at, event.reason))
        case _:
            return stay(heard)


def _ride(loop: Loop, event: TaskResolved) -> Step:
    match event.resolution:
        case "no_ride":
            return appointment_ride.no_ride_found(loop, event.at)
        case "has_ride" | "other_ride":
            own = replace(loop, ride=loop.ride.without_trips(RideNeed.OWN))
            off = (task(loop, TaskKind.CANCEL_RIDE, event.at),) if loop.ride.booked else ()
            return stay(own, CloseTasks(TO_ARRANGE, "has_ride"), *off)
        case _:
            return stay(loop)
