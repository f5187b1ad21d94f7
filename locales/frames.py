"""The sentences that stand around a value where no machine speaks, read from `recorded.toml` (TWI-48)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from locales.dates import Pattern
from locales.languages import languages

_HERE = Path(__file__).parent


class NoRecordings(LookupError):
    """A machine speaks this language, or nobody knows it: nothing of it is recorded."""


@dataclass(frozen=True, slots=True)
class Frames:
    """The sentences around one value each, and what stands before them in place of a script with values."""

    sentences: Mapping[str, Pattern]  # kind of value -> the pattern that holds it
    undated: Mapping[str, str]


@cache
def frames_of(language: str) -> Frames:
    """Return the sentences of a language; NoRecordings where a machine speaks it."""
    path = _HERE / language / "recorded.toml"
    if language not in languages() or languages()[language].says is not None or not path.is_file():
        raise NoRecordings(language)
    row = tomllib.loads(path.read_text(encoding="utf-8"))
    weekdays, months = tuple(row["weekdays"]), tuple(row["months"])
    parts = tuple((hour, word) for hour, word in row.get("parts", [[0, "AM"], [12, "PM"]]))
    sentences = {
        kind: Pattern(weekdays, months, parts, day=row[kind], time=row[kind])
        for kind in ("weekday", "month", "day", "hour", "minute")
    }
    return Frames(sentences, row["undated"])
