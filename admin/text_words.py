"""The names of our texts on the screen, and what became of each."""

from __future__ import annotations

from typing import Protocol

from outreach.loops.call_outcomes import CallOutcome

_NAMES = {
    "welcome": "Welcome",
    "optin_confirm": "Welcome",
    "reminder_week": "Reminder a week before",
    "reminder": "Reminder",
    "reminder_no_time": "Reminder",
    "reminder_place": "Reminder",
    "ride_check": "Ride check",
    "transport": "Ride check",
    "transport_no_time": "Ride check",
    "day_before": "Day-before reminder",
    "dayof": "Day-of check",
    "dayof_no_time": "Day-of check",
    "dayof_eve": "Day-of check, the evening before",
    "postvisit": "After the visit",
    "missed": "Missed visit",
    "why_not": "Why not",
    "why_cannot": "Why it cannot be",
    "when_better": "When is better",
    "ride_booked": "Ride booked",
    "ride_booked_return": "Ride booked",
    "ride_booked_one_way": "Ride booked",
    "ride_reminder": "Ride reminder",
    "ride_come": "Has the ride come",
    "will_call": "How to get home",
    "got_home": "Got home",
    "ack_confirmed": "Thanks for confirming",
    "ack_confirmed_no_time": "Thanks for confirming",
    "ack_change": "We look for another time",
    "ack_person": "A person will answer",
    "ack_thanks": "Thanks",
    "ack_preference": "We noted when",
    "ack_late": "Thanks for telling us",
    "ack_ride": "We look for a ride",
    "ack_ride_ok": "Glad of the ride",
    "ack_no_help": "Thanks for telling us",
    "moved": "Visit moved",
    "moved_no_time": "Visit moved",
    "visit_cancelled": "Visit cancelled",
    "stop": "Opt-out confirmed",
    "start": "Texts begin again",
    "help": "Help",
    "identity": "Who we are",
    "emergency": "Emergency answer",
    "safety_neutral": "Neutral answer",
    "medq": "Medicine answer",
    "wrong": "Wrong number confirmed",
    "language_changed": "Language changed",
    "reply_thanks": "Thanks, noted",
    "reply_call": "A person will call",
    "reply_visit": "When it is",
    "reply_place": "Where it is",
    "reply_companion": "Companion may come",
    "reply_ride": "Ride asked for",
    "reply_bring": "What to bring",
    "reply_interpreter": "Interpreter will call",
}
_CARRIER = dict.fromkeys(("delivered", "read"), ("Delivered", "good"))
_CARRIER |= dict.fromkeys(("failed", "undelivered", "canceled"), ("Not delivered", "bad"))
_CALLS = {
    CallOutcome.REACHED: ("Reached", "good"),
    CallOutcome.HUNG_UP: ("Picked up, said nothing", "warn"),
    CallOutcome.VOICEMAIL: ("Voicemail left", "warn"),
    CallOutcome.NO_ANSWER: ("No answer", "warn"),
    CallOutcome.BUSY: ("Busy", "warn"),
    CallOutcome.DECLINED: ("Declined", "bad"),
    CallOutcome.INVALID: ("No such number", "bad"),
    CallOutcome.FAX: ("A fax machine", "bad"),
    CallOutcome.FAILED: ("Did not go through", "bad"),
    CallOutcome.CANCELED: ("Called off", "grey"),
    CallOutcome.UNKNOWN: ("Not known how it ended", "bad"),
}
_STATES = {
    "claimed": ("On its way", "grey"),
    "unknown": ("Not known yet", "grey"),
    "refused": ("Refused", "warn"),
    "expired": ("Refused", "warn"),
}


def name(step: str, key: str = "") -> str:
    """Return what a text is called: by its step in the cadence, else by its words."""
    code = step.rpartition(":")[2]
    if code.startswith("unclear"):
        return "Asked again"
    return _NAMES.get(code) or _NAMES.get(key) or _said(code)


class Left(Protocol):
    """One of our texts: our own word for where it is, and the carrier's."""

    @property
    def state(self) -> str:
        """Our word."""
        ...

    @property
    def carrier_status(self) -> str | None:
        """The carrier's word, once there is one."""
        ...


def state(sent: Left) -> tuple[str, str]:
    """Return what became of a text, with its tone; never "delivered" before the carrier says so."""
    if sent.state == "sent":
        return _CARRIER.get(sent.carrier_status or "", ("Sent", "grey"))
    return _STATES.get(sent.state, (_said(sent.state), "grey"))


def call_state(state: str, outcome: str | None) -> tuple[str, str]:
    """Return what became of a call, with its tone; that it was connected says nothing (TWI-40)."""
    if outcome is not None:
        return _CALLS[CallOutcome(outcome)]
    return ("On the phone", "grey") if state == "sent" else _STATES.get(state, (_said(state), "grey"))


def _said(code: str) -> str:
    return code.replace("_", " ").capitalize()
