"""What became of a visit, and of a text, as reports count it (rulebook 6.2, OUT-02)."""

from __future__ import annotations

from enum import StrEnum

from outreach.loops import lattice
from outreach.loops.loop import Closed
from outreach.loops.outcomes import Outcome, Source

FIRM = frozenset({Source.EHR, Source.CLINIC_STAFF, Source.CLAIM})


class Fate(StrEnum):
    """What became of a visit that was promised."""

    KEPT = "kept"
    NO_SHOW = "no_show"
    UNSEEN = "unseen"  # came, and left without being seen
    LATE = "late"  # the member cancelled within 24 hours
    UNKNOWN = "unknown"  # it is past, and nobody knows; never a no-show
    CALLED_OFF = "called_off"  # it was not to take place any more when it was to start
    TO_COME = "to_come"


MISSED = (Fate.NO_SHOW, Fate.UNSEEN)
_FATES = {
    Outcome.KEPT: Fate.KEPT,
    Outcome.KEPT_LATE: Fate.KEPT,
    Outcome.NO_SHOW: Fate.NO_SHOW,
    Outcome.LEFT_WITHOUT_BEING_SEEN: Fate.UNSEEN,
    Outcome.CANCELLED_BY_PATIENT_LATE: Fate.LATE,
    Outcome.CANCELLED_BY_PATIENT_TIMELY: Fate.CALLED_OFF,
    Outcome.CANCELLED_BY_CLINIC: Fate.CALLED_OFF,
    Outcome.RESCHEDULED: Fate.CALLED_OFF,
}
_OVER = frozenset({Closed.DUPLICATE, Closed.MEMBER_DIED, Closed.NEW_VISIT})


def fate(outcome: str | None, closed: str | None, cancelled: bool, past: bool) -> Fate:
    """Return what became of a visit; an outcome counts more than what the loop was closed with."""
    known = _FATES.get(Outcome(outcome)) if outcome else None
    if known is not None:
        return known
    if cancelled or (closed is not None and Closed(closed) in _OVER):
        return Fate.CALLED_OFF
    return Fate.UNKNOWN if past else Fate.TO_COME


def outcomes_of(*fates: Fate) -> list[Outcome]:
    """Return the outcomes that mean one of these fates, whatever else is known of a visit."""
    return [outcome for outcome, became in _FATES.items() if became in fates]


def firm(source: str | None) -> bool:
    """Whether an outcome comes from somebody who was there or paid for it."""
    return source is not None and Source(source) in FIRM


def arrived(status: str | None) -> str:
    """Return `delivered`, `failed` or `unconfirmed` for a text that left; a carrier's silence is neither."""
    if status in ("delivered", "read", "partially_delivered"):
        return "delivered"
    return "failed" if status is not None and lattice.failed(status) else "unconfirmed"
