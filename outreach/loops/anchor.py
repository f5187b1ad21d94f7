"""What a loop is about. An appointment is the first kind; the clinic's system stays its source of truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from outreach.loops.instants import resolve

VISIT_LENGTH = timedelta(hours=1)
END_OF_DAY = time(18, 0)  # a visit without a time is over when a clinic's day is


class Sensitivity(StrEnum):
    """How much a text may say about a visit (HIP-05)."""

    ORDINARY = "ordinary"
    RESTRICTED = "restricted"
    SILENT = "silent"


_LAXEST_FIRST = list(Sensitivity)


def laxer(than: Sensitivity) -> tuple[Sensitivity, ...]:
    """Return what allows a text to say more."""
    return tuple(_LAXEST_FIRST[: _LAXEST_FIRST.index(than)])


@dataclass(frozen=True, slots=True)
class Anchor:
    """A visit: date, optional wall time, and the clinic's IANA zone (TIM-01)."""

    id: int
    version: int
    day: date
    wall_time: time | None
    zone: str
    cancelled: bool = False
    sensitivity: Sensitivity = Sensitivity.RESTRICTED

    @property
    def starts_at(self) -> datetime:
        """The instant it starts; nine in the morning stands in for a missing time when spacing steps."""
        return resolve(self.day, self.wall_time or time(9, 0), self.zone)

    @property
    def ends_at(self) -> datetime:
        """The instant it is surely over."""
        if self.wall_time is None:
            return resolve(self.day, END_OF_DAY, self.zone)
        return self.starts_at + VISIT_LENGTH
