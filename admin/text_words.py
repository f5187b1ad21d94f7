"""The names of our texts on the screen, and what became of each."""

from __future__ import annotations

from typing import Protocol

from admin.language import N_, Sayings
from admin.language import gettext as _
from outreach.loops.call_outcomes import CallOutcome

_NAMES = Sayings(
    {
        "welcome": N_("Welcome"),
        "optin_confirm": N_("Welcome"),
        "reminder_week": N_("Reminder a week before"),
        "reminder": N_("Reminder"),
        "reminder_no_time": N_("Reminder"),
        "reminder_place": N_("Reminder"),
        "ride_check": N_("Ride check"),
        "transport": N_("Ride check"),
        "transport_no_time": N_("Ride check"),
        "day_before": N_("Day-before reminder"),
        "dayof": N_("Day-of check"),
        "dayof_no_time": N_("Day-of check"),
        "dayof_eve": N_("Day-of check, the evening before"),
        "postvisit": N_("After the visit"),
        "missed": N_("Missed visit"),
        "why_not": N_("Why not"),
        "why_cannot": N_("Why it cannot be"),
        "when_better": N_("When is better"),
        "ride_booked": N_("Ride booked"),
        "ride_booked_return": N_("Ride booked"),
        "ride_booked_one_way": N_("Ride booked"),
        "ride_reminder": N_("Ride reminder"),
        "ride_come": N_("Has the ride come"),
        "will_call": N_("How to get home"),
        "got_home": N_("Got home"),
        "ack_confirmed": N_("Thanks for confirming"),
        "ack_confirmed_no_time": N_("Thanks for confirming"),
        "ack_change": N_("We look for another time"),
        "ack_person": N_("A person will answer"),
        "ack_thanks": N_("Thanks"),
        "ack_preference": N_("We noted when"),
        "ack_late": N_("Thanks for telling us"),
        "ack_ride": N_("We look for a ride"),
        "ack_ride_ok": N_("Glad of the ride"),
        "ack_no_help": N_("Thanks for telling us"),
        "moved": N_("Visit moved"),
        "moved_no_time": N_("Visit moved"),
        "visit_cancelled": N_("Visit cancelled"),
        "stop": N_("Opt-out confirmed"),
        "start": N_("Texts begin again"),
        "help": N_("Help"),
        "identity": N_("Who we are"),
        "emergency": N_("Emergency answer"),
        "safety_neutral": N_("Neutral answer"),
        "medq": N_("Medicine answer"),
        "wrong": N_("Wrong number confirmed"),
        "language_changed": N_("Language changed"),
        "own_words": N_("Own words"),
        "reply_thanks": N_("Thanks, noted"),
        "reply_call": N_("A person will call"),
        "reply_visit": N_("When it is"),
        "reply_place": N_("Where it is"),
        "reply_companion": N_("Companion may come"),
        "reply_ride": N_("Ride asked for"),
        "reply_bring": N_("What to bring"),
        "reply_interpreter": N_("Interpreter will call"),
    }
)
_CARRIER = dict.fromkeys(("delivered", "read"), (N_("Delivered"), "good"))
_CARRIER |= dict.fromkeys(("failed", "undelivered", "canceled"), (N_("Not delivered"), "bad"))
_CALLS = {
    CallOutcome.REACHED: (N_("Reached"), "good"),
    CallOutcome.HUNG_UP: (N_("Picked up, said nothing"), "warn"),
    CallOutcome.VOICEMAIL: (N_("Voicemail left"), "warn"),
    CallOutcome.NO_ANSWER: (N_("No answer"), "warn"),
    CallOutcome.BUSY: (N_("Busy"), "warn"),
    CallOutcome.DECLINED: (N_("Declined"), "bad"),
    CallOutcome.INVALID: (N_("No such number"), "bad"),
    CallOutcome.FAX: (N_("A fax machine"), "bad"),
    CallOutcome.FAILED: (N_("Did not go through"), "bad"),
    CallOutcome.CANCELED: (N_("Called off"), "grey"),
    CallOutcome.UNKNOWN: (N_("Not known how it ended"), "bad"),
}
_STATES = {
    "claimed": (N_("On its way"), "grey"),
    "unknown": (N_("Not known yet"), "grey"),
    "refused": (N_("Refused"), "warn"),
    "expired": (N_("Refused"), "warn"),
}


def name(step: str, key: str = "") -> str:
    """Return what a text is called: by its step in the cadence, else by its words."""
    code = step.rpartition(":")[2]
    if code.startswith("unclear"):
        return _("Asked again")
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
        words, tone = _CARRIER.get(sent.carrier_status or "", (N_("Sent"), "grey"))
    else:
        words, tone = _STATES.get(sent.state, (_said(sent.state), "grey"))
    return _(words), tone


def call_state(state: str, outcome: str | None) -> tuple[str, str]:
    """Return what became of a call, with its tone; that it was connected says nothing (TWI-40)."""
    if outcome is not None:
        words, tone = _CALLS[CallOutcome(outcome)]
    elif state == "sent":
        words, tone = N_("On the phone"), "grey"
    else:
        words, tone = _STATES.get(state, (_said(state), "grey"))
    return _(words), tone


def _said(code: str) -> str:
    return code.replace("_", " ").capitalize()
