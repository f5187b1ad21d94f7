"""Instants are aware and in UTC; wall times belong to a zone and may not exist."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


class NaiveInstant(ValueError):
    """An instant without a zone reached the domain; give it a zone where it was read."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def check_aware(instant: datetime) -> datetime:
    """Return `instant` in UTC; raises NaiveInstant (TIM-05)."""
    if instant.tzinfo is None:
        raise NaiveInstant
    return instant.astimezone(UTC)


def exists(day: date, wall_time: time, zone: str) -> bool:
    """Say whether the clocks of `zone` ever show this wall time (TIM-06)."""
    local = datetime.combine(day, wall_time, ZoneInfo(zone))
    return local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None)


def resolve(day: date, wall_time: time, zone: str) -> datetime:
    """Return the instant of a wall time: the first of two (TIM-07), the end of the gap if it was skipped (TIM-06)."""
    local = datetime.combine(day, wall_time, ZoneInfo(zone))
    if exists(day, wall_time, zone):
        return local.astimezone(UTC)
    before, after = local.replace(fold=1).utcoffset(), local.replace(fold=0).utcoffset()
    width = (before or timedelta()) - (after or timedelta())
    minutes = int(width.total_seconds() // 60)
    # A gap opens at an hour or half hour and is as wide as the change: step forward to the first minute that exists.
    for step in range(1, minutes + 1):
        candidate = (datetime.combine(day, wall_time) + timedelta(minutes=step)).time()
        if exists(day, candidate, zone):
            return datetime.combine(day, candidate, ZoneInfo(zone)).astimezone(UTC)
    return local.astimezone(UTC)


def local_date(instant: datetime, zone: str) -> date:
    """Return the calendar date that `zone` shows at `instant`."""
    return instant.astimezone(ZoneInfo(zone)).date()
