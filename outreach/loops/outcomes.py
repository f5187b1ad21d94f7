"""How a visit ended, who says so, and whose word counts more (OUT-02, OUT-03)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Outcome(StrEnum):
    """OUT-02. `unknown` is never a no-show."""

    KEPT = "kept"
    KEPT_LATE = "kept_late"
    LEFT_WITHOUT_BEING_SEEN = "left_without_being_seen"
    NO_SHOW = "no_show"
    CANCELLED_BY_PATIENT_TIMELY = "cancelled_by_patient_timely"
    CANCELLED_BY_PATIENT_LATE = "cancelled_by_patient_late"
    CANCELLED_BY_CLINIC = "cancelled_by_clinic"
    RESCHEDULED = "rescheduled"
    UNKNOWN = "unknown"

    @property
    def completed(self) -> bool:
        """Whether the member was seen."""
        return self in (Outcome.KEPT, Outcome.KEPT_LATE)


class Source(StrEnum):
    """Who reported an outcome, strongest first (OUT-03)."""

    EHR = "ehr"
    CLINIC_STAFF = "clinic_staff"
    CLAIM = "claim"
    RIDE_VENDOR = "ride_vendor"
    MEMBER = "member"
    INFERRED = "inferred"

    def outranks(self, other: Source) -> bool:
        """Whether this source's word replaces the other's; an equal source may correct itself."""
        order = list(Source)
        return order.index(self) <= order.index(other)


def cancelled_by_patient(at: datetime, starts_at: datetime) -> Outcome:
    """Return the outcome of a member saying at `at` that they cannot come (OUT-02: 24 hours)."""
    if starts_at - at >= timedelta(hours=24):
        return Outcome.CANCELLED_BY_PATIENT_TIMELY
    return Outcome.CANCELLED_BY_PATIENT_LATE
