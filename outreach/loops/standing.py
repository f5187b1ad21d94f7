"""Where a member's life stands: no texts to whoever cannot come, and a date to look again (CARE-11)."""

from __future__ import annotations

from enum import StrEnum


class Standing(StrEnum):
    """Whether automated texts make sense for a member at all."""

    ACTIVE = "active"
    HOSPITALISED = "hospitalised"
    INCARCERATED = "incarcerated"
    FACILITY = "facility"
    DECEASED = "deceased"

    @property
    def paused(self) -> bool:
        """Whether texts wait for a review date."""
        return self not in (Standing.ACTIVE, Standing.DECEASED)
