"""What one cell can hold: an id, a day, a time of day, a sex, an age, a word from a list."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from outreach.clinics.zones import is_zone

MAX_ID = 64
FIRST_YEAR, LAST_YEAR = 1900, 2100

T = TypeVar("T")

_ROUNDED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+", re.ASCII)
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII | re.IGNORECASE
)
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?\s*(?:([AP])\.?M\.?)?", re.ASCII | re.IGNORECASE)
_AGE = re.compile(r"(\d{1,3})(?:\.0+)?", re.ASCII)  # a spreadsheet may write 62.0
_SEXES = {"f": "F", "female": "F", "woman": "F", "m": "M", "male": "M", "man": "M", "u": None, "unknown": None}


class BadCell(ValueError):
    """A cell cannot be used. The sentence says what to do, and never repeats the cell."""

    def __init__(self, what_to_do: str) -> None:
        super().__init__(what_to_do)
        self.what_to_do = what_to_do


def identifier(text: str) -> str:
    """Return an id exactly as written; raises BadCell for none, or one that cannot be an id."""
    if not text:
        raise BadCell("The id is missing: fill it in, for without it the row cannot be told from another.")
    if len(text) > MAX_ID:
        raise BadCell(f"The id is longer than {MAX_ID} characters: check that the map names the right column.")
    if not text.isprintable():
        raise BadCell("The id contains an invisible character: export the file again without it.")
    return text


def is_rounded(identity: str) -> bool:
    """Say whether a spreadsheet has turned this id into scientific notation, losing its last digits."""
    return bool(_ROUNDED.fullmatch(identity))


def plain_text(text: str) -> str:
    """Return text for people; raises BadCell for control characters. Joiners, as in Persian names, are fine."""
    if any(character < " " or "\x7f" <= character < "\xa0" for character in text):
        raise BadCell("The cell contains a line break or an invisible control character: take it out.")
    return text


def word_of(choices: Mapping[str, T], text: str, setting: str) -> T:
    """Return what the map says this word means, whatever its case; raises BadCell naming the setting to extend."""
    try:
        return choices[text.casefold()]
    except KeyError:
        raise BadCell(f"The map does not know this word: add it to {setting}, or correct the cell.") from None


def words_of(choices: Collection[str], text: str) -> tuple[str, ...]:
    """Return the words of a list separated by semicolons, without repeats; raises BadCell for one not in `choices`."""
    words = tuple(dict.fromkeys(word for part in text.split(";") if (word := part.strip().casefold())))
    if not words or any(word not in choices for word in words):
        raise BadCell(f"Write one or more of these, with ; between: {', '.join(sorted(choices))}.")
    return words


@lru_cache(maxsize=4096)
def day_and_time(text: str, pattern: str | None, date_only: bool, zone: str) -> tuple[date, time | None]:
    """Return the calendar day, and the wall time in `zone` if the cell has one; raises BadCell.

    With `date_only` the day stands as written, whatever time or Z follows. Otherwise a time with an offset is an
    instant, and is turned into the wall time of `zone`; a time without one is wall time already.
    """
    try:
        moment, has_time = _written(text, pattern)
    except ValueError:
        advice = f"in the form {pattern}" if pattern else "as YYYY-MM-DD, or set date in [formats]"
        raise BadCell(f"This is not a day in the calendar: write it {advice}.") from None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise BadCell(f"The year is not between {FIRST_YEAR} and {LAST_YEAR}: correct it.")
    if date_only or not has_time:
        return moment.date(), None
    if moment.tzinfo is not None:
        moment = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    return moment.date(), moment.time().replace(microsecond=0)


def _written(text: str, pattern: str | None) -> tuple[datetime, bool]:
    if pattern is not None:
        return datetime.strptime(text, pattern), any(mark in pattern for mark in ("%H", "%I", "%T", "%X", "%c"))  # noqa: DTZ007 - wall time
    if (found := _ISO.fullmatch(text)) is None:
        raise ValueError("not ISO")
    day, clock, offset = found.groups()
    return datetime.fromisoformat(f"{day}T{clock or '00:00'}{(offset or '').upper()}"), clock is not None


def calendar_day(text: str, pattern: str | None) -> date:
    """Return the calendar day as written; raises BadCell."""
    return day_and_time(text, pattern, True, "UTC")[0]


@lru_cache(maxsize=4096)
def time_of_day(text: str, pattern: str | None) -> time:
    """Return the wall time of a cell such as 14:30 or 2:30 PM; raises BadCell."""
    try:
        if pattern is not None:
            return datetime.strptime(text, pattern).time().replace(microsecond=0)  # noqa: DTZ007 - wall time
        return _clock(text)
    except ValueError:
        advice = f"in the form {pattern}" if pattern else "as 14:30 or 2:30 PM, or set time in [formats]"
        raise BadCell(f"This is not a time of day: write it {advice}.") from None


def _clock(text: str) -> time:
    if (found := _TIME.fullmatch(text)) is None:
        raise ValueError("neither 14:30 nor 2:30 PM")
    hour, minute, second, half = found.groups()
    if half is None:
        return time(int(hour), int(minute), int(second or 0))
    if not 1 <= int(hour) <= 12:
        raise ValueError("no such hour on a clock face")
    return time(int(hour) % 12 + (12 if half in "pP" else 0), int(minute), int(second or 0))


def sex(text: str) -> str | None:
    """Return F, M, None for unknown, or another word as written in capitals."""
    return _SEXES[text.casefold()] if text.casefold() in _SEXES else plain_text(text).upper()


def age(text: str) -> int:
    """Return an age in whole years; raises BadCell outside 0 to 120."""
    found = _AGE.fullmatch(text)
    if found is None or int(found[1]) > 120:
        raise BadCell("The age is not a whole number of years from 0 to 120: correct it, or empty the cell.")
    return int(found[1])


def zone_name(text: str) -> str:
    """Return an IANA zone; raises BadCell."""
    if not is_zone(text):
        raise BadCell("This is not a time zone we know: write it as America/New_York, or empty the cell.")
    return text
