"""For whom a step is wanted now: its conditions, its tiers and its barriers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outreach.loops.cadence import CadenceStep, Condition
from outreach.loops.loop import Loop, Stage
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.rides import RideNeed

if TYPE_CHECKING:
    from outreach.loops.plan import Situation

_STILL_ON = frozenset({Stage.SCHEDULED, Stage.CONFIRMED, Stage.UNREACHED})
_MAY_HAVE_GONE = _STILL_ON | {Stage.CANNOT_COME, Stage.ARRIVED, Stage.OUTCOME_MISSING}
_WENT = frozenset({Stage.SCHEDULED, Stage.CONFIRMED, Stage.ARRIVED, Stage.GOING_HOME})


def applies(step: CadenceStep, loop: Loop, situation: Situation) -> bool:
    """Whether a step is wanted for this loop as it stands; all of its conditions must hold."""
    for_them = not step.tiers or loop.setting.tier in step.tiers
    with_barrier = not step.barriers or not loop.barriers.isdisjoint(step.barriers)
    return for_them and with_barrier and all(_holds(each, step, loop, situation) for each in step.conditions)


def _holds(condition: Condition, step: CadenceStep, loop: Loop, situation: Situation) -> bool:
    stage, ride = loop.stage, loop.ride
    match condition:
        case Condition.NOT_WELCOMED:
            return not situation.welcomed
        case Condition.AGREED_TO_CALLS:
            return step.category in situation.may_call
        case Condition.UNANSWERED:
            return stage is Stage.SCHEDULED
        case Condition.CONFIRMED:
            return stage is Stage.CONFIRMED
        case Condition.STILL_ON:
            return stage in _STILL_ON
        case Condition.RIDE_UNKNOWN:
            return ride.need is RideNeed.UNKNOWN
        case Condition.RIDE_BOOKED:
            return ride.booked and stage in _STILL_ON
        case Condition.RIDE_HOME:
            return ride.booked and ride.home is not None and stage in _WENT
        case Condition.WILL_CALL:
            return ride.booked and ride.home is not None and ride.home.will_call and stage in _WENT
        case Condition.OUTCOME_UNKNOWN:
            return loop.outcome in (None, Outcome.UNKNOWN) and stage in _MAY_HAVE_GONE
        case Condition.MISSED:
            missed = stage is Stage.NOT_KEPT and loop.outcome is Outcome.NO_SHOW
            return missed and loop.source is not Source.MEMBER  # who said so themselves was answered at once
