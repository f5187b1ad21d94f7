"""The words on the screen for how a loop stands and how a visit ended."""

from __future__ import annotations

from admin import heard_words
from admin.language import N_, Sayings
from admin.language import gettext as _
from admin.words import plain, status_tone
from conversations.meaning import Reason
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.status import Status
from outreach.store.reads.loops import LoopRow

_OUTCOMES = Sayings(
    {
        Outcome.KEPT: N_("Kept"),
        Outcome.KEPT_LATE: N_("Kept, came late"),
        Outcome.LEFT_WITHOUT_BEING_SEEN: N_("Left without being seen"),
        Outcome.NO_SHOW: N_("Did not come"),
        Outcome.CANCELLED_BY_PATIENT_TIMELY: N_("Cancelled by the member, a day or more before"),
        Outcome.CANCELLED_BY_PATIENT_LATE: N_("Cancelled by the member, later than that"),
        Outcome.CANCELLED_BY_CLINIC: N_("Cancelled by the clinic"),
        Outcome.RESCHEDULED: N_("Moved to another visit"),
        Outcome.UNKNOWN: N_("Not known"),
    }
)
SOURCES = Sayings(
    {
        Source.EHR: N_("The clinic's record"),
        Source.CLINIC_STAFF: N_("The clinic's staff told me"),
        Source.CLAIM: N_("A claim"),
        Source.RIDE_VENDOR: N_("The driver or broker told me"),
        Source.MEMBER: N_("The member told me"),
        Source.INFERRED: N_("Concluded"),
    }
)


_STATUSES = Sayings(
    {
        Status.NEW: N_("New"),
        Status.NEEDS_OUTREACH: N_("Needs outreach"),
        Status.WAITING_ON_MEMBER: N_("Waiting on member"),
        Status.WAITING_ON_CLINIC: N_("Waiting on clinic or partner"),
        Status.WAITING_ON_DOCUMENTS: N_("Waiting on documents or authorisation"),
        Status.SCHEDULED: N_("Scheduled or in progress"),
        Status.ESCALATED: N_("Escalated"),
        Status.CLOSED: N_("Closed"),
    }
)
_CLOSED = {"kept": N_("Closed: kept"), "not_kept": N_("Closed: not kept"), "unknown": N_("Closed: unknown")}


def named(found: Status) -> str:
    """Return the name of a status."""
    return _STATUSES[found]


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
        return named(found)
    ended = _ended(loop)
    return _(_CLOSED[ended]) if ended in _CLOSED else _("Closed: %(why)s", why=plain(ended))


def tone(loop: LoopRow, found: Status) -> str:
    """Return the colour role of that badge."""
    if found is not Status.CLOSED:
        return status_tone(found)
    return {"kept": "good", "unknown": "grey"}.get(_ended(loop), "warn")


def _ended(loop: LoopRow) -> str:
    if loop.outcome is None:
        return loop.closed or ""
    known = Outcome(loop.outcome)
    if known is Outcome.UNKNOWN:
        return "unknown"
    return "kept" if known.completed else "not_kept"
