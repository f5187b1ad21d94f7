"""The heart: one call, pure and total. What is true of every lane is handled once, before the lane."""

from __future__ import annotations

from datetime import datetime

from conversations.meaning import Reason
from outreach.loops.effects import CloseTasks, Effect, OpenTask
from outreach.loops.events import (
    Event,
    LaneFree,
    StaffClosed,
    StandingChanged,
    Suppressed,
    TaskEscalated,
    TouchDelivered,
    TouchFailed,
    TouchRefused,
    TouchUnresolved,
)
from outreach.loops.failures import failure
from outreach.loops.lanes import appointment
from outreach.loops.lanes.appointment_ride import BEFORE_THE_VISIT, call_off
from outreach.loops.loop import Closed, Loop, Stage, Step, close, stay, task
from outreach.loops.plan import NOTICES
from outreach.loops.standing import Standing
from outreach.loops.task_clock import deadlines_until
from outreach.loops.tasks import TaskKind

# What a person must do when the gate refused for good. Rules that are not here speak for themselves.
_TASK_FOR_RULE = {
    "LAW-01": TaskKind.GET_CONSENT,
    "LAW-05": TaskKind.GET_CONSENT,
    "LAW-08": TaskKind.GET_CONSENT,
    "LAW-26": TaskKind.GET_CONSENT,
    "LAW-19": TaskKind.CALL_MEMBER,
    "LAW-36": TaskKind.VERIFY_PHONE,
    "LAW-37": TaskKind.VERIFY_PHONE,
    "LAW-39": TaskKind.VERIFY_PHONE,
    "TWI-33": TaskKind.VERIFY_PHONE,
    "TWI-34": TaskKind.CALL_MEMBER,
    "TWI-37": TaskKind.CALL_MEMBER,
    "HIP-06": TaskKind.CALL_MEMBER,
    "CRI-07": TaskKind.CALL_MEMBER,
    "TRIAL": TaskKind.CALL_MEMBER,
    "BREAKER": TaskKind.CALL_MEMBER,
    "CARE-10": TaskKind.DECEASED_REPORT,
    "HIP-25": TaskKind.LANGUAGE_GAP,
    "HIP-05": TaskKind.CALL_MEMBER,
    "TIM-03": TaskKind.CALL_MEMBER,
    "NO-PHONE": TaskKind.VERIFY_PHONE,
}
# No text in time: nobody was told anything wrong, but the member may know of nothing.
_NOT_IN_TIME = frozenset(
    {"TIM-09", "LAW-09", "LAW-23", "LAW-32", "LAW-35", "TIM-15", "TWI-43", "CRI-11", "TALKING", "PAUSED"}
)


def advance(loop: Loop, event: Event) -> Step:
    """Return what `event` does to `loop`: the next state and the effects to store with it."""
    if isinstance(event, LaneFree):
        return _anywhere(loop, event)
    step = appointment.advance(loop, event)
    if step.loop.open and not loop.open and loop.setting.standing.paused:
        return Step(step.loop, (*step.effects, task(loop, TaskKind.REVIEW_PAUSE, event.at)))  # CARE-11: open again
    return step


def _anywhere(loop: Loop, event: LaneFree) -> Step:
    match event:
        case TouchDelivered() | TaskEscalated():
            return stay(loop)
        case TouchRefused():
            return _owned(loop, event.at, _task_for(loop, event))
        case TouchFailed(at, _, code, instead):
            kind = failure(code).task
            return _owned(loop, at, None if instead and kind is TaskKind.CALL_MEMBER else kind)
        case TouchUnresolved(at):
            return _owned(loop, at, TaskKind.SEND_UNKNOWN)
        case Suppressed(at, rule):
            return _owned(loop, at, _TASK_FOR_RULE.get(rule, TaskKind.CALL_MEMBER))
        case StaffClosed(at, reason):
            return _ended(loop, at, Closed.STAFF, reason) if loop.open else stay(loop)
        case StandingChanged():
            return _stands(loop, event) if loop.open else stay(loop)


def _task_for(loop: Loop, event: TouchRefused) -> TaskKind | None:
    if event.rule in _NOT_IN_TIME and not event.answers:
        unaware = event.of_a_ride or loop.stage is Stage.SCHEDULED
        unaware = unaware and loop.stage in BEFORE_THE_VISIT and event.at < loop.anchor.ends_at
        return TaskKind.CALL_MEMBER if unaware or event.step in NOTICES else None
    return _TASK_FOR_RULE.get(event.rule, TaskKind.ANSWER_MEMBER if event.answers else None)


def _owned(loop: Loop, at: datetime, kind: TaskKind | None) -> Step:
    """No silent failure: what a machine can no longer do belongs to a person, while the loop is open."""
    if kind is None or not loop.open:
        return stay(loop)
    return stay(loop, task(loop, kind, at))


def _stands(loop: Loop, event: StandingChanged) -> Step:
    """CARE-10, CARE-11: a death ends the promise; a stay somewhere pauses it until a date on which somebody looks."""
    match event.standing:
        case Standing.DECEASED:
            known = CloseTasks((TaskKind.DECEASED_REPORT,), "member_died")
            told = task(loop, TaskKind.PHONE_CLINIC, event.at)
            return _ended(loop, event.at, Closed.MEMBER_DIED, Reason.OTHER, known, told)
        case Standing.ACTIVE:
            return stay(loop, CloseTasks((TaskKind.REVIEW_PAUSE,), "back"))
        case Standing.HOSPITALISED | Standing.INCARCERATED | Standing.FACILITY:
            without_ride, effects = call_off(loop, event.at)
            again = CloseTasks((TaskKind.REVIEW_PAUSE,), "new_date")
            return stay(without_ride, again, _review(loop, event), *effects)


def _review(loop: Loop, event: StandingChanged) -> OpenTask:
    if event.review_at is None or event.review_at <= event.at:
        return task(loop, TaskKind.REVIEW_PAUSE, event.at)
    return OpenTask(TaskKind.REVIEW_PAUSE, deadlines_until(event.at, event.review_at))


def _ended(loop: Loop, at: datetime, why: Closed, reason: Reason, *effects: Effect) -> Step:
    """NEMT-09: a car that comes for nobody counts against the member."""
    without_ride, called_off = call_off(loop, at)
    return close(without_ride, why, reason, *called_off, *effects)
