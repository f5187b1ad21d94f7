"""What became of a leg of a ride, and of a ride that nobody booked, as reports count it (rulebook 6.2, NEMT-10)."""

from __future__ import annotations

from outreach.loops.rides import RideNeed, TripStatus

_UNDONE = frozenset({
    TripStatus.NO_SHOW_PROVIDER, TripStatus.CANCELLED_BROKER, TripStatus.DENIED, TripStatus.NO_SHOW_MEMBER,
})  # fmt: skip


def rode(status: str) -> str:
    """Return `completed`, `undone`, `unknown`, or `unneeded` for a leg that the member called off."""
    known = TripStatus(status)
    if known is TripStatus.COMPLETED:
        return "completed"
    if known is TripStatus.CANCELLED_MEMBER:
        return "unneeded"
    return "undone" if known in _UNDONE else "unknown"


def needless(need: str) -> bool:
    """Whether a ride that was asked for and never booked was no longer needed: nobody looks for one any more."""
    return RideNeed(need) in (RideNeed.OWN, RideNeed.UNKNOWN)
