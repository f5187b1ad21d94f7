"""Instants are aware and in UTC; wall times belong to a zone and may not exist."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
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


@lru_cache(maxsize=65536)  # a plan asks for its visit's few instants again and again
def resolve(day: date, wall_time: time, zone: str) -> datetime:
    """Return the instant of a wall time: the first of two (TIM-07), the end of the gap if it was skipped (TIM-06)."""
    local = datetime.combine(day, wall_time, ZoneInfo(zone))
    if exists(day, wall_time, zone):
        return local.astimezone(UTC)
    # In a gap, fold 1 reads the clock as it runs afterwards and so lies before the change; fold 0 lies after it.
    before, after = local.replace(fold=1, microsecond=0).astimezone(UTC), local.astimezone(UTC)
    seconds = range(int((after - before).total_seconds()))
    changed = bisect_left(
        seconds, True, key=lambda second: _offset(before + timedelta(seconds=second), zone) == _offset(after, zone)
    )
    return before + timedelta(seconds=changed)


def _offset(instant: datetime, zone: str) -> timedelta | None:
    return instant.astimezone(ZoneInfo(zone)).utcoffset()


@lru_cache(maxsize=65536)  # as of a plan's instants
def local_date(instant: datetime, zone: str) -> date:
    """Return the calendar date that `zone` shows at `instant`."""
    return instant.astimezone(ZoneInfo(zone)).date()


def local_time(instant: datetime, zone: str) -> time:
    """Return the wall time that `zone` shows at `instant`."""
    return instant.astimezone(ZoneInfo(zone)).time()
