"""How fast the demo's calendar goes, and how far it may go at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

TICK = 0.25  # seconds between two moves of a calendar that one watches
LARGEST_MOVE = timedelta(hours=1)  # after a long piece of work the calendar lags; it never catches up in one burst


class Pace(StrEnum):
    """How fast domain time passes in a demo."""

    PAUSED = "paused"
    REAL_TIME = "real_time"
    DAY_A_MINUTE = "day_a_minute"
    FULL_SPEED = "full_speed"


_RATES: Mapping[Pace, float] = MappingProxyType({Pace.PAUSED: 0, Pace.REAL_TIME: 1, Pace.DAY_A_MINUTE: 1440})
_EVER = datetime.max.replace(tzinfo=UTC)


def reach(pace: Pace, shown: datetime, seconds: float) -> datetime:
    """Return how far a calendar that shows `shown` may go when `seconds` of the Timer have passed."""
    if pace is Pace.FULL_SPEED:
        return _EVER
    return shown + min(timedelta(seconds=seconds * _RATES[pace]), LARGEST_MOVE)
