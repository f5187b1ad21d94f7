"""What a loop lives in: read anew for each decision from its member, program and clinic, and never stored with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from outreach.loops.business_days import BusinessCalendar
from outreach.loops.rides import RideNotice
from outreach.loops.standing import Standing
from outreach.loops.task_clock import USUAL, ServiceLevels

HIGH_RISK = 3
_ATTEMPTS = {1: 3, 2: 3, 3: 4, 4: 5}  # rulebook 6.1: attempts before "unable to reach"
_OFFICE = BusinessCalendar("America/New_York")


@dataclass(frozen=True, slots=True)
class Setting:
    """`misses` counts the member's visits missed in a row before this one; `clashes`, another visit at its time."""

    office: BusinessCalendar = _OFFICE
    clinic: BusinessCalendar = _OFFICE
    notice: RideNotice = field(default_factory=lambda: RideNotice(_OFFICE))
    tier: int = 1
    standing: Standing = Standing.ACTIVE
    escalate_after: int = 2  # unanswered questions before a person calls (LAW-36)
    misses: int = 0
    clashes: bool = False
    levels: ServiceLevels = USUAL  # how soon the program's staff take up work

    @property
    def high_risk(self) -> bool:
        """Whether a person comes first (rulebook 6.1)."""
        return self.tier >= HIGH_RISK

    @property
    def attempts(self) -> int:
        """How often to try, over days and channels, before a member counts as unreachable (CARE-01)."""
        return _ATTEMPTS.get(self.tier, _ATTEMPTS[4])
