"""A text as it would arrive: filled with usual values and with the longest ones, and what it then costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from locales.dates import NoReviewedPattern, day_text, time_text
from locales.linter import longest_values
from locales.render import ALLOWED, SPOKEN, UnusableText, render
from locales.segments import Segments, segments
from locales.spoken import NoVoice, day_said, hours_said, phone_said, time_said
from outreach.store.programs import StoredProgram

_LONG_NAME = "Maria de los Angeles Wolfeschlegelstein"
_DAY, _TIME, _READY = date(2026, 11, 30), time(14, 30), time(13, 45)


class Filled(StrEnum):
    """With what a sample is filled."""

    USUAL = "usual"
    LONGEST = "longest"


@dataclass(frozen=True, slots=True)
class Sample:
    """A text filled in. Without a cost it is said, not sent."""

    filled: Filled
    text: str
    cost: Segments | None = None


def samples(program: StoredProgram, language: str, body: str, spoken: bool) -> list[Sample]:
    """Return how a text arrives; none where it cannot be filled, which the linter says."""
    if spoken:
        found = {Filled.USUAL: _said(program, language)}
        if "{name}" in body:
            found[Filled.LONGEST] = {**found[Filled.USUAL], "name": _LONG_NAME}
    else:
        phones = {"phone": program.phone, "return_phone": program.broker_phone or program.phone}
        found = {Filled.USUAL: _usual(program, language), Filled.LONGEST: {**longest_values(language), **phones}}
    made = []
    for kind, values in found.items():
        try:
            text = render(body, values, SPOKEN if spoken else ALLOWED)
        except UnusableText:
            continue
        if text:
            made.append(Sample(kind, text, None if spoken else segments(text)))
    return made


def _usual(program: StoredProgram, language: str) -> Mapping[str, str]:
    values = {"program": program.name, "place": "Riverside", "phone": program.phone}
    values |= {"return_phone": program.broker_phone or program.phone, "message": "..."}
    try:
        day, at, ready = day_text(_DAY, language), time_text(_TIME, language), time_text(_READY, language)
    except NoReviewedPattern:
        return values
    return values | {"day": day, "time": at, "ready_day": day, "ready_time": ready, "return_time": at}


def _said(program: StoredProgram, language: str) -> Mapping[str, str]:
    phone = phone_said(program.phone)
    values = {"program": program.name, "name": "Rosa", "key": "2", "phone": phone, "return_phone": phone}
    values["place"], office = "Riverside", program.office
    try:
        day, at, ready = day_said(_DAY, language), time_said(_TIME, language), time_said(_READY, language)
        values["hours"] = hours_said(office.weekdays, office.opens, office.closes, language)
    except NoVoice:
        return {**_usual(program, language), **values, "hours": f"{office.opens:%H:%M} - {office.closes:%H:%M}"}
    return values | {"day": day, "time": at, "ready_day": day, "ready_time": ready, "return_time": at}
