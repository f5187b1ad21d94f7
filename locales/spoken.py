"""How a machine's voice says a value: a day, a clock time, a telephone number (COPY-10, TWI-47)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from locales.dates import Pattern

_HERE = Path(__file__).parent
_NUMBERS = frozenset({"phone", "return_phone"})

Value = str | dt.date | dt.time


class NoVoice(LookupError):
    """No machine speaks this language, so it has recordings (TWI-48)."""


@cache
def _pattern(language: str) -> Pattern:
    path = _HERE / language / "spoken.toml"
    if not path.is_file():
        raise NoVoice(language)
    return Pattern.read(path)


def day_said(day: dt.date, language: str) -> str:
    """Return "Tuesday, June 9" or "martes 9 de junio"; NoVoice for a language that no machine speaks."""
    return _pattern(language).of_day(day)


def time_said(time: dt.time, language: str) -> str:
    """Return "2:30 PM" or "2:30 de la tarde"; NoVoice for a language that no machine speaks."""
    return _pattern(language).of_time(time)


def hours_said(weekdays: Iterable[int], opens: dt.time, closes: dt.time, language: str) -> str:
    """Return "Monday, Tuesday, 8 AM - 5 PM": every day by its name, Monday is 0. NoVoice as above."""
    days = ", ".join(_pattern(language).weekdays[day] for day in sorted(weekdays))
    return f"{days}, {time_said(opens, language)} - {time_said(closes, language)}"


def phone_said(number: str) -> str:
    """Return a ten-digit number digit by digit, in groups: "8 0 0, 5 5 5, 0 1 0 0" (COPY-10)."""
    digits = re.sub(r"\D", "", number)
    national = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
    groups = (national[:-7], national[-7:-4], national[-4:])
    return ", ".join(" ".join(group) for group in groups if group)


def said(values: Mapping[str, Value], language: str) -> Mapping[str, str]:
    """Return each value as `language` says it; NoVoice for a day or a time in one that no machine speaks."""
    return {name: _said(name, value, language) for name, value in values.items()}


def _said(name: str, value: Value, language: str) -> str:
    match value:
        case dt.time():
            return time_said(value, language)
        case dt.date():
            return day_said(value, language)
        case str():
            return phone_said(value) if name in _NUMBERS else value
