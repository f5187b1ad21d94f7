"""The parts of a day: whoever is not there in one of them is called in another."""

from __future__ import annotations

from datetime import time
from enum import StrEnum


class Daypart(StrEnum):
    """When on a day somebody is called."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"

    @property
    def hours(self) -> tuple[time, time]:
        """From when till when, in the member's own time."""
        return _DAYPARTS[self]

    @classmethod
    def of(cls, at: time) -> Daypart:
        """Return the part of the day of a wall time."""
        return next(part for part in reversed(cls) if at >= part.hours[0])


_DAYPARTS = {
    Daypart.MORNING: (time(0), time(12)),
    Daypart.AFTERNOON: (time(12), time(17)),
    Daypart.EVENING: (time(17), time.max),
}
