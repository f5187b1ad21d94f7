"""Gives what was said its meaning under the open question: one "yes" confirms, another reports (7.1 step 11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from conversations.acts import Act, Saying
from conversations.meaning import Intent, Reason
from conversations.prompt import Option, Prompt

AFFIRMATIVE = frozenset({Intent.CONFIRM, Intent.ON_MY_WAY, Intent.VISIT_COMPLETED, Intent.TRANSPORT_OK})
NEGATIVE = frozenset({Intent.DECLINE, Intent.VISIT_NOT_COMPLETED})
# These close or move a visit, so they need every word accounted for.
WEIGHTY = frozenset({Intent.CONFIRM, Intent.DECLINE, Intent.VISIT_COMPLETED, Intent.VISIT_NOT_COMPLETED})

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


def _yes(prompt: Prompt | None) -> Intent | None:
    option = prompt.options.get("1") if prompt else None
    return option.intent if option and option.intent in AFFIRMATIVE else None


def _no(prompt: Prompt | None) -> Intent | None:
    """Return what a bare no declines; a list of reasons has no single no."""
    refusals = [option.intent for option in prompt.options.values() if option.intent in NEGATIVE] if prompt else []
    return refusals[0] if len(refusals) == 1 else None


def asks_why(prompt: Prompt | None) -> bool:
    """Return whether the open question is a list of reasons."""
    return prompt is not None and any(option.reason and option.intent in NEGATIVE for option in prompt.options.values())


def _tell(act: Act, asked: frozenset[Intent]) -> Intent | None:
    """Return what an act says before or after the visit; None when it speaks of the other side of it."""
    if Intent.CONFIRM in asked and act in _PAST:
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
    bare = _yes(prompt) if Act.YES in said.acts else _no(prompt) if Act.NO in said.acts else None
    if bare and not (meant and (bare in NEGATIVE or Intent.RUNNING_LATE in meant)):
        meant.add(bare)
    if Intent.RESCHEDULE_REQUEST in meant:
        meant.discard(Intent.DECLINE)  # "I can't make it, another day" asks for the other day
    if Act.NO in said.acts and meant & AFFIRMATIVE:
        return frozenset()
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
