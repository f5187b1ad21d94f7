"""The heart: one call, pure and total. What is true of every lane is handled once, before the lane."""

from __future__ import annotations

from datetime import datetime

from outreach.loops.effects import OpenTask
from outreach.loops.events import (
    Event,
    LaneFree,
    StaffClosed,
    Suppressed,
    TouchDelivered,
    TouchFailed,
    TouchRefused,
    TouchUnresolved,
)
from outreach.loops.failures import FailureClass, failure_class
from outreach.loops.lanes import appointment
from outreach.loops.loop import Closed, Loop, Step, close, stay
from outreach.loops.tasks import TaskKind, due

# What a person must do when the gate refused for good. Rules that are not here speak for themselves.
_TASK_FOR_RULE = {
    "LAW-01": TaskKind.GET_CONSENT,
    "LAW-05": TaskKind.GET_CONSENT,
    "LAW-19": TaskKind.CALL_MEMBER,
    "LAW-39": TaskKind.VERIFY_PHONE,
    "CARE-10": TaskKind.DECEASED_REPORT,
    "HIP-25": TaskKind.LANGUAGE_GAP,
    "HIP-05": TaskKind.CALL_MEMBER,
    "TIM-03": TaskKind.CALL_MEMBER,
    "NO-PHONE": TaskKind.VERIFY_PHONE,
}


def advance(loop: Loop, event: Event) -> Step:
    """Return what `event` does to `loop`: the next state and the effects to store with it."""
    if isinstance(event, LaneFree):
        return _anywhere(loop, event)
    return appointment.advance(loop, event)


def _anywhere(loop: Loop, event: LaneFree) -> Step:
    match event:
        case TouchDelivered():
            return stay(loop)
        case TouchRefused(at, _, rule, answers):
            return _owned(loop, at, _TASK_FOR_RULE.get(rule, TaskKind.ANSWER_MEMBER if answers else None))
        case TouchFailed(at, _, code):
            lost = failure_class(code) is FailureClass.PERMANENT
            return _owned(loop, at, TaskKind.VERIFY_PHONE if lost else TaskKind.CALL_MEMBER)
        case TouchUnresolved(at):
            return _owned(loop, at, TaskKind.SEND_UNKNOWN)
        case Suppressed(at, rule):
            return _owned(loop, at, _TASK_FOR_RULE.get(rule, TaskKind.CALL_MEMBER))
        case StaffClosed(_, reason):
            return close(loop, Closed.STAFF, reason) if loop.open else stay(loop)


def _owned(loop: Loop, at: datetime, kind: TaskKind | None) -> Step:
    """No silent failure: what a machine can no longer do belongs to a person, while the loop is open."""
    if kind is None or not loop.open:
        return stay(loop)
    return stay(loop, OpenTask(kind, due(kind, at, loop.anchor.zone)))
