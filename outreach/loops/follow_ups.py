"""What follows a step's first contact: the next call, or the other channel in its place (TWI-34, TWI-43)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from outreach.loops.cadence import Cadence, Queue
from outreach.loops.call_outcomes import CallOutcome
from outreach.loops.calling import CallAttempt, first_turn, next_attempt, turn_of
from outreach.loops.consent import Channel
from outreach.loops.plan import Situation, Tried, Wanted, fit
from outreach.loops.voice_fallback import objection_to_call

# Nobody was reached, and nobody said no: the number may still be theirs.
IN_VAIN = frozenset(
    {CallOutcome.HUNG_UP, CallOutcome.VOICEMAIL, CallOutcome.NO_ANSWER, CallOutcome.BUSY, CallOutcome.FAILED}
)


def with_follow_ups(wanted: Sequence[Wanted], cadence: Cadence, situation: Situation) -> list[Wanted]:
    """Return a plan with what follows what was tried in vain; the gate judges it like everything else."""
    fallbacks = {step.key: step.fallback for step in cadence.steps}
    follow = (each for touch in wanted for each in _follow(touch, fallbacks.get(touch.step), situation))
    return [*wanted, *follow]


def _follow(touch: Wanted, fallback: str | None, situation: Situation) -> Iterator[Wanted]:
    if touch.channel == Channel.VOICE:
        yield from _after_calls(touch, fallback, situation)
    elif fallback == Channel.VOICE and _may_be_called(touch, situation):
        nth = first_turn(touch.nth)
        due = situation.waiting.get((touch.step, Channel.VOICE, nth)) or _soon(touch, situation)
        if due is not None:
            call = replace(touch, channel=Channel.VOICE, nth=nth, due_at=due)
            yield from (call, *_after_calls(call, None, situation))


def _may_be_called(touch: Wanted, situation: Situation) -> bool:
    """TWI-34: a call takes the place of a text only when that one failed for good, and nobody may have refused it.

    Whoever cannot hear a call has agreed to none.
    """
    texts = (t for t in situation.tried if (t.step, t.channel, t.nth) == (touch.step, Channel.SMS, touch.nth))
    consents = touch.category in situation.may_call
    return any(
        text.failed and objection_to_call(text.code, over=text.over, consents=consents, hears=consents) is None
        for text in texts
    )


def _after_calls(first: Wanted, fallback: str | None, situation: Situation) -> Iterator[Wanted]:
    calls = calls_of(situation.tried, first.step, first.nth)
    made = [CallAttempt(call.at, call.outcome) for call in calls if call.outcome is not None]
    if not made or len(made) < len(calls):
        return  # none yet, or the last one goes on, was refused, or nobody knows what became of it
    again = next_call(made, first, situation)
    if again is not None:
        nth = first.nth + len(calls)
        due = situation.waiting.get((first.step, Channel.VOICE, nth), again)
        yield replace(first, nth=nth, due_at=due)
    elif fallback == Channel.SMS and made[-1].outcome in IN_VAIN:
        nth = turn_of(first.nth)
        text_due = situation.waiting.get((first.step, Channel.SMS, nth)) or _soon(first, situation)
        if text_due is not None:
            yield replace(first, channel=Channel.SMS, nth=nth, due_at=text_due)


def next_call(made: Sequence[CallAttempt], call: Wanted, situation: Situation) -> datetime | None:
    """Return when a step calls again after these calls, or None when it does not."""
    hours = situation.hours.when_urgent(call.queue is not Queue.BULK)
    return next_attempt(made, hours, situation.zones, call.useful_until, situation.member)


def calls_of(tried: Iterable[Tried], step: str, nth: int) -> list[Tried]:
    """Return the calls of a step that belong to the turn of its n-th, oldest first."""
    theirs = (t for t in tried if (t.step, t.channel) == (step, Channel.VOICE) and turn_of(t.nth) == turn_of(nth))
    return sorted(theirs, key=lambda call: call.nth)


def _soon(touch: Wanted, situation: Situation) -> datetime | None:
    if touch.useful_until < situation.now:
        return None
    return fit(situation.now, touch.useful_until, situation, touch.queue, early=False)
