"""Another time, or not at all: what follows, whether it was texted or said to a person on the phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from conversations.meaning import Preferences, Reason
from outreach.loops.effects import Effect, Tell
from outreach.loops.lanes import appointment_ride
from outreach.loops.loop import Loop, Stage, task
from outreach.loops.outcomes import Source, cancelled_by_patient
from outreach.loops.reasons import REASONS
from outreach.loops.rides import RideNeed
from outreach.loops.tasks import TaskKind

_SOON = timedelta(hours=24)
OVER = frozenset({Stage.OUTCOME_MISSING, Stage.NOT_KEPT})


def wants_change(
    loop: Loop, at: datetime, reason: Reason | None, preferences: Preferences
) -> tuple[Loop, tuple[Effect, ...]]:
    """Return the loop of a member who wants another time, and the work and signal that follow.

    A car that comes within a day would come for nobody; before that, the visit may still stand (NEMT-09).
    """
    stage = loop.stage if loop.stage is Stage.NOT_KEPT else Stage.WANTS_CHANGE
    wish = replace(loop, stage=stage, reason=reason or loop.reason, preferences=preferences or loop.preferences)
    soon = loop.ride.booked and loop.anchor.starts_at - at < _SOON
    without, off = appointment_ride.call_off(wish, at) if soon else (wish, ())
    effects = (
        task(wish, TaskKind.RESCHEDULE, at),
        *off,
        *mitigation(wish, at, reason),
        Tell("reschedule-requested", reason, "reschedule"),
    )
    return appointment_ride.has_no_ride(without, reason), effects


def cannot_come(loop: Loop, at: datetime, reason: Reason | None) -> tuple[Loop, tuple[Effect, ...]]:
    """Return the loop of a member who will not be there; who says why an hour later has not cancelled later."""
    why = reason or loop.reason
    outcome = loop.outcome or cancelled_by_patient(at, loop.anchor.starts_at)
    cannot = replace(loop, stage=Stage.CANNOT_COME, outcome=outcome, source=Source.MEMBER, reason=why)
    need = RideNeed.NEEDED if reason is Reason.TRANSPORT_FAILURE else RideNeed.UNKNOWN
    without, off = appointment_ride.call_off(cannot, at, need)
    effects = (
        task(cannot, TaskKind.RESCHEDULE, at),
        *off,
        *mitigation(cannot, at, reason),
        Tell("visit-declined", why or Reason.NOT_STATED, "reschedule"),
    )
    return without, effects


def mitigation(loop: Loop, at: datetime, reason: Reason | None) -> tuple[Effect, ...]:
    """Return the work that eases what stood in the way; feeling better needs a look only where the risk is high."""
    kind = REASONS[reason].mitigation if reason else None
    if kind is None or (kind is TaskKind.CLINICIAN_REVIEW and not loop.setting.high_risk):
        return ()
    return (task(loop, kind, at),)
