"""What is recorded where no machine speaks: whole sentences, and one for each value a sentence can have (TWI-48).

A day and a time are never put into a sentence: "You have a visit." is followed by "The day is Tuesday.", "The month is
June." and so on, each a sentence that somebody said in full.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from locales.factory import voice_scripts
from locales.frames import Frames, frames_of
from locales.languages import languages
from locales.render import SPOKEN, variables
from locales.spoken import Value, phone_said

_HERE = Path(__file__).parent
_KEYS = "1234567"  # the digits that choose a language, and the one that changes it
_MINUTES = range(5, 60, 5)
# What differs in its values alone is recorded once.
_ALIKE = {"voice_dayof": "voice_dayof_no_time", "voice_visit_no_time": "voice_visit"}
# What is the same in every call of a program is spoken into the recording.
SAID_ALIKE = frozenset({"program", "phone", "hours"})


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording: a script's key, or the kind of a value, and which value. `text` is what the speaker reads."""

    key: str
    variant: str = ""
    text: str = ""

    @property
    def name(self) -> str:
        """What a store knows it by: `voice_keys`, `weekday/2`."""
        return f"{self.key}/{self.variant}" if self.variant else self.key


@cache
def recordings_needed(language: str) -> tuple[Recording, ...]:
    """Return all that a program must record in a language; NoRecordings where a machine speaks it.

    A text may still name {program}, {phone} and {hours}, which the speaker says as they are.
    """
    frames, scripts = frames_of(language), voice_scripts(language)
    unheard = frozenset[str]() if languages()[language].hears else frozenset({"voice_speech"})
    asked = {key: text for key, text in scripts.items() if key not in unheard}
    found = [each for key, text in asked.items() for each in _of_script(key, text, frames)]
    return (*found, *_of_values(frames))


def recordings_of(key: str, values: Mapping[str, Value], language: str) -> tuple[Recording, ...]:
    """Return what is played, in order, for one script filled with `values`; NoRecordings as above.

    Minutes are cut to five, towards the earlier time: nobody comes too late for it. KeyError for a value not given.
    """
    by_name, asked = _by_name(language), variables(voice_scripts(language)[key], SPOKEN) - SAID_ALIKE
    names = [f"{key}/{values['key']}" if "key" in asked else _ALIKE.get(key, key)]
    for name in sorted(asked - {"key"}):  # a day stands before its time
        names += _names(values[name])
    return tuple(by_name[name] for name in names)


def _names(value: Value) -> Iterator[str]:
    match value:
        case dt.time():
            yield f"hour/{value.hour}"
            if minute := value.minute // 5 * 5:
                yield f"minute/{minute}"
        case dt.date():
            yield from (f"weekday/{value.isoweekday()}", f"month/{value.month}", f"day/{value.day}")
        case str():
            yield from (f"digit/{digit}" for digit in phone_said(value) if digit.isdecimal())


def _of_script(key: str, text: str, frames: Frames) -> Iterator[Recording]:
    asked = variables(text, SPOKEN) - SAID_ALIKE
    if key in _ALIKE or "name" in asked:
        return  # nobody records every name: the question is asked without one (HIP-10)
    if "key" in asked:
        yield from (Recording(key, digit, text.replace("{key}", digit)) for digit in _KEYS)
    else:
        yield Recording(key, text=frames.undated[key] if asked else text)


def _of_values(frames: Frames) -> Iterator[Recording]:
    say = frames.sentences
    for number in range(1, 8):
        yield Recording("weekday", str(number), say["weekday"].of_day(dt.date(2026, 6, number)))  # the 1st is a Monday
    for number in range(1, 13):
        yield Recording("month", str(number), say["month"].of_day(dt.date(2026, number, 1)))
    for number in range(1, 32):
        yield Recording("day", str(number), say["day"].of_day(dt.date(2026, 1, number)))
    for number in range(24):
        yield Recording("hour", str(number), say["hour"].of_time(dt.time(number)))
    for number in _MINUTES:
        yield Recording("minute", str(number), say["minute"].of_time(dt.time(0, number)))
    yield from (Recording("digit", digit, digit) for digit in "0123456789")


@cache
def _by_name(language: str) -> Mapping[str, Recording]:
    return MappingProxyType({each.name: each for each in recordings_needed(language)})
