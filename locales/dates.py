"""How a day and a clock time are written, in the languages whose patterns a person has reviewed (COPY-04)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

_EN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# "sáb" would turn a whole Spanish text into UCS-2 (TWI-52); "mié" is in the GSM alphabet.
_ES_DAYS = ("lun", "mar", "mié", "jue", "vie", "sab", "dom")
_ES_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")


class NoReviewedPattern(LookupError):
    """Nobody has reviewed how this language writes dates, so none is written."""


def _english(day: dt.date) -> str:
    return f"{_EN_DAYS[day.weekday()]} {day.month}/{day.day}"


def _spanish(day: dt.date) -> str:
    # Never 9/6: half the readers would arrive in September.
    return f"{_ES_DAYS[day.weekday()]} {day.day} {_ES_MONTHS[day.month - 1]}"


_DAY: Mapping[str, Callable[[dt.date], str]] = {"en": _english, "es": _spanish}


def day_text(day: dt.date, language: str) -> str:
    """Return "Tue 6/9" or "mar 9 jun"; NoReviewedPattern for a language without a pattern (COPY-04)."""
    if language not in _DAY:
        raise NoReviewedPattern(language)
    return _DAY[language](day)


def time_text(time: dt.time, language: str) -> str:
    """Return "2:30 PM" with an ordinary space; NoReviewedPattern for a language without a pattern (COPY-04)."""
    if language not in _DAY:
        raise NoReviewedPattern(language)
    return f"{time.hour % 12 or 12}:{time.minute:02} {'AM' if time.hour < 12 else 'PM'}"
