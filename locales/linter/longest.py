"""The longest values a text may ever be filled with: what fits with these fits always (TWI-53, TWI-58)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from locales.dates import NoReviewedPattern, day_text, time_text
from locales.gsm import ALPHABET

_NAME, _PLACE, _PHONE = 12, 40, "800-555-0100"  # COPY-05; a program file takes no longer ones
_MESSAGE = "M" * 60  # what a person writes is read and counted by itself; a text round it must leave it room


@cache
def longest_values(language: str) -> Mapping[str, str]:
    """Return the longest value of each variable in `language`; without days and times where it has no pattern."""
    values = {"program": "M" * _NAME, "place": "1 " + "M" * (_PLACE - 2), "phone": _PHONE, "return_phone": _PHONE}
    values["message"] = _MESSAGE
    try:
        day, time = _longest_day(language), _longest_time(language)
    except NoReviewedPattern:
        return MappingProxyType(values)
    moments = {"day": day, "time": time, "ready_day": day, "ready_time": time, "return_time": time}
    return MappingProxyType(values | moments)


def _longest_day(language: str) -> str:
    days = (dt.date(2028, 1, 1) + dt.timedelta(days=n) for n in range(366))
    return max((day_text(day, language) for day in days), key=_cost)


def _longest_time(language: str) -> str:
    return max((time_text(dt.time(hour, 30), language) for hour in range(24)), key=_cost)


def _cost(text: str) -> tuple[bool, int]:
    """Whether it forces the dearer encoding, then its length: "sáb" costs more than any longer day in ASCII."""
    return not ALPHABET.issuperset(text), len(text)
