"""What is known about a number, and how long a look at it stays fresh (rulebook 0.2, LAW-37, TWI-37)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from outreach.loops.consent import Channel

FRESH = timedelta(days=31)  # LAW-37: how long a look-up, or a reply, says that the number is still theirs


class NumberState(StrEnum):
    """Where a number stands; an opt-out is another matter and lies in the ledger."""

    UNVERIFIED = "unverified"
    ACTIVE = "active"
    SUSPECT = "suspect"
    INVALID = "invalid"
    LANDLINE = "landline"
    BLOCKED = "blocked"
    FAX = "fax"
    REASSIGNED_HOLD = "reassigned_hold"
    OUT_OF_REGION = "out_of_region"

    def objection(self, channel: str) -> str | None:
        """Return the rule by which this number cannot be used on a channel, or None."""
        match self:
            case NumberState.UNVERIFIED | NumberState.ACTIVE:
                return None
            case NumberState.LANDLINE:
                return None if channel == Channel.VOICE else "TWI-37"
            case NumberState.REASSIGNED_HOLD:
                return "LAW-39"
            case _:
                return "TWI-33"  # rulebook 3.5: the carrier's answer took it out of use


class Reassigned(StrEnum):
    """What a look-up of reassigned numbers answers: disconnected since the date asked about, or not, or unknown."""

    YES = "yes"
    NO = "no"
    NO_DATA = "no_data"


class LineType(StrEnum):
    """What kind of line a look-up says that a number is (TWI-37)."""

    MOBILE = "mobile"
    FIXED_VOIP = "fixedVoip"
    NON_FIXED_VOIP = "nonFixedVoip"
    LANDLINE = "landline"
    TOLL_FREE = "tollFree"
    PREMIUM = "premium"
    SHARED_COST = "sharedCost"
    UAN = "uan"
    PAGER = "pager"
    VOICEMAIL = "voicemail"
    PERSONAL = "personal"
    UNKNOWN = "unknown"

    @property
    def state(self) -> NumberState | None:
        """Where a number of this kind stands that a carrier could not reach by text; None when that says nothing."""
        match self:
            case LineType.LANDLINE:
                return NumberState.LANDLINE
            case LineType.TOLL_FREE | LineType.PREMIUM | LineType.SHARED_COST | LineType.UAN | LineType.PAGER:
                return NumberState.INVALID
            case _:
                return None


def stale(known_at: datetime | None, now: datetime) -> bool:
    """Whether a number must be looked up before it rings: never heard from and never looked at, or not of late."""
    return known_at is None or now - known_at >= FRESH
