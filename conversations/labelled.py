"""Replies with labels: the questions they answer by name, and a meaning in the words of the label guide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conversations.meaning import Intent, Meaning, PartOfDay, Preferences, Reason, Safety
from conversations.prompt import Option, Prompt

# Context -> its options as stored forms. They exist to score labelled replies; our own menus are in `prompt.py`.
_CONTEXTS: Mapping[str, str] = {
    "confirm_appointment": "1=confirm 2=reschedule_request 3=decline c=confirm r=reschedule_request",
    "transport_need": "1=need_transport 2=transport_ok",
    "day_of_checkin": "1=confirm 2=running_late 3=decline",
    "visit_completed": "1=visit_completed 2=visit_not_completed",
    "decline_reason": "1=decline:transport_failure 2=decline:work_conflict 3=decline:childcare 4=decline:illness"
    " 5=decline:cost_insurance 6=decline:other",
    "reschedule_preference": "1=reschedule_request@morning 2=reschedule_request@afternoon 3=reschedule_request@evening",
    "consent_optin": "1=opt_in 2=opt_out",
}
CONTEXTS = (*_CONTEXTS, "none")
_REPEATED = (Intent.EMERGENCY, Intent.OPT_OUT, Intent.WRONG_NUMBER, Intent.DECEASED_REPORT, Intent.MEDICATION_QUESTION)


class UnknownContext(ValueError):
    """A labelled reply names a question that the guide does not have."""


def question(context: str) -> Prompt | None:
    """Return the prompt of a context of the guide, None for "none"; UnknownContext for any other name."""
    if context not in CONTEXTS:
        raise UnknownContext(f"{context!r} is no context; use one of {', '.join(CONTEXTS)}")
    options = _CONTEXTS.get(context)
    if options is None:
        return None
    pairs = (option.partition("=") for option in options.split())
    return Prompt(context, {key: Option.parse(code) for key, _, code in pairs})


def _preferences(preferred: Preferences) -> dict[str, Any]:
    stated: dict[str, Any] = {
        "days": list(preferred.days),
        "part_of_day": preferred.part_of_day.value if preferred.part_of_day not in (None, PartOfDay.ANY) else None,
        "time": preferred.time,
        "date": preferred.date,
        "callback_time": preferred.callback_time,
    }
    return {name: value for name, value in stated.items() if value}


def as_labels(meaning: Meaning) -> dict[str, Any]:
    """Return `intents`, `reason`, `prefs`, `safety`, `confidence` and `because` in the guide's names."""
    safety = meaning.safety
    intents = set(meaning.intents)
    if Safety.ABUSE in safety:
        intents = {Intent.EMERGENCY}
    if {Intent.HELP, Intent.QUESTION_OTHER} <= intents:  # who writes here: answered like HELP, and a question
        intents.remove(Intent.HELP)
    flags = {intent.value for intent in _REPEATED if intent.value in safety or intent in intents}
    flags |= {"review"} if Safety.REVIEW in safety else set()
    stated = meaning.reason if meaning.reason is not Reason.NOT_STATED else None
    return {
        "intents": sorted(intent.value for intent in intents),
        "reason": stated.value if stated else None,
        "prefs": _preferences(meaning.preferences),
        "safety": sorted(flags),
        "confidence": round(meaning.confidence, 2),
        "because": [f"{step.rule}: {step.quote}" for step in meaning.because],
    }
