"""What a member's words do to an appointment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from conversations.meaning import Intent, Reason, Safety
from outreach.loops.effects import Answer, Effect, OpenTask, Tell
from outreach.loops.events import Heard
from outreach.loops.loop import Closed, Loop, Stage, Step, close, stay
from outreach.loops.outcomes import Outcome, Source, cancelled_by_patient
from outreach.loops.reasons import REASONS
from outreach.loops.tasks import TaskKind, due

Reaction = Callable[[Loop, Heard], Step]

UNCLEAR_WORDS = {
    "reminder": "unclear_reminder",
    "reminder_no_time": "unclear_reminder",
    "reminder_place": "unclear_reminder",
    "dayof": "unclear_dayof",
    "dayof_eve": "unclear_dayof",
    "dayof_no_time": "unclear_dayof",
    "postvisit": "unclear_postvisit",
    "why_not": "unclear_why",
    "why_cannot": "unclear_why",
}
UNCLEAR_LIMIT = 2  # COPY-09: two re-prompts, then a person
_OPEN = frozenset(Stage) - {Stage.CLOSED}
_STILL_ON = frozenset({Stage.SCHEDULED, Stage.CONFIRMED})
_OVER = frozenset({Stage.OUTCOME_MISSING, Stage.NOT_KEPT})


def hear(loop: Loop, event: Heard) -> Step:
    """Apply a meaning: the first intent that the loop can act on, then a person for whatever is left."""
    heard = _note_reason(loop, event)
    intents = event.meaning.intents
    for intent, react in _REACTIONS.items():
        if intent in intents:
            return react(heard, event)
    return _unclear(heard, event)


def _note_reason(loop: Loop, event: Heard) -> Loop:
    reason = event.meaning.reason
    if reason is None:
        return loop
    if REASONS[reason].barrier is None:
        return loop
    return replace(loop, barriers=loop.barriers | {reason})


def _task(loop: Loop, event: Heard, kind: TaskKind) -> OpenTask:
    return OpenTask(kind, due(kind, event.at, loop.anchor.zone))


def _mitigation(loop: Loop, event: Heard) -> tuple[Effect, ...]:
    reason = event.meaning.reason
    eased_by = REASONS[reason].mitigation if reason else None
    return (_task(loop, event, eased_by),) if eased_by else ()


def _for_a_person(kind: TaskKind, words: str | None = None) -> Reaction:
    def react(loop: Loop, event: Heard) -> Step:
        answer = (Answer(event.reply, words),) if words else ()
        return stay(loop, _task(loop, event, kind), *answer)

    return react


_ask_a_person = _for_a_person(TaskKind.ANSWER_MEMBER, "ack_person")


def _nothing_more(loop: Loop, event: Heard) -> Step:
    """It was acted on when the reply was stored (opt-out, help, wrong number ...), or asks for nothing (thanks)."""
    return stay(loop)


def _while(stages: frozenset[Stage], react: Reaction) -> Reaction:
    """React in these stages; in the others the words come too late or take back a change: a person sees them."""

    def guarded(loop: Loop, event: Heard) -> Step:
        return react(loop, event) if loop.stage in stages else _ask_a_person(loop, event)

    return guarded


def _confirm(loop: Loop, event: Heard) -> Step:
    told = () if loop.stage is Stage.CONFIRMED else (Tell("visit-confirmed"),)
    ride = (_task(loop, event, TaskKind.ARRANGE_RIDE),) if Intent.NEED_TRANSPORT in event.meaning.intents else ()
    return _expected(loop, event, *told, *ride)


def _late(loop: Loop, event: Heard) -> Step:
    return _expected(loop, event, Tell("running-late"))


def _expected(loop: Loop, event: Heard, *effects: Effect) -> Step:
    words = "ack_confirmed" if loop.anchor.wall_time else "ack_confirmed_no_time"
    return Step(replace(loop, stage=Stage.CONFIRMED), (*effects, Answer(event.reply, words)))


def _change(loop: Loop, event: Heard) -> Step:
    effects = (
        _task(loop, event, TaskKind.RESCHEDULE),
        *_mitigation(loop, event),
        Tell("reschedule-requested", event.meaning.reason, "reschedule"),
        Answer(event.reply, "ack_change"),
    )
    stage = loop.stage if loop.stage in _OVER else Stage.WANTS_CHANGE
    return Step(replace(loop, stage=stage, reason=event.meaning.reason or loop.reason), effects)


def _decline(loop: Loop, event: Heard) -> Step:
    if loop.stage in _OVER:
        return _did_not_go(loop, event)
    reason = event.meaning.reason or loop.reason
    # Who says why an hour later has not cancelled later.
    outcome = loop.outcome or cancelled_by_patient(event.at, loop.anchor.starts_at)
    cannot = replace(loop, stage=Stage.CANNOT_COME, outcome=outcome, source=Source.MEMBER, reason=reason)
    words = "ack_change" if reason else "why_cannot"
    effects = (
        _task(loop, event, TaskKind.RESCHEDULE),
        *_mitigation(loop, event),
        Tell("visit-declined", reason or Reason.NOT_STATED, "reschedule"),
        Answer(event.reply, words),
    )
    return Step(cannot, effects)


def _needs_ride(loop: Loop, event: Heard) -> Step:
    effects = (_task(loop, event, TaskKind.ARRANGE_RIDE), Tell("ride-problem"), Answer(event.reply, "ack_person"))
    return Step(replace(loop, barriers=loop.barriers | {Reason.TRANSPORT_FAILURE}), effects)


def _went(loop: Loop, event: Heard) -> Step:
    thanks = Answer(event.reply, "ack_thanks")
    if loop.outcome is not None and loop.outcome.completed:
        return stay(loop, thanks)
    if loop.source is not None and not Source.MEMBER.outranks(loop.source):
        return _conflict(loop, event)
    seen = replace(loop, outcome=Outcome.KEPT, source=Source.MEMBER, reason=None)
    return close(seen, Closed.VISIT_COMPLETED, None, Tell("visit-completed"), thanks)


def _did_not_go(loop: Loop, event: Heard) -> Step:
    if loop.settled:
        return _ask_a_person(loop, event)
    reason = event.meaning.reason or loop.reason
    missed = replace(loop, stage=Stage.NOT_KEPT, reason=reason or Reason.NOT_STATED, closed=None)
    if loop.outcome is None or loop.outcome is Outcome.UNKNOWN or loop.outcome.completed:
        if loop.source is not None and not Source.MEMBER.outranks(loop.source):
            return _conflict(loop, event)
        missed = replace(missed, outcome=Outcome.NO_SHOW, source=Source.MEMBER)
    stated = reason is not None and reason is not Reason.NOT_STATED
    effects = (
        _task(loop, event, TaskKind.RESCHEDULE),
        *_mitigation(loop, event),
        Tell("visit-not-completed", reason or Reason.NOT_STATED, "reschedule"),
        Answer(event.reply, "ack_change" if stated else "why_not"),
    )
    return Step(missed, effects)


def _missed(loop: Loop) -> Loop:
    """A stronger source that already said so keeps its own word for it; the member adds the reason."""
    if loop.source is not None and loop.source is not Source.MEMBER:
        return loop
    return replace(loop, outcome=Outcome.NO_SHOW, source=Source.MEMBER)


def _conflict(loop: Loop, event: Heard) -> Step:
    """OUT-03: a stronger source said otherwise; it stands until a person has looked."""
    return stay(loop, _task(loop, event, TaskKind.OUTCOME_CONFLICT), Answer(event.reply, "ack_person"))


def _unclear(loop: Loop, event: Heard) -> Step:
    words = UNCLEAR_WORDS.get(event.prompt or "")
    if words is None or event.repeats >= UNCLEAR_LIMIT or Safety.REVIEW in event.meaning.safety:
        return _ask_a_person(loop, event)
    return stay(loop, Answer(event.reply, words))


# In order: safety first, then what closes or changes most. A reply with several intents meets the first it has.
_REACTIONS: dict[Intent, Reaction] = {
    Intent.EMERGENCY: _nothing_more,
    Intent.DECEASED_REPORT: _nothing_more,
    Intent.OPT_OUT: _nothing_more,
    Intent.WRONG_NUMBER: _nothing_more,
    Intent.OPT_IN: _nothing_more,
    Intent.HELP: _nothing_more,
    Intent.MEDICATION_QUESTION: _for_a_person(TaskKind.MEDICATION_QUESTION, "medq"),
    Intent.VISIT_COMPLETED: _went,
    Intent.VISIT_NOT_COMPLETED: _did_not_go,
    Intent.RESCHEDULE_REQUEST: _while(_OPEN, _change),
    Intent.DECLINE: _while(_OPEN, _decline),
    Intent.RUNNING_LATE: _while(_STILL_ON, _late),
    Intent.ON_MY_WAY: _while(_STILL_ON, _confirm),
    Intent.ARRIVED: _while(_STILL_ON, _confirm),
    Intent.CONFIRM: _while(_STILL_ON, _confirm),
    Intent.NEED_TRANSPORT: _while(_OPEN, _needs_ride),
    Intent.TRANSPORT_OK: _nothing_more,
    Intent.REQUEST_HUMAN: _for_a_person(TaskKind.CALL_MEMBER, "ack_person"),
    Intent.LANGUAGE_SWITCH: _nothing_more,
    Intent.QUESTION_OTHER: _ask_a_person,
    Intent.ACKNOWLEDGEMENT: _nothing_more,
}
