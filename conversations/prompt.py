"""The question a text leaves open, with its own options; the only place digits get a meaning (COPY-02)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from conversations.meaning import Intent, PartOfDay, Reason


@dataclass(frozen=True, slots=True)
class Option:
    """What one digit of a menu says."""

    intent: Intent
    reason: Reason | None = None
    part_of_day: PartOfDay | None = None

    def code(self) -> str:
        """Return the stored form, `intent[:reason][@part]`."""
        reason = f":{self.reason}" if self.reason else ""
        part = f"@{self.part_of_day}" if self.part_of_day else ""
        return f"{self.intent}{reason}{part}"

    @classmethod
    def parse(cls, code: str) -> Option:
        """Read the stored form back; raises ValueError on a word outside the closed lists."""
        meant, at, part = code.partition("@")
        intent, colon, reason = meant.partition(":")
        return cls(Intent(intent), Reason(reason) if colon else None, PartOfDay(part) if at else None)


@dataclass(frozen=True, slots=True)
class Prompt:
    """An open question: its key (which words were sent) and its options by digit."""

    key: str
    options: Mapping[str, Option]


_REMINDER = {"1": "confirm", "2": "reschedule_request", "3": "decline"}
_REMINDER_CALL = {"1": "confirm", "2": "reschedule_request", "3": "need_transport:transport_failure", "4": "decline"}
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

# Who is not sure gets the same help, and no barrier is recorded.
_TRANSPORT = {"1": "transport_ok", "2": "need_transport:transport_failure", "3": "need_transport"}
_CONSENT = {"1": "opt_in", "2": "opt_out"}
_RIDE = {"1": "transport_ok", "2": "need_transport:transport_failure"}
_MISSED = {"1": "reschedule_request", "2": "need_transport:transport_failure", "3": "decline"}
_WHEN_BETTER = {
    "1": "reschedule_request@morning",
    "2": "reschedule_request@afternoon",
    "3": "reschedule_request@evening",
    "4": "reschedule_request@any",
}

# Message key -> the options its text names. A message that asks nothing is not here.
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "optin_ask": _CONSENT,
    "reminder": _REMINDER,
    "reminder_no_time": _REMINDER,
    "reminder_place": _REMINDER,
    "dayof": _DAY_OF,
    "dayof_eve": _DAY_OF,
    "dayof_no_time": _DAY_OF,
    "postvisit": _POST_VISIT,
    "why_not": _WHY_NOT,
    "why_cannot": {digit: code.replace("visit_not_completed", "decline") for digit, code in _WHY_NOT.items()},
    "transport": _TRANSPORT,
    "transport_no_time": _TRANSPORT,
    "ride_booked": _RIDE,
    "ride_booked_return": _RIDE,
    "ride_booked_one_way": _RIDE,
    "ride_reminder": _RIDE,
    "ride_come": _RIDE,
    "got_home": _RIDE,
    "missed": _MISSED,
    "when_better": _WHEN_BETTER,
    "unclear_reminder": _REMINDER,
    "unclear_dayof": _DAY_OF,
    "unclear_postvisit": _POST_VISIT,
    "unclear_why": _WHY_NOT,
    "unclear_transport": _TRANSPORT,
    "unclear_ride": _RIDE,
    "unclear_ride_come": _RIDE,
    "unclear_home": _RIDE,
    "unclear_missed": _MISSED,
    "unclear_when": _WHEN_BETTER,
}

# What only a call asks: it has room for four choices, and offers a ride too (TWI-45).
CALL_OPTIONS: Mapping[str, Mapping[str, str]] = {"reminder_call": _REMINDER_CALL}

# Consent is asked for once: a doubtful answer to it goes to a person (LAW-28).
ASKED_ONCE = frozenset({"optin_ask"})

# Question key -> the words that ask it again, with the same options, after a reply that was unclear (COPY-09).
UNCLEAR_WORDS: Mapping[str, str] = {
    "reminder": "unclear_reminder",
    "reminder_no_time": "unclear_reminder",
    "reminder_place": "unclear_reminder",
    "dayof": "unclear_dayof",
    "dayof_eve": "unclear_dayof",
    "dayof_no_time": "unclear_dayof",
    "postvisit": "unclear_postvisit",
    "why_not": "unclear_why",
    "why_cannot": "unclear_why",
    "transport": "unclear_transport",
    "transport_no_time": "unclear_transport",
    "ride_booked": "unclear_ride",
    "ride_booked_return": "unclear_ride",
    "ride_booked_one_way": "unclear_ride",
    "ride_reminder": "unclear_ride",
    "ride_come": "unclear_ride_come",
    "got_home": "unclear_home",
    "missed": "unclear_missed",
    "when_better": "unclear_when",
}


@cache
def prompt_for(key: str) -> Prompt | None:
    """Return the question that the message `key` asks, or a call, or None when it asks nothing."""
    codes = OPTIONS.get(key) or CALL_OPTIONS.get(key)
    if codes is None:
        return None
    return Prompt(key, {digit: Option.parse(code) for digit, code in codes.items()})
