"""What is read aloud for a program's recordings: every sentence, with its name, its number and its hours (TWI-48)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from locales.factory import source_hash
from locales.frames import NoRecordings, frames_of
from locales.languages import languages
from locales.recorded import Recording, recordings_needed
from locales.render import PLACEHOLDER
from locales.spoken import phone_said
from outreach.loops.business_days import BusinessCalendar
from outreach.store.programs import StoredProgram


def recorded_languages(program: StoredProgram) -> tuple[str, ...]:
    """Return the languages of a program that no machine speaks, in its own order."""
    return tuple(code for code in program.languages if code in languages() and languages()[code].says is None)


def to_read(program: StoredProgram, language: str) -> Mapping[str, Recording]:
    """Return every sentence by its name, as it is read for this program; NoRecordings where none is needed."""
    if language not in recorded_languages(program):
        raise NoRecordings(language)
    return _to_read(language, program.name, program.phone, program.office)


def hash_of(sentence: Recording) -> str:
    """Return by what a recording knows that its words changed since it was read (COPY-12)."""
    return source_hash(sentence.text)


def hours_read(office: BusinessCalendar, language: str) -> str:
    """Return an office's hours as a speaker reads them; NoRecordings where a machine speaks."""
    names, days = frames_of(language).sentences["weekday"].weekdays, sorted(office.weekdays)
    in_a_row = len(days) > 2 and days == list(range(days[0], days[-1] + 1))
    shown = f"{names[days[0]]} - {names[days[-1]]}" if in_a_row else ", ".join(names[day] for day in days)
    return f"{shown}, {office.opens:%H:%M} - {office.closes:%H:%M}"


@lru_cache(maxsize=256)
def _to_read(language: str, name: str, phone: str, office: BusinessCalendar) -> Mapping[str, Recording]:
    said = {"program": name, "phone": phone_said(phone), "hours": hours_read(office, language)}
    filled = (replace(each, text=_filled(each.text, said)) for each in recordings_needed(language))
    return MappingProxyType({each.name: each for each in filled})


def _filled(text: str, said: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda named: said[named[1]], text)
