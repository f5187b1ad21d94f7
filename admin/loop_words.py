"""The words on the screen for how a loop stands and how a visit ended."""

from __future__ import annotations

from admin import heard_words
from admin.words import plain, status_tone
from conversations.meaning import Reason
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.status import Status
from outreach.store.reads.loops import LoopRow

_OUTCOMES = {
    Outcome.KEPT: "Kept",
    Outcome.KEPT_LATE: "Kept, came late",
    Outcome.LEFT_WITHOUT_BEING_SEEN: "Left without being seen",
    Outcome.NO_SHOW: "Did not come",
    Outcome.CANCELLED_BY_PATIENT_TIMELY: "Cancelled by the member, a day or more before",
    Outcome.CANCELLED_BY_PATIENT_LATE: "Cancelled by the member, later than that",
    Outcome.CANCELLED_BY_CLINIC: "Cancelled by the clinic",
    Outcome.RESCHEDULED: "Moved to another visit",
    Outcome.UNKNOWN: "Not known",
}
SOURCES = {
    Source.EHR: "The clinic's record",
    Source.CLINIC_STAFF: "The clinic's staff told me",
    Source.CLAIM: "A claim",
    Source.RIDE_VENDOR: "The driver or broker told me",
    Source.MEMBER: "The member told me",
    Source.INFERRED: "Concluded",
}


def outcome(code: Outcome) -> str:
    """Return how a visit ended."""
    return _OUTCOMES[code]


def reason(code: Reason) -> str:
    """Return why a visit was not kept."""
    words = heard_words.reason(code)
    return f"{words[0].upper()}{words[1:]}"


def status(loop: LoopRow, found: Status) -> str:
    """Return the status on a badge; a closed loop says how: kept, not kept, unknown."""
    if found is not Status.CLOSED:
        return found.capitalize()
    return f"Closed: {_ended(loop)}"


def tone(loop: LoopRow, found: Status) -> str:
    """Return the colour role of that badge."""
    if found is not Status.CLOSED:
        return status_tone(found)
    return {"kept": "good", "unknown": "grey"}.get(_ended(loop), "warn")


def _ended(loop: LoopRow) -> str:
    if loop.outcome is None:
        return plain(loop.closed)
    known = Outcome(loop.outcome)
    if known is Outcome.UNKNOWN:
        return "unknown"
    return "kept" if known.completed else "not kept"
