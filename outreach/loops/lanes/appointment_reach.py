"""Trying to reach a member, over days and channels, until somebody is heard or it counts as unable (CARE-01)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from conversations.meaning import Reason
from outreach.loops.call_outcomes import CallOutcome
from outreach.loops.effects import Tell
from outreach.loops.events import CallEnded
from outreach.loops.loop import Loop, Stage, Step, stay, task
from outreach.loops.tasks import TaskKind

_UNHEARD = frozenset({Stage.SCHEDULED, Stage.NOT_KEPT})


def unanswered(loop: Loop, at: datetime) -> Step:
    """A question ran out, or gave way to the next (LAW-36): after a few a person calls, for high risk at once."""
    tried = replace(loop, tried=loop.tried + 1)
    patience = 1 if loop.setting.high_risk else loop.setting.escalate_after
    if loop.stage not in _UNHEARD or tried.tried < patience or _given_up(loop):
        return stay(tried)
    return stay(tried, task(loop, TaskKind.CALL_MEMBER, at))


def no_answer(loop: Loop, at: datetime) -> Step:
    """Nobody picked up: again at another time of day, until enough was tried on more than one channel."""
    tried = replace(loop, tried=loop.tried + 1, called=True)
    if tried.tried < loop.setting.attempts:
        return stay(tried, task(loop, TaskKind.CALL_MEMBER, at))
    return _gave_up(loop, tried)


def call_ended(loop: Loop, event: CallEnded) -> Step:
    """A call of ours is over: who was not reached is called again by its step, and then by a person (TWI-43).

    A call that never rang counts for nothing (CARE-01); one that rang in vain counts as a person's would.
    """
    if not loop.open or event.outcome is CallOutcome.REACHED:
        return stay(loop)
    if event.outcome.task is not None:
        return stay(loop, task(loop, event.outcome.task, event.at))
    rang = event.outcome not in (CallOutcome.FAILED, CallOutcome.CANCELED, CallOutcome.UNKNOWN)
    tried = replace(loop, tried=loop.tried + 1, called=True) if rang else loop
    if event.again or loop.stage not in _UNHEARD:
        return stay(tried)
    if not rang or tried.tried < loop.setting.attempts:
        return stay(tried, task(loop, TaskKind.CALL_MEMBER, event.at))
    return _gave_up(loop, tried)


def _gave_up(loop: Loop, tried: Loop) -> Step:
    if loop.stage not in _UNHEARD:
        return stay(tried)
    given_up = Tell("unable-to-reach", Reason.UNABLE_TO_REACH)
    if loop.stage is Stage.SCHEDULED:
        return Step(replace(tried, stage=Stage.UNREACHED), (given_up,))
    silent = loop.reason in (None, Reason.NOT_STATED)
    return Step(replace(tried, reason=Reason.UNABLE_TO_REACH if silent else loop.reason), (given_up,))


def _given_up(loop: Loop) -> bool:
    return loop.called and loop.tried >= loop.setting.attempts


def heard_again(loop: Loop) -> Loop:
    """Return the loop of a member who was heard: nothing was tried in vain, and nobody is unreachable."""
    stage = Stage.SCHEDULED if loop.stage is Stage.UNREACHED else loop.stage
    return replace(loop, stage=stage, tried=0, called=False)


def reachable(loop: Loop) -> Step:
    """CARE-01: "unable to reach" ends with a new phone or consent."""
    return stay(heard_again(loop)) if loop.open else stay(loop)
