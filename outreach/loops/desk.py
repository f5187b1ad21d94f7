"""Who takes a call that somebody wants to be put through, and what a program does with one that nobody takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from outreach.loops.business_days import BusinessCalendar


@dataclass(frozen=True, slots=True)
class Desk:
    """A program's telephone. `answers`: it has one at all, so that its callers are heard.

    `on_call` is the E.164 number of whoever is on call during `hours`; blank where nobody is. `records` and `hears`:
    messages are recorded, and words are listened for, each after an announcement (LAW-48); both are off by default.
    """

    hours: BusinessCalendar
    answers: bool = False
    on_call: str = field(default="", repr=False)
    records: bool = False
    hears: bool = False

    def staffed(self, at: datetime) -> bool:
        """Whether a call can be put through now: nobody's phone rings after hours (CRI-08)."""
        return bool(self.on_call) and self.hours.open_at(at)
