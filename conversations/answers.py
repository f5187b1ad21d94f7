"""Gives what was said its meaning under the open question: one "yes" confirms, another reports (7.1 step 11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum, auto

from conversations.acts import Act, Saying
from conversations.meaning import Intent, Reason
from conversations.prompt import Option, Prompt

AFFIRMATIVE = frozenset({Intent.CONFIRM, Intent.ON_MY_WAY, Intent.VISIT_COMPLETED, Intent.TRANSPORT_OK, Intent.OPT_IN})
NEGATIVE = frozenset({Intent.DECLINE, Intent.VISIT_NOT_COMPLETED, Intent.OPT_OUT})
# What a yes says -> what a no says. A question that offers both, the yes first, can be answered with the bare word.
_OPPOSITE: Mapping[Intent, Intent] = {
    Intent.CONFIRM: Intent.DECLINE,
    Intent.ON_MY_WAY: Intent.DECLINE,
    Intent.VISIT_COMPLETED: Intent.VISIT_NOT_COMPLETED,
    Intent.TRANSPORT_OK: Intent.NEED_TRANSPORT,
    Intent.NEED_TRANSPORT: Intent.TRANSPORT_OK,
    Intent.RESCHEDULE_REQUEST: Intent.DECLINE,
    Intent.OPT_IN: Intent.OPT_OUT,
}
_UNDER_WAY: Mapping[Act, Intent] = {
    Act.ARRIVED: Intent.ARRIVED,
    Act.LATE: Intent.RUNNING_LATE,
    Act.ON_WAY: Intent.ON_MY_WAY,
}
# When a reply gives several reasons, the gravest is kept (understanding 10).
_GRAVITY = (
    Reason.HOSPITALIZED,
    Reason.ILLNESS,
    Reason.TRANSPORT_FAILURE,
    Reason.CHILDCARE,
    Reason.CAREGIVER_UNAVAILABLE,
    Reason.WORK_CONFLICT,
    Reason.COST_INSURANCE,
)


class Topic(Enum):
    """What the open question is about."""

    VISIT = auto()
    TODAY = auto()
    RIDE = auto()
    OUTCOME = auto()
    WHY = auto()
    WHEN = auto()
    CONSENT = auto()
    MISSED = auto()
    NOTHING = auto()


def topic(prompt: Prompt | None) -> Topic:
    """Return what a question is about, by the options it offers."""
    if prompt is None:
        return Topic.NOTHING
    offered = {option.intent for option in prompt.options.values()}
    if asks_when(prompt):
        return Topic.WHEN
    if asks_why(prompt):
        return Topic.WHY
    for intent, about in (
        (Intent.RUNNING_LATE, Topic.TODAY),
        (Intent.CONFIRM, Topic.VISIT),
        (Intent.TRANSPORT_OK, Topic.RIDE),
        (Intent.VISIT_COMPLETED, Topic.OUTCOME),
        (Intent.OPT_IN, Topic.CONSENT),
        (Intent.RESCHEDULE_REQUEST, Topic.MISSED),
    ):
        if intent in offered:
            return about
    return Topic.NOTHING


def gravest(reasons: Iterable[Reason]) -> Reason | None:
    """Return the reason to keep of several, None of none."""
    given = tuple(reasons)
    return next((reason for reason in _GRAVITY if reason in given), given[0] if given else None)


def asks_why(prompt: Prompt | None) -> bool:
    """Return whether the open question is a list of reasons."""
    return prompt is not None and any(option.reason and option.intent in NEGATIVE for option in prompt.options.values())


def asks_when(prompt: Prompt | None) -> bool:
    """Return whether the open question is which part of the day is best."""
    return prompt is not None and any(option.part_of_day for option in prompt.options.values())


def _no(prompt: Prompt) -> Option | None:
    """Return what a bare no says; a list of reasons or of times has no single no."""
    yes = prompt.options.get("1")
    opposite = _OPPOSITE.get(yes.intent) if yes else None
    return next((option for _, option in sorted(prompt.options.items()) if option.intent is opposite), None)


def bare_answer(said: Saying, prompt: Prompt | None) -> Option | None:
    """Return the option that the yes or no in `said` chooses; None where neither is an answer."""
    no = _no(prompt) if prompt else None
    if prompt is None or no is None or {Act.YES, Act.NO} <= said.acts:
        return None
    if topic(prompt) is Topic.CONSENT and Act.CANNOT in said.acts:
        return no
    if said.acts & {Act.YES, Act.OK}:
        return prompt.options["1"]
    return no if Act.NO in said.acts else None


def _refusal(prompt: Prompt | None, about: Topic) -> Intent:
    """Return what not coming is called here: before the visit a decline, after it a visit not completed."""
    if about is Topic.OUTCOME:
        return Intent.VISIT_NOT_COMPLETED
    offered = {option.intent for option in prompt.options.values()} if prompt and about is Topic.WHY else set[Intent]()
    return Intent.VISIT_NOT_COMPLETED if Intent.VISIT_NOT_COMPLETED in offered else Intent.DECLINE


def _about_the_visit(said: Saying, about: Topic, refusal: Intent) -> set[Intent]:
    """Return what is said of coming or not coming, before the visit or after it."""
    acts, found = said.acts, set[Intent]()
    past = refusal is Intent.VISIT_NOT_COMPLETED
    refuses = Act.CANNOT in acts or (Act.MISSED in acts and not past and about is not Topic.RIDE)
    if Act.CHANGE in acts:
        found.add(Intent.RESCHEDULE_REQUEST)
    elif (refuses and about is not Topic.CONSENT) or (past and Act.MISSED in acts):
        found.add(refusal)
    if Act.COME in acts and not past and not (about is Topic.RIDE and Act.HAS_RIDE in acts):
        found.add(Intent.CONFIRM)
    went = Act.WENT in acts or (Act.ARRIVED in acts and about is Topic.OUTCOME)
    if went and about in (Topic.OUTCOME, Topic.NOTHING, Topic.MISSED, Topic.VISIT):
        found.add(Intent.VISIT_COMPLETED)
    return found


def _about_the_ride(said: Saying, about: Topic, found: set[Intent]) -> set[Intent]:
    """Return what is said of the ride: wanted, there, or missing. After the visit a missing ride is a reason."""
    acts = said.acts
    if about in (Topic.OUTCOME, Topic.WHY):
        return {Intent.NEED_TRANSPORT} if Act.RIDE in acts and about is Topic.OUTCOME and Act.NO not in acts else set()
    declines = bool(found & {Intent.DECLINE, Intent.RESCHEDULE_REQUEST}) or (
        Act.NO in acts and about in (Topic.VISIT, Topic.TODAY)
    )
    if Act.RIDE in acts or (Act.NO_RIDE in acts and not declines):
        return {Intent.NEED_TRANSPORT}
    return {Intent.TRANSPORT_OK} if Act.HAS_RIDE in acts else set()


def _barred(said: Saying, about: Topic, refusal: Intent, found: set[Intent]) -> set[Intent]:
    """Return what a bare barrier says: nobody comes who only writes "babysitter" (guide 11)."""
    reasons = set(said.reasons)
    said_otherwise = {Intent.CONFIRM, Intent.DECLINE, Intent.RESCHEDULE_REQUEST, *_UNDER_WAY.values()}
    asks_only = Act.ASK in said.acts and Act.NO not in said.acts  # "is there a copay?"
    if not reasons or found & said_otherwise or Act.YES in said.acts or asks_only:
        return set()
    match about:
        case Topic.RIDE if Intent.NEED_TRANSPORT in found or reasons == {Reason.TRANSPORT_FAILURE}:
            return {Intent.NEED_TRANSPORT}
        case Topic.CONSENT:
            return set()
        case _:
            return set() if Intent.NEED_TRANSPORT in found else {refusal}


def _wished(said: Saying, about: Topic, found: set[Intent]) -> set[Intent]:
    """Return whether the times named ask for another day: not beside a yes, nor when a call is wished for."""
    acts = said.acts
    if not said.times or Act.PERSON in acts or about in (Topic.OUTCOME, Topic.CONSENT):
        return set()
    if about is Topic.WHEN or Intent.RESCHEDULE_REQUEST in found:
        return {Intent.RESCHEDULE_REQUEST}
    agreed = acts & {Act.YES, Act.OK, Act.COME, Act.LATE, Act.ON_WAY, Act.ARRIVED, Act.WENT, Act.HAS_RIDE, Act.RIDE}
    only_today = all(each.what in ("when:today", "when:tomorrow") for each in said.times)
    if agreed or acts & {Act.ASK, Act.MAYBE} or (only_today and not said.asks):
        return set()
    return {Intent.RESCHEDULE_REQUEST} if about in (Topic.VISIT, Topic.TODAY, Topic.WHY, Topic.MISSED) else set()


def intents(said: Saying, prompt: Prompt | None) -> frozenset[Intent]:
    """Return the intents of `said` under `prompt`; empty when it answers nothing or contradicts itself."""
    about, acts = topic(prompt), said.acts
    refusal = _refusal(prompt, about)
    found = _about_the_visit(said, about, refusal)
    if about is Topic.RIDE:  # "it's here", "I made it": the ride, the visit or the way home, nobody knows
        acts -= {Act.ARRIVED}
    if under_way := next((intent for act, intent in _UNDER_WAY.items() if act in acts), None):
        found -= {Intent.CONFIRM}
        found.add(under_way)
    found |= _about_the_ride(said, about, found)
    found |= _barred(said, about, refusal, found)
    found |= _wished(said, about, found)
    if Act.PERSON in acts:
        found.add(Intent.REQUEST_HUMAN)
    if Act.ASK in acts:
        found.add(Intent.QUESTION_OTHER)
    bare = bare_answer(said, prompt)
    if bare and _stands(bare.intent, said, found, about):
        found.add(bare.intent)
    if Intent.RESCHEDULE_REQUEST in found:
        found -= {Intent.DECLINE, Intent.CONFIRM}
    return frozenset() if _contradicts(found, said) else frozenset(found)


def _stands(bare: Intent, said: Saying, found: set[Intent], about: Topic) -> bool:
    """Return whether a yes or no still says something beside what was said in words."""
    if about is Topic.RIDE:
        return not found & {Intent.NEED_TRANSPORT, Intent.TRANSPORT_OK, Intent.RESCHEDULE_REQUEST, Intent.REQUEST_HUMAN}
    if found & {Intent.RUNNING_LATE, Intent.ON_MY_WAY, Intent.ARRIVED, Intent.RESCHEDULE_REQUEST}:
        return False
    if Act.NO in said.acts:
        return not found - {Intent.QUESTION_OTHER}
    if Act.OK in said.acts and Act.YES not in said.acts:
        return not found - {Intent.QUESTION_OTHER, Intent.TRANSPORT_OK, Intent.NEED_TRANSPORT}
    if about is Topic.OUTCOME:
        return not found & {Intent.VISIT_NOT_COMPLETED}
    return not (found & {Intent.DECLINE})


def _contradicts(found: set[Intent], said: Saying) -> bool:
    if {Act.YES, Act.NO} <= said.acts and not found:
        return True
    hindered = set(said.reasons) - {Reason.TRANSPORT_FAILURE, Reason.FELT_BETTER}
    if hindered and Act.YES in said.acts and found & {Intent.CONFIRM, Intent.VISIT_COMPLETED}:
        return True  # "yes, I have to work"
    pairs = ((Intent.CONFIRM, Intent.DECLINE), (Intent.VISIT_COMPLETED, Intent.VISIT_NOT_COMPLETED))
    return any({one, other} <= found for one, other in pairs)


def missing_ride(said: Saying, prompt: Prompt | None) -> Reason | None:
    """Return the barrier that the prompt itself gives to a missing ride, where one is missing."""
    if prompt is None or not said.acts & {Act.NO, Act.NO_RIDE}:
        return None
    offered = (option for option in prompt.options.values() if option.intent is Intent.NEED_TRANSPORT)
    return next((option.reason for option in offered if option.reason), None)


def agrees(said: Saying, option: Option, prompt: Prompt) -> bool:
    """Return whether the words beside a digit say nothing else than the digit does."""
    words = intents(said, prompt)
    reasons = {option.reason} if option.reason else set(said.reasons)
    return said.explained and words <= {option.intent} and set(said.reasons) <= reasons
