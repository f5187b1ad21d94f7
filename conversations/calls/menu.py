"""The menus of a call, read from `menus.toml` and checked: no key without a place to go, no sentence without words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from conversations.calls.step import Note
from conversations.meaning import Intent
from conversations.prompt import prompt_for

_TABLE = Path(__file__).parent / "menus.toml"
_LINE = re.compile(r"(voice_\w+)(?: (if|unless) (\w+))?")
SERVICE = "0789"  # a person, another language, again, no more calls: at every prompt, with a star or without
# Places that depend on the call: its question, a message where there is recording, a person where one is there.
ROUTES = frozenset({"the_question", "a_message", "a_person"})
_ENDS = frozenset({"", "hang up", "transfer", "record"})


class BadMenu(Exception):
    """The menus say something that cannot be; the message names the menu."""


@dataclass(frozen=True, slots=True)
class Said:
    """A script, and the fact it is said with, or without."""

    key: str
    fact: str = ""
    wanted: bool = True

    @classmethod
    def read(cls, text: str) -> Said:
        """Read `voice_visit if time`; raises ValueError."""
        found = _LINE.fullmatch(text)
        if found is None:
            raise ValueError(text)
        return cls(found[1], found[3] or "", found[2] != "unless")

    def fits(self, facts: frozenset[str]) -> bool:
        """Whether it is said, of what is known and so."""
        return not self.fact or (self.fact in facts) is self.wanted


@dataclass(frozen=True, slots=True)
class Menu:
    """One stop of a call, as `menus.toml` explains it. Without `then` it waits for a key."""

    name: str
    says: tuple[Said, ...]
    keys: Mapping[str, str]
    asks: str = ""
    means: Intent | None = None
    note: Note | None = None
    digits: int = 1
    then: str = ""
    silence: str = ""
    tells: bool = False

    def __post_init__(self) -> None:
        if self.asks and (prompt := prompt_for(self.asks)) and prompt.options.keys() != self.keys.keys():
            raise BadMenu(f"{self.name}: its keys are those of the question {self.asks}.")
        if (self.asks and prompt_for(self.asks) is None) or self.then not in _ENDS or set(self.keys) & set(SERVICE):
            raise BadMenu(f"{self.name}: an unknown question or end, or a key that has its meaning everywhere.")
        if self.then and (self.keys or self.asks or self.silence):
            raise BadMenu(f"{self.name}: it ends, or it waits for a key.")


@dataclass(frozen=True, slots=True)
class Menus:
    """All menus by name; which one asks the question of a text; and which one says what a loop answered."""

    menus: Mapping[str, Menu]
    questions: Mapping[str, str]
    answers: Mapping[str, str]


@cache
def menus() -> Menus:
    """Return the menus the product ships with."""
    return read_menus(tomllib.loads(_TABLE.read_text(encoding="utf-8")))


def read_menus(raw: Mapping[str, Any]) -> Menus:
    """Read and check a table; raises BadMenu."""
    found = {name: _menu(name, row) for name, row in raw["menu"].items()}
    places = {place for menu in found.values() for place in (*menu.keys.values(), menu.silence) if place}
    places |= set(raw["questions"].values()) | set(raw["answers"].values())
    if lost := places - found.keys() - ROUTES:
        raise BadMenu(f"There is no menu {', '.join(sorted(lost))}.")
    return Menus(MappingProxyType(found), MappingProxyType(raw["questions"]), MappingProxyType(raw["answers"]))


def _menu(name: str, row: Mapping[str, Any]) -> Menu:
    if unknown := row.keys() - {field.name for field in fields(Menu)}:
        raise BadMenu(f"{name}: nothing is called {', '.join(sorted(unknown))}.")
    try:
        read = {
            "says": tuple(map(Said.read, row.get("says", ()))),
            "keys": MappingProxyType(row.get("keys", {})),
            "means": Intent(row["means"]) if "means" in row else None,
            "note": Note(row["note"]) if "note" in row else None,
        }
    except ValueError as problem:
        raise BadMenu(f"{name}: {problem}") from None
    return Menu(name, **{**row, **read})
