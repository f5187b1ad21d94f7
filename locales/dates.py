"""How a day and a clock time are written, language by language; never guessed, and never left to a library (COPY-04).

Each language has a file of its own. Beyond English and Spanish the patterns are drafts, as the texts they stand in are
(HIP-22): nothing that carries one is sent before a person has put their name under it.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

_HERE = Path(__file__).parent
_DEFAULT_PARTS = [[0, "AM"], [12, "PM"]]


class NoReviewedPattern(LookupError):
    """There is no pattern for how this language writes dates, so none is guessed."""


class UnusablePattern(ValueError):
    """The file says how this language writes dates, but not completely; the message says what to put right."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """How one language writes or says. `parts` names the stretches of a day, each with the hour it begins at, in order.

    `hour` is for a time on the hour, where that is said in another way.
    """

    weekdays: tuple[str, ...]  # Monday first
    months: tuple[str, ...]
    parts: tuple[tuple[int, str], ...]
    day: str
    time: str = "{hour}:{minute:02} {part}"
    hour: str | None = None

    def __post_init__(self) -> None:
        starts = [hour for hour, _ in self.parts]
        if len(set(self.weekdays)) != 7 or len(set(self.months)) != 12:
            raise UnusablePattern("It needs seven weekdays and twelve months, no two of them alike.")
        if starts[:1] != [0] or starts != sorted(set(starts)) or starts[-1] > 23:
            raise UnusablePattern("The parts of a day begin at hour 0 and follow one another.")

    @classmethod
    def read(cls, path: Path) -> Pattern:
        """Read a file; months are written as numbers and hours with AM and PM where it does not say otherwise."""
        row = tomllib.loads(path.read_text(encoding="utf-8"))
        try:
            return cls(
                weekdays=tuple(row.pop("weekdays")),
                months=tuple(row.pop("months", [str(number) for number in range(1, 13)])),
                parts=tuple((hour, word) for hour, word in row.pop("parts", _DEFAULT_PARTS)),
                **row,
            )
        except (KeyError, TypeError, ValueError) as problem:
            raise UnusablePattern(f"{path} does not say how days and times are written: {problem}") from problem

    def of_day(self, day: dt.date) -> str:
        """Return a day in this pattern."""
        return self.day.format(weekday=self.weekdays[day.weekday()], day=day.day, month=self.months[day.month - 1])

    def of_time(self, time: dt.time) -> str:
        """Return a clock time in this pattern."""
        part = [word for first_hour, word in self.parts if first_hour <= time.hour][-1]
        written = self.time if time.minute or self.hour is None else self.hour
        return written.format(hour=time.hour % 12 or 12, hour24=time.hour, minute=time.minute, part=part)


@cache
def _pattern(language: str) -> Pattern:
    path = _HERE / language / "dates.toml"
    if not path.is_file():
        raise NoReviewedPattern(language)
    return Pattern.read(path)


@lru_cache(maxsize=1024)
def day_text(day: dt.date, language: str) -> str:
    """Return "Tue 6/9" or "mar 9 jun"; NoReviewedPattern for a language without a pattern (COPY-04)."""
    return _pattern(language).of_day(day)


@lru_cache(maxsize=1024)
def time_text(time: dt.time, language: str) -> str:
    """Return "2:30 PM" or "14:30"; NoReviewedPattern for a language without a pattern (COPY-04)."""
    return _pattern(language).of_time(time)
