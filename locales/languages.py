"""The languages a member may choose: how they are named, written and counted, and how a telephone speaks them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_TABLE = Path(__file__).parent / "languages.toml"
_NEEDED = {"own_name", "english_name", "direction", "script", "plurals", "reviewed"}


class Direction(StrEnum):
    """How a line of text runs."""

    LTR = "ltr"
    RTL = "rtl"


class Plural(StrEnum):
    """The forms a noun may take beside a number, by their CLDR names."""

    ZERO = "zero"
    ONE = "one"
    TWO = "two"
    FEW = "few"
    MANY = "many"
    OTHER = "other"


class UnusableLanguage(ValueError):
    """The table does not say what is needed of a language; the message says what to put right."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A machine's voice: the language and the voice of Twilio's <Say> (TWI-47)."""

    language: str
    voice: str


@dataclass(frozen=True, slots=True)
class Language:
    """A language as members and staff read its name. Without a voice it is spoken by recordings alone (TWI-48)."""

    code: str
    own_name: str
    english_name: str
    direction: Direction
    script: str = "Latn"  # ISO 15924
    plurals: tuple[Plural, ...] = (Plural.OTHER,)
    says: Voice | None = None
    hears: str | None = None  # as <Gather input="speech"> names it; None where only keys are understood
    digits: tuple[str, ...] = ()  # how 0 to 9 are called, where speech is understood
    reviewed: bool = False  # whether the texts the product ships with are more than drafts (HIP-22)
    reads: int | None = None  # of 100 replies nobody had seen, how many were read exactly; None: not measured

    def __post_init__(self) -> None:
        if not self.own_name or not self.english_name or not (len(self.script) == 4 and self.script.istitle()):
            raise UnusableLanguage("It needs both names, and a script of four letters, as Latn (ISO 15924).")
        if Plural.OTHER not in self.plurals or len(set(self.plurals)) != len(self.plurals):
            raise UnusableLanguage('Its plurals name each form once, and "other" among them (CLDR).')
        if len(set(self.digits)) != (10 if self.hears else 0):
            raise UnusableLanguage("Where speech is understood, it says how the ten digits are called.")
        if not isinstance(self.reviewed, bool):
            raise UnusableLanguage("Whether it is reviewed is true or false.")


@cache
def languages() -> Mapping[str, Language]:
    """Return the languages by code, English and Spanish first (HIP-22: being listed is not being reviewed).

    UnusableLanguage when the table does not say all that is needed of one.
    """
    rows = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return MappingProxyType({code: language(code, row) for code, row in rows.items()})


def language(code: str, row: Mapping[str, Any]) -> Language:
    """Return one language from its row of the table; UnusableLanguage with what is wrong in it."""
    if missing := _NEEDED - row.keys():
        raise UnusableLanguage(f"{_TABLE.name}, [{code}] does not say its {', '.join(sorted(missing))}.")
    try:
        typed = {
            "direction": Direction(row["direction"]),
            "plurals": tuple(Plural(name) for name in row["plurals"]),
            "says": Voice(**row["says"]) if "says" in row else None,
            "digits": tuple(row.get("digits", "").split()),
        }
        return Language(code, **{**row, **typed})
    except (TypeError, ValueError) as problem:
        raise UnusableLanguage(f"{_TABLE.name}, [{code}]: {problem}") from problem
