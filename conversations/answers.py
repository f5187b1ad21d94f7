"""Gives what was said its meaning under the open question: one "yes" confirms, another reports (7.1 step 11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from conversations.acts import Act, Saying
from conversations.meaning import Intent, Reason
from conversations.prompt import Option, Prompt

AFFIRMATIVE = frozenset({Intent.CONFIRM, Intent.ON_MY_WAY, Intent.VISIT_COMPLETED, Intent.TRANSPORT_OK, Intent.OPT_IN})
NEGATIVE = frozenset({Intent.DECLINE, Intent.VISIT_NOT_COMPLETED, Intent.OPT_OUT})
# These close or move a visit, let nobody look after a ride, or are a consent: they need every word accounted for.
WEIGHTY = frozenset(
    {
        Intent.CONFIRM, Intent.DECLINE, Intent.VISIT_COMPLETED, Intent.VISIT_NOT_COMPLETED, Intent.TRANSPORT_OK,
        Intent.OPT_IN, Intent.OPT_OUT,
    }
)  # fmt: skip

# What a yes says -> what a no says. A question that offers both, the yes first, can be answered with the bare word.
_OPPOSITE: Mapping[Intent, Intent] = {
    Intent.CONFIRM: Intent.DECLINE,
    Intent.ON_MY_WAY: Intent.DECLINE,
    Intent.VISIT_COMPLETED: Intent.VISIT_NOT_COMPLETED,
    Intent.TRANSPORT_OK: Intent.NEED_TRANSPORT,
    Intent.RESCHEDULE_REQUEST: Intent.DECLINE,
    Intent.OPT_IN: Intent.OPT_OUT,
}

_PLAIN: Mapping[Act, Intent] = {
    Act.KEEP: Intent.CONFIRM,
    Act.CANNOT: Intent.DECLINE,
    Act.CHANGE: Intent.RESCHEDULE_REQUEST,
    Act.RIDE: Intent.NEED_TRANSPORT,
    Act.HAS_RIDE: Intent.TRANSPORT_OK,
    Act.LATE: Intent.RUNNING_LATE,
    Act.ON_WAY: Intent.ON_MY_WAY,
    Act.ARRIVED: Intent.ARRIVED,
    Act.WENT: Intent.VISIT_COMPLETED,
    Act.MISSED: Intent.VISIT_NOT_COMPLETED,
    Act.CALL_ME: Intent.REQUEST_HUMAN,
}
_PAST = frozenset({Act.WENT, Act.MISSED})
# Where a ride is asked about, "it's here", "I made it" and "I missed it" may speak of the ride or the way home.
_OF_RIDE_OR_VISIT = _PAST | {Act.ARRIVED}
# Said together, the first is what the member asks for: "I can't make it, another day", "yes, I need a ride".
_OUTWEIGHS = ((Intent.RESCHEDULE_REQUEST, Intent.DECLINE), (Intent.NEED_TRANSPORT, Intent.TRANSPORT_OK))
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


def gravest(reasons: Iterable[Reason]) -> Reason | None:
    """Return the reason to keep of several, None of none."""
    given = tuple(reasons)
    return next((reason for reason in _GRAVITY if reason in given), given[0] if given else None)


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
    if Act.YES in said.acts:
        return prompt.options["1"]
    return no if Act.NO in said.acts else None


def asks_why(prompt: Prompt | None) -> bool:
    """Return whether the open question is a list of reasons."""
    return prompt is not None and any(option.reason and option.intent in NEGATIVE for option in prompt.options.values())


def asks_when(prompt: Prompt | None) -> bool:
    """Return whether the open question is which part of the day is best."""
    return prompt is not None and any(option.part_of_day for option in prompt.options.values())


def _tell(act: Act, asked: frozenset[Intent]) -> Intent | None:
    """Return what an act says before or after the visit; None when it speaks of the other side of it."""
    if Intent.CONFIRM in asked and act in _PAST:
        return None
    if Intent.TRANSPORT_OK in asked and act in _OF_RIDE_OR_VISIT:
        return None
    if Intent.VISIT_COMPLETED in asked and act is Act.KEEP:
        return None
    if Intent.VISIT_NOT_COMPLETED in asked and act is Act.CANNOT:
        return Intent.VISIT_NOT_COMPLETED
    return _PLAIN.get(act)


def intents(said: Saying, prompt: Prompt | None) -> frozenset[Intent]:
    """Return the intents of `said` under `prompt`; empty when it answers nothing or contradicts itself."""
    asked = frozenset(option.intent for option in prompt.options.values()) if prompt else frozenset()
    meant = {intent for act in said.acts if (intent := _tell(act, asked))}
    if Act.YES in said.acts and Act.NO in said.acts:
        return frozenset()
    bare = bare_answer(said, prompt)
    # Whoever says more than yes or no said it in those words: "no, running late" declines nothing.
    unsaid = NEGATIVE | AFFIRMATIVE if Intent.RUNNING_LATE in meant else NEGATIVE
    if bare and not (meant and bare.intent in unsaid):
        meant.add(bare.intent)
    if Act.NO in said.acts and meant & AFFIRMATIVE:
        return frozenset()
    meant -= {lighter for heavier, lighter in _OUTWEIGHS if heavier in meant}
    refuses = bool(meant & (NEGATIVE | {Intent.RESCHEDULE_REQUEST}))
    return frozenset() if refuses and meant & AFFIRMATIVE else frozenset(meant)


def hedged(said: Saying, meant: frozenset[Intent]) -> bool:
    """Return whether an agreement comes with a reason against it ("yes, I have to work")."""
    return bool(said.reasons) and bool(meant & AFFIRMATIVE) and Intent.NEED_TRANSPORT not in meant


def agrees(said: Saying, option: Option, prompt: Prompt) -> bool:
    """Return whether the words beside a digit say nothing else than the digit does."""
    words = intents(said, prompt)
    reasons = {option.reason} if option.reason else set(said.reasons)
    return said.explained and words <= {option.intent} and set(said.reasons) <= reasons
