"""The data of the linter: which texts may do without a rule and why, and the words of each language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_NAME = "linter.toml"
OWN_WORDS = "own_words"  # the text round what a person writes to one member
OWN_WORDS_SAID = "own_words_said"  # the same with what they wrote in it


class UnreadableVocabulary(ValueError):
    """A linter.toml names a list or a category that nothing reads."""


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of word that no text may carry: its rule, how a finding calls it, and what to write instead."""

    rule: str
    name: str
    remedy: str
    only: tuple[str, ...] = ()  # the only keys it is looked for in; everywhere without them


@dataclass(frozen=True, slots=True)
class Pardon:
    """A text that may carry a category of words, with the reason."""

    key: str
    category: str
    why: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class House:
    """What holds in every language. Keys of texts stand before the reason why they are listed."""

    no_stop_line: Mapping[str, str]
    needs: Mapping[str, tuple[str, ...]]
    two_parts: Mapping[str, str]
    one_choice: Mapping[str, str]
    loose_digits: Mapping[str, str]
    day_words: Mapping[str, str]
    capitals: Mapping[str, str]
    invited: Mapping[str, tuple[str, ...]]
    categories: Mapping[str, Category]
    everywhere: Mapping[str, tuple[str, ...]]
    pardons: tuple[Pardon, ...]

    def pardoned(self, key: str, category: str, language: str) -> bool:
        """Whether this text may carry this category of words."""
        mine = (pardon for pardon in self.pardons if (pardon.key, pardon.category) == (key, category))
        return any(pardon.language in (None, language) for pardon in mine)


@dataclass(frozen=True, slots=True, eq=False)  # one for each language: patterns are remembered by it
class Vocabulary:
    """One language: how it is written, the words that may not be sent, and those that must be found."""

    script: str  # as Unicode names it
    gsm: bool = False  # whether it can be written in GSM-7
    fold: bool = True  # False where marks carry meaning
    spaced: bool = True
    prefix: str = "{program}:"
    words_per_word: float = 1.0  # tokens that make what a reader of English would call one word
    frequency: tuple[str, ...] = ()
    rates: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    stop_means: tuple[str, ...] = ()
    asks_nothing: tuple[str, ...] = ()
    reply: tuple[str, ...] = ()
    calendar: tuple[str, ...] = ()
    banned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@cache
def house() -> House:
    """Return what holds in every language (COPY-01..12)."""
    table: dict[str, Any] = tomllib.loads((_HERE / "house.toml").read_text(encoding="utf-8"))
    return House(
        **{name: table[name] for name in ("no_stop_line", "two_parts", "one_choice", "loose_digits", "day_words")},
        capitals=table["capitals"],
        needs=_tuples(table["needs"]),
        invited=_tuples(table["invited"]),
        categories={
            name: Category(**row | {"only": tuple(row.get("only", ()))}) for name, row in table["categories"].items()
        },
        everywhere=_tuples(table["everywhere"]),
        pardons=tuple(Pardon(**row) for row in table["pardon"]),
    )


@cache
def linted_languages() -> tuple[str, ...]:
    """Return the languages whose words are known here, in order of code (HIP-03)."""
    return tuple(sorted(path.parent.name for path in _HERE.parent.glob(f"*/{_NAME}")))


@cache
def vocabulary(language: str) -> Vocabulary:
    """Return the words of a language; a vocabulary without words when nobody has written one.

    UnreadableVocabulary when its file names a list that no check reads.
    """
    if language not in linted_languages():
        return Vocabulary("")
    table = tomllib.loads((_HERE.parent / language / _NAME).read_text(encoding="utf-8"))
    banned = _tuples(table.pop("banned"))
    known = {item.name for item in fields(Vocabulary)}
    if strange := (table.keys() - known) | (banned.keys() - house().categories.keys()):
        raise UnreadableVocabulary(f"{language}: {sorted(strange)}")
    lists: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
    return Vocabulary(**lists, banned=banned)


def _tuples(table: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(words) for name, words in table.items()}
