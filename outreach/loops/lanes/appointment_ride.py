"""The ride to the visit and home again: asked for, booked, late, failed, called off (rulebook 5.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from conversations.meaning import Reason
from outreach.loops.effects import Answer, Await, CloseTasks, Effect, Tell
from outreach.loops.events import FollowsOn, Heard, RideBooked, TripReported
from outreach.loops.loop import Closed, Loop, Stage, Step, close, stay, task
from outreach.loops.rides import FELL_THROUGH, Leg, RideNeed, TripStatus
from outreach.loops.tasks import TaskKind

AWAITED_HOME = "home"
HOME_BY = timedelta(hours=4)  # after the visit: a will-call car takes an hour, the question goes out after 90 minutes
TO_ARRANGE = (TaskKind.ARRANGE_RIDE, TaskKind.RIDE_URGENT, TaskKind.RIDE_PROBLEM)
BEFORE_THE_VISIT = frozenset({Stage.SCHEDULED, Stage.CONFIRMED, Stage.UNREACHED})
THERE = frozenset({Stage.ARRIVED, Stage.GOING_HOME})
ASKED_HOME = frozenset({"got_home", "unclear_home"})
_ASKED_WHETHER = frozenset({"transport", "transport_no_time", "unclear_transport"})
_ASKED_COME = frozenset({"ride_come", "unclear_ride_come"})


def booked(loop: Loop, event: RideBooked) -> Step:
    """A ride was booked: told to the member by the plan; where the visit no longer stands, the car must not come."""
    stands = loop.stage in BEFORE_THE_VISIT and not loop.anchor.cancelled
    if not stands and loop.stage not in THERE:
        return stay(loop, task(loop, TaskKind.CANCEL_RIDE, event.at))
    return Step(replace(loop, ride=loop.ride.book(event.trips)), (CloseTasks(TO_ARRANGE, "ride_booked"),))


def reported(loop: Loop, event: TripReported) -> Step:
    """A broker's news of one leg (NEMT-10). News of a trip that was given up is nobody's any more."""
    if not loop.open or not any(trip.leg is event.leg for trip in loop.ride.trips):
        return stay(loop)
    told = replace(loop, ride=loop.ride.report(event.leg, event.status, event.pickup_from))
    match event.leg:
        case Leg.OUTBOUND:
            return _there(told, event)
        case Leg.RETURN:
            return _home(told, event)
        case _:
            assert_never(event.leg)


def _there(loop: Loop, event: TripReported) -> Step:
    if loop.stage not in BEFORE_THE_VISIT:
        return stay(loop)
    if event.status in FELL_THROUGH:
        return _fell_through(loop, event.at)
    match event.status:
        case TripStatus.COMPLETED:
            # NEMT-11: dropped off at the clinic is weak evidence of a kept visit, and good evidence of being there.
            return Step(replace(loop, stage=Stage.ARRIVED), (CloseTasks((TaskKind.RIDE_PROBLEM,), "ride_came"),))
        case TripStatus.NO_SHOW_MEMBER | TripStatus.CANCELLED_MEMBER:
            return stay(loop, task(loop, TaskKind.CALL_MEMBER, event.at))
        case _:
            return stay(loop)


def _fell_through(loop: Loop, at: datetime) -> Step:
    """NEMT-09: a cancelled ride is not a cancelled visit. News that comes after the visit is for whoever calls."""
    failed = replace(loop, ride=loop.ride.without_trips(RideNeed.FAILED))
    if at >= loop.anchor.ends_at:
        return stay(failed, task(loop, TaskKind.CALL_MEMBER, at))
    kind = _arranging(loop, at)
    told = (Tell("ride-problem"),) if kind is TaskKind.RIDE_PROBLEM else ()
    return stay(failed, task(loop, kind, at), *told)


def _arranging(loop: Loop, at: datetime) -> TaskKind:
    """Return whose work a missing ride is: on the day itself every minute counts, after the cut-off every hour."""
    if loop.on_its_day(at):
        return TaskKind.RIDE_PROBLEM
    late = at > loop.setting.notice.last_request(loop.anchor.day)
    return TaskKind.RIDE_URGENT if late else TaskKind.ARRANGE_RIDE


def _home(loop: Loop, event: TripReported) -> Step:
    if event.status is TripStatus.COMPLETED:
        return got_home(loop)
    if event.status not in FELL_THROUGH | {TripStatus.NO_SHOW_MEMBER}:
        return stay(loop)
    if event.at >= loop.anchor.starts_at or loop.stage in THERE:
        return stay(loop, task(loop, TaskKind.STRANDED, event.at))
    if loop.stage not in BEFORE_THE_VISIT:
        return stay(loop)
    return stay(loop, task(loop, _arranging(loop, event.at), event.at))


def got_home(loop: Loop) -> Step:
    """The member is home: a visit that took place is done with."""
    done = CloseTasks((TaskKind.STRANDED,), "got_home")
    home = replace(loop, ride=loop.ride.report(Leg.RETURN, TripStatus.COMPLETED, None))
    if loop.stage is not Stage.GOING_HOME:
        return stay(home, done)
    return close(home, Closed.VISIT_COMPLETED, None, done)


def waits_for_home(loop: Loop, at: datetime) -> bool:
    """Whether a member who was seen still has a ride home to come (NEMT-08)."""
    home = loop.ride.home
    on_the_way = home is not None and home.status is not TripStatus.COMPLETED
    return on_the_way and at < loop.anchor.ends_at + HOME_BY


def await_home(loop: Loop) -> Await:
    """Return the wait for the member's getting home."""
    return Await(AWAITED_HOME, loop.anchor.ends_at + HOME_BY)


def not_home_yet(loop: Loop, at: datetime) -> Step:
    """NEMT-08: nobody said that they got home: for a member at high risk a person calls."""
    if loop.stage is not Stage.GOING_HOME:
        return stay(loop)
    if loop.setting.high_risk:
        return stay(loop, task(loop, TaskKind.STRANDED, at))
    return close(loop, Closed.VISIT_COMPLETED)


def call_off(loop: Loop, at: datetime, need: RideNeed = RideNeed.UNKNOWN) -> tuple[Loop, tuple[Effect, ...]]:
    """NEMT-09: without the visit, no ride: return the loop without one, and the work that follows.

    Whoever is there already needs the ride home, and after the visit no car is to come.
    """
    if loop.stage in THERE:
        return loop, ()
    without = replace(loop, ride=loop.ride.without_trips(need))
    if loop.ride.booked:
        return without, (task(loop, TaskKind.CANCEL_RIDE, at),) if at < loop.anchor.ends_at else ()
    if loop.ride.need in (RideNeed.NEEDED, RideNeed.FAILED):
        return without, (CloseTasks(TO_ARRANGE, "visit_off"),)
    return without, ()


def again(loop: Loop, at: datetime) -> tuple[Loop, tuple[Effect, ...]]:
    """The visit has another day or time: a ride that was booked or sought is called off and sought anew."""
    if loop.ride.need in (RideNeed.UNKNOWN, RideNeed.OWN):
        return replace(loop, ride=loop.ride.without_trips(RideNeed.UNKNOWN)), ()
    without, effects = call_off(loop, at, RideNeed.NEEDED)
    return without, (*effects, task(without, _arranging(without, at), at))


def needs(loop: Loop, event: Heard) -> Step:
    """The member has no ride, or the one that was booked does not work out."""
    unsure = event.prompt in _ASKED_WHETHER and event.meaning.reason is None
    barrier = frozenset() if unsure else frozenset({Reason.TRANSPORT_FAILURE})
    told = replace(loop, barriers=loop.barriers | barrier)
    if event.prompt in ASKED_HOME or loop.stage in THERE:
        return stay(loop, task(loop, TaskKind.STRANDED, event.at), Answer(event.reply, "ack_ride"))
    if loop.stage not in BEFORE_THE_VISIT:
        return _for_the_next_visit(told, event)
    kind = TaskKind.RIDE_PROBLEM if event.prompt in _ASKED_COME else _arranging(loop, event.at)
    problem = (Tell("ride-problem"),) if kind is not TaskKind.ARRANGE_RIDE else ()
    late = (Tell("running-late"),) if event.prompt in _ASKED_COME else ()
    need = loop.ride if loop.ride.booked else replace(loop.ride, need=RideNeed.NEEDED)
    work = task(loop, kind, event.at)
    return Step(replace(told, ride=need), (work, *problem, *late, Answer(event.reply, "ack_ride")))


def _for_the_next_visit(loop: Loop, event: Heard) -> Step:
    stage = Stage.WANTS_CHANGE if loop.stage is Stage.OUTCOME_MISSING else loop.stage
    needed = replace(loop, stage=stage)
    needed = needed if loop.ride.booked else replace(needed, ride=replace(loop.ride, need=RideNeed.NEEDED))
    work = (task(loop, kind, event.at) for kind in (TaskKind.RESCHEDULE, TaskKind.ARRANGE_RIDE))
    return Step(needed, (*work, Answer(event.reply, "ack_ride")))


def inherited(loop: Loop, event: FollowsOn) -> Step:
    """The visit before this one failed for want of a ride: this one needs its own."""
    unknown = loop.stage in BEFORE_THE_VISIT and loop.ride.need is RideNeed.UNKNOWN
    if not (event.needs_ride and unknown):
        return stay(loop)
    needed = replace(loop, ride=replace(loop.ride, need=RideNeed.NEEDED))
    return stay(needed, task(loop, _arranging(loop, event.at), event.at))


def has_ride(loop: Loop, event: Heard) -> Step:
    """The member gets there, or got home; a booked ride stays booked."""
    if event.prompt in ASKED_HOME:
        return got_home(loop)
    if loop.stage not in BEFORE_THE_VISIT:
        return stay(loop)
    own = loop.ride if loop.ride.booked else replace(loop.ride, need=RideNeed.OWN)
    effects = (CloseTasks(TO_ARRANGE, "has_ride"), Answer(event.reply, "ack_ride_ok"))
    return Step(replace(loop, ride=own), effects)


def no_ride_found(loop: Loop, at: datetime) -> Step:
    """Nobody found a ride: a person must tell the member, and hear what they want to do."""
    if loop.stage not in BEFORE_THE_VISIT:
        return stay(loop)
    failed = replace(loop, ride=loop.ride.without_trips(RideNeed.FAILED))
    return stay(failed, task(loop, TaskKind.CALL_MEMBER, at), Tell("ride-problem"))


def has_no_ride(loop: Loop, reason: Reason | None) -> Loop:
    """Return the loop with the need that a reason shows (OUT-04: the member said so)."""
    if reason is not Reason.TRANSPORT_FAILURE or loop.ride.booked:
        return loop
    return replace(loop, ride=replace(loop.ride, need=RideNeed.NEEDED))
