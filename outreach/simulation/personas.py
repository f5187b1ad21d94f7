"""Who the simulated members are: each character at least once in every world, the others as the dice fall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from outreach.simulation.dice import pick, roll
from outreach.simulation.phrases import in_own_script, said


class Persona(StrEnum):
    """What is remarkable about how a member answers."""

    CONFIRMS = "confirms"
    NEEDS_RIDE = "needs a ride"
    LATE = "is late"
    SWITCHES = "asks for another language"
    TWO_TEXTS = "sends two texts for one thought"
    SILENT = "goes silent"
    STOPS = "says STOP mid-way"
    WRONG_NUMBER = "is a wrong number"
    MEDICINE = "asks a medicine question"
    WORRIES = "writes something worrying"
    NATIVE = "answers in their own script"
    ASKS = "asks a question of their own"
    MISSES = "misses the visit and says why"
    ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class Said:
    """One text: how long after the question it comes, and its words."""

    after: timedelta
    text: str


CAST = tuple(persona for persona in Persona if persona is not Persona.ORDINARY)
SPEAKS: Mapping[Persona, str] = MappingProxyType(
    {
        Persona.SWITCHES: "en",
        Persona.TWO_TEXTS: "en",
        Persona.LATE: "es",
        Persona.NEEDS_RIDE: "es",
        Persona.MEDICINE: "en",
        Persona.WORRIES: "en",
        Persona.NATIVE: "ar",
        Persona.ASKS: "zh-Hans",
    }
)
_CHANCES = (
    (60, Persona.ORDINARY),
    (10, Persona.CONFIRMS),
    (8, Persona.NEEDS_RIDE),
    (8, Persona.SILENT),
    (5, Persona.NATIVE),
    (4, Persona.LATE),
    (4, Persona.ASKS),
    (1, Persona.MEDICINE),
)
_GOES = {Persona.MISSES: False, Persona.WRONG_NUMBER: False, Persona.SILENT: False}
_GOES |= dict.fromkeys((Persona.CONFIRMS, Persona.NEEDS_RIDE, Persona.LATE, Persona.SWITCHES, Persona.TWO_TEXTS), True)
_NOTHING: tuple[Said, ...] = ()
_MOMENT = timedelta(seconds=20)


def visit_id(number: int) -> str:
    """Return the clinic's id of the visit to come of the `number`-th member, from 1."""
    return f"V-{number:04d}"


@cache
def cast(seed: int) -> Mapping[str, Persona]:
    """Return who plays each character at least: visits by their ids, which the first members of a world have."""
    shuffled = sorted(CAST, key=lambda persona: roll(seed, "cast", persona.value))
    return MappingProxyType({visit_id(number): persona for number, persona in enumerate(shuffled, start=1)})


def persona(seed: int, visit: str) -> Persona:
    """Return the character of the member whose visit this is."""
    return cast(seed).get(visit) or pick(roll(seed, "persona", visit), _CHANCES)


def surely_goes(who: Persona) -> bool | None:
    """Whether this character goes to the visit; None where the dice decide."""
    return _GOES.get(who)


def scene(who: Persona, family: str, nth: int, language: str) -> tuple[Said, ...] | None:
    """Return what this character texts when asked, or None where they answer like everybody.

    `family` is the kind of question, `nth` how often it was asked before this visit, counted from 1.
    """
    match who, family, nth:
        case Persona.CONFIRMS | Persona.LATE | Persona.MISSES, "reminder" | "transport", _:
            return _one(12, "1", language)
        case Persona.NEEDS_RIDE, "reminder", 1:
            return _one(18, "ride", language)
        case Persona.NEEDS_RIDE, "transport", _:
            return _one(25, "2", language)
        case Persona.LATE, "dayof", _:
            return _one(130, "2", language)
        case Persona.SWITCHES, "reminder", 1:
            return _one(9, "spanish", language) + _one(13, "1", language)
        case Persona.TWO_TEXTS, "reminder", 1:
            thought = timedelta(minutes=7)
            return Said(thought, "1"), Said(thought + _MOMENT, said("ride after all", language))
        case Persona.SILENT, family, nth:
            return _one(40, "1", language) if (family, nth) == ("reminder", 1) else _NOTHING
        case Persona.STOPS, "transport" | "dayof" | "postvisit", _:
            return _one(15, "stop", language)
        case _:
            return _once(who, family, nth, language)


def _once(who: Persona, family: str, nth: int, language: str) -> tuple[Said, ...] | None:
    match who, family, nth:
        case Persona.STOPS, "reminder", 1:
            return _one(30, "1", language)
        case Persona.WRONG_NUMBER, "reminder", 1:
            return _one(6, "wrong", language)
        case Persona.MEDICINE, "reminder", 1:
            return _one(22, "medicine", language)
        case Persona.WORRIES, "reminder", 1:
            return _one(50, "worry", language)
        case Persona.ASKS, "reminder", 1:
            return _one(14, "question", language)
        case Persona.NATIVE, "reminder" | "transport" | "postvisit" | "dayof", _:
            return (Said(timedelta(minutes=20), in_own_script("1", language)),)
        case Persona.MISSES, "dayof", _:
            return _NOTHING
        case Persona.MISSES, "postvisit", _:
            return _one(45, "2", language)
        case Persona.MISSES, "why", _:
            return _one(4, "3", language)
        case _:
            return None


def _one(minutes: int, what: str, language: str) -> tuple[Said, ...]:
    return (Said(timedelta(minutes=minutes), said(what, language)),)
