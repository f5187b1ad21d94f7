"""The question a text leaves open, with its own options; the only place digits get a meaning (COPY-02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conversations.meaning import Intent, Reason


@dataclass(frozen=True, slots=True)
class Option:
    """What one digit of a menu says."""

    intent: Intent
    reason: Reason | None = None

    def code(self) -> str:
        """Return the stored form, `intent` or `intent:reason`."""
        return f"{self.intent}:{self.reason}" if self.reason else str(self.intent)

    @classmethod
    def parse(cls, code: str) -> Option:
        """Read the stored form back; raises ValueError on a word outside the closed lists."""
        intent, _, reason = code.partition(":")
        return cls(Intent(intent), Reason(reason) if reason else None)


@dataclass(frozen=True, slots=True)
class Prompt:
    """An open question: its key (which words were sent) and its options by digit."""

    key: str
    options: Mapping[str, Option]


_REMINDER = {"1": "confirm", "2": "reschedule_request", "3": "decline"}
_DAY_OF = {"1": "on_my_way", "2": "running_late", "3": "need_transport:transport_failure", "4": "decline"}
_POST_VISIT = {"1": "visit_completed", "2": "visit_not_completed", "3": "request_human"}
_WHY_NOT = {
    "1": "visit_not_completed:transport_failure",
    "2": "visit_not_completed:work_conflict",
    "3": "visit_not_completed:childcare",
    "4": "visit_not_completed:illness",
    "5": "visit_not_completed:cost_insurance",
    "6": "visit_not_completed:other",
}

# Message key -> the options its text names. A message that asks nothing is not here.
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "reminder": _REMINDER,
    "reminder_no_time": _REMINDER,
    "reminder_place": _REMINDER,
    "dayof": _DAY_OF,
    "dayof_eve": _DAY_OF,
    "dayof_no_time": _DAY_OF,
    "postvisit": _POST_VISIT,
    "why_not": _WHY_NOT,
    "why_cannot": {digit: code.replace("visit_not_completed", "decline") for digit, code in _WHY_NOT.items()},
    "unclear_reminder": _REMINDER,
    "unclear_dayof": _DAY_OF,
    "unclear_postvisit": _POST_VISIT,
    "unclear_why": _WHY_NOT,
}


def prompt_for(key: str) -> Prompt | None:
    """Return the question that the message `key` asks, or None when it asks nothing."""
    codes = OPTIONS.get(key)
    if codes is None:
        return None
    return Prompt(key, {digit: Option.parse(code) for digit, code in codes.items()})
