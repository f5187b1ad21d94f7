"""What a member's words do to an appointment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from conversations.meaning import Intent, Reason, Safety
from conversations.prompt import UNCLEAR_WORDS
from outreach.loops.effects import Answer, CloseTasks, Effect, OpenTask, Tell
from outreach.loops.events import Heard
from outreach.loops.lanes import appointment_corrected, appointment_ended, appointment_reach, appointment_ride
from outreach.loops.lanes.appointment_ride import BEFORE_THE_VISIT, TO_ARRANGE
from outreach.loops.lanes.appointment_wishes import OVER, cannot_come, mitigation, wants_change
from outreach.loops.loop import Loop, Stage, Step, stay, task
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.reasons import REASONS
from outreach.loops.tasks import TaskKind

Reaction = Callable[[Loop, Heard], Step]

UNCLEAR_LIMIT = 2  # COPY-09: two re-prompts, then a person
_COMING = BEFORE_THE_VISIT | {Stage.ARRIVED}
_CHANGEABLE = frozenset(Stage) - {Stage.CLOSED, Stage.GOING_HOME, Stage.ARRIVED}
_ASKED_MISSED = frozenset({"missed", "unclear_missed"})
_ASKED_WHY = frozenset({"why_cannot", "why_not", "unclear_why"})
_ASKED_WHEN = frozenset({"when_better", "unclear_when"})
_ANSWERED_BY_A_PERSON = frozenset({TaskKind.CALL_MEMBER, TaskKind.ANSWER_MEMBER})
_SCREENED = frozenset({Intent.EMERGENCY, Intent.OPT_OUT, Intent.WRONG_NUMBER, Intent.DECEASED_REPORT})


def hear(loop: Loop, event: Heard) -> Step:
    """Apply a meaning: the first intent that the loop can act on, then a person for whatever is left."""
    intents = event.meaning.intents
    heard = loop if intents & _SCREENED or not loop.open else appointment_reach.heard_again(loop)
    undone: tuple[Effect, ...] = ()
    if event.corrects:
        before = appointment_corrected.taken_back(heard, event.at)
        if before is None:
            return _ask_a_person(heard, event)
        heard, undone = before
    heard = _note_reason(heard, event)
    step = _react(heard, event)
    return Step(step.loop, (*undone, *step.effects))


def _react(heard: Loop, event: Heard) -> Step:
    for intent, react in _REACTIONS.items():
        if intent in event.meaning.intents:
            step = react(heard, event)
            return step if react is _nothing_more else _and_more(step, event)
    return _unclear(heard, event)


def _and_more(step: Step, event: Heard) -> Step:
    """I10: beside anything else, who asks for a person gets one, and who was seen and has no ride gets home."""
    loop, more = step.loop, list(step.effects)
    theirs = {effect.kind for effect in more if isinstance(effect, OpenTask)} & _ANSWERED_BY_A_PERSON
    if Intent.REQUEST_HUMAN in event.meaning.intents and not theirs:
        more.append(task(loop, TaskKind.CALL_MEMBER if loop.open else TaskKind.ANSWER_MEMBER, event.at))
    if event.meaning.intents >= {Intent.VISIT_COMPLETED, Intent.NEED_TRANSPORT} and not loop.before_its_day(event.at):
        more.append(task(loop, TaskKind.STRANDED, event.at))
    return Step(loop, tuple(more))


def _note_reason(loop: Loop, event: Heard) -> Loop:
    """OUT-04: a barrier is what the member said stands in the way."""
    reason = event.meaning.reason
    if reason is None or REASONS[reason].barrier is None:
        return loop
    return replace(loop, barriers=loop.barriers | {reason})


def _for_a_person(kind: TaskKind, words: str | None = None) -> Reaction:
    def react(loop: Loop, event: Heard) -> Step:
        answer = (Answer(event.reply, words),) if words else ()
        return stay(loop, task(loop, kind, event.at), *answer)

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
    words = "ack_confirmed" if loop.anchor.wall_time else "ack_confirmed_no_time"
    return _expected(loop, event, words)


def _expected(loop: Loop, event: Heard, words: str) -> Step:
    """The member is coming: the clinic hears so once, and nobody has to call. Not when the visit is over."""
    if event.at >= loop.anchor.ends_at:
        return _ask_a_person(loop, event)
    stage = loop.stage if loop.stage is Stage.ARRIVED else Stage.CONFIRMED
    told = () if loop.stage in (Stage.CONFIRMED, Stage.ARRIVED) else (Tell("visit-confirmed"),)
    effects: tuple[Effect, ...] = (CloseTasks((TaskKind.CALL_MEMBER,), "heard"), *told)
    confirmed = replace(loop, stage=stage)
    if Intent.NEED_TRANSPORT in event.meaning.intents:
        step = appointment_ride.needs(confirmed, event)
        return Step(step.loop, (*effects, *step.effects))
    return Step(confirmed, (*effects, Answer(event.reply, words)))


def _late(loop: Loop, event: Heard) -> Step:
    if event.at >= loop.anchor.ends_at:
        return _ask_a_person(loop, event)
    step = _expected(loop, event, "ack_late")
    return Step(step.loop, (Tell("running-late"), *step.effects))


def _is_there(loop: Loop, event: Heard) -> Step:
    if not loop.on_its_day(event.at):
        return _ask_a_person(loop, event)
    there = replace(loop, stage=Stage.ARRIVED)
    return Step(there, (CloseTasks((TaskKind.CALL_MEMBER, *TO_ARRANGE), "arrived"), Answer(event.reply, "ack_thanks")))


def _change(loop: Loop, event: Heard) -> Step:
    """One question more, about the best time of day, unless they said or were just asked (COPY-02)."""
    preferences = event.meaning.preferences
    asked = bool(preferences) or event.prompt in _ASKED_WHEN
    if asked and loop.stage is Stage.WANTS_CHANGE and event.meaning.reason is None:
        told = Tell("reschedule-requested", loop.reason, "reschedule")
        noted = replace(loop, preferences=preferences or loop.preferences)
        return Step(noted, (task(loop, TaskKind.RESCHEDULE, event.at), told, Answer(event.reply, "ack_preference")))
    changed, effects = wants_change(loop, event.at, event.meaning.reason, preferences)
    return Step(changed, (*effects, Answer(event.reply, "ack_preference" if asked else "when_better")))


def _decline(loop: Loop, event: Heard) -> Step:
    if loop.stage in OVER:
        return _no_help(loop, event) if event.prompt in _ASKED_MISSED else _did_not_go(loop, event)
    cannot, effects = cannot_come(loop, event.at, event.meaning.reason)
    return Step(cannot, (*effects, Answer(event.reply, "ack_change" if _why_known(cannot, event) else "why_cannot")))


def _why_known(loop: Loop, event: Heard) -> bool:
    """Whether there is nothing to ask: one question more is enough (COPY-02)."""
    return loop.reason not in (None, Reason.NOT_STATED) or event.prompt in _ASKED_WHY


def _no_help(loop: Loop, event: Heard) -> Step:
    """No help wanted after a missed visit: a person decides whether that ends it."""
    declined = loop.reason if loop.reason not in (None, Reason.NOT_STATED) else Reason.MEMBER_DECLINED
    work = task(loop, TaskKind.RESCHEDULE, event.at)
    return Step(replace(loop, reason=declined), (work, Answer(event.reply, "ack_no_help")))


def _went(loop: Loop, event: Heard) -> Step:
    thanks = Answer(event.reply, "ack_thanks")
    if loop.outcome is not None and loop.outcome.completed:
        return stay(loop, thanks)
    if loop.source is not None and not Source.MEMBER.outranks(loop.source):
        return _conflict(loop, event)
    if loop.before_its_day(event.at):
        return _ask_a_person(loop, event)
    return appointment_ended.completed(loop, event.at, Outcome.KEPT, Source.MEMBER, thanks)


def _did_not_go(loop: Loop, event: Heard) -> Step:
    if loop.settled or (loop.before_its_day(event.at) and loop.stage not in OVER):
        return _ask_a_person(loop, event)
    if loop.stage is Stage.ARRIVED:
        return _conflict(loop, event)  # they were seen there
    reason = event.meaning.reason or loop.reason
    missed = replace(loop, stage=Stage.NOT_KEPT, reason=reason or Reason.NOT_STATED, closed=None)
    if loop.outcome is None or loop.outcome is Outcome.UNKNOWN or loop.outcome.completed:
        if loop.source is not None and not Source.MEMBER.outranks(loop.source):
            return _conflict(loop, event)
        missed = replace(missed, outcome=Outcome.NO_SHOW, source=Source.MEMBER)
    first = loop.stage is not Stage.NOT_KEPT
    effects = (
        CloseTasks((TaskKind.FIND_OUTCOME,), "outcome_known"),
        task(loop, TaskKind.RESCHEDULE, event.at),
        *mitigation(loop, event.at, event.meaning.reason),
        *(appointment_ended.after_a_miss(missed, event.at) if first else ()),
        Tell("visit-not-completed", reason or Reason.NOT_STATED, "reschedule"),
        Answer(event.reply, "ack_change" if _why_known(missed, event) else "why_not"),
    )
    return Step(missed, effects)


def _conflict(loop: Loop, event: Heard) -> Step:
    """OUT-03: a stronger source said otherwise, or saw them there; that stands until a person has looked."""
    return stay(loop, task(loop, TaskKind.OUTCOME_CONFLICT, event.at), Answer(event.reply, "ack_person"))


def _needs_ride(loop: Loop, event: Heard) -> Step:
    """Who is asked whether they got home, and did not, is helped even when the loop is closed already."""
    helped = loop.open or event.prompt in appointment_ride.ASKED_HOME
    return appointment_ride.needs(loop, event) if helped else _ask_a_person(loop, event)


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
    Intent.RESCHEDULE_REQUEST: _while(_CHANGEABLE, _change),
    Intent.DECLINE: _while(_CHANGEABLE, _decline),
    Intent.RUNNING_LATE: _while(_COMING, _late),
    Intent.ARRIVED: _while(_COMING, _is_there),
    Intent.ON_MY_WAY: _while(_COMING, _confirm),
    Intent.CONFIRM: _while(_COMING, _confirm),
    Intent.NEED_TRANSPORT: _needs_ride,
    Intent.TRANSPORT_OK: appointment_ride.has_ride,
    Intent.REQUEST_HUMAN: _for_a_person(TaskKind.CALL_MEMBER, "ack_person"),
    Intent.LANGUAGE_SWITCH: _nothing_more,
    Intent.QUESTION_OTHER: _ask_a_person,
    Intent.ACKNOWLEDGEMENT: _nothing_more,
}
