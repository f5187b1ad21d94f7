"""The words members use, by language: read once from replies.toml, kept as written."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType

_HERE = Path(__file__).parent

Words = tuple[str, ...]
Groups = Mapping[str, Words]


class UnreadableLexicon(ValueError):
    """A replies.toml names a list that no reader knows."""


def _none() -> Groups:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's reply words. A term ending in `*` is a stem; groups go by category, act or reason."""

    language: str
    loose: bool = False  # True where Latin letters only imitate the sound: "gaadi" is "gadi", "zaroor" is "jarur"
    fold: bool = True  # False where marks carry meaning: Vietnamese "đúng" (right) must not read as "dung" (stop)
    opt_out: Words = ()
    visit_cancel: Words = ()  # also the normal word for cancelling a visit (LAW-21)
    bare_only: Words = ()  # opt-outs too ordinary to mean anything inside a sentence
    opt_out_phrases: Words = ()
    wants_less: Words = ()  # opt-outs unless they name something else: "don't send me" a car
    visit: Words = ()  # what else is cancelled or no longer wanted: LAW-23 takes it for no opt-out
    transport: Words = ()
    keep_rides: Words = ()  # LAW-17: the answer to "only texts about rides?"; nothing else is made of it
    cease: Words = ()
    messaging: Words = ()
    not_opt_out: Words = ()
    help: Words = ()
    who: Words = ()
    restart: Words = ()
    wrong_number: Words = ()
    not_named: Words = ()
    deceased: Words = ()
    not_deceased: Words = ()
    medicine: Words = ()
    medicine_cue: Words = ()
    courtesy: Words = ()
    joiners: Words = ()
    filler: Words = ()
    negators: Words = ()
    real_words: Words = ()
    ambiguous: Words = ()  # English or Spanish answers that mean something else in this language
    when_filler: Words = ()  # what stands beside a wish for a time: "Monday OR Tuesday"
    respell: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    crisis: Groups = field(default_factory=_none)
    abuse: Groups = field(default_factory=_none)
    idioms: Groups = field(default_factory=_none)
    acts: Groups = field(default_factory=_none)
    reasons: Groups = field(default_factory=_none)
    day_parts: Groups = field(default_factory=_none)
    weekdays: Groups = field(default_factory=_none)
    switch: Groups = field(default_factory=_none)
    skip: str = ""  # little words that may stand between the words of any pattern: "po", "naman", "just"
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # sets that patterns name
    say: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # act -> patterns
    why: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # reason -> patterns
    when: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # time -> patterns
    speak: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # language wished for -> patterns


_NAMES = frozenset(item.name for item in fields(Lexicon))


def _frozen(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return MappingProxyType({name: _frozen(item) for name, item in value.items()})
    return value


def _read(path: Path) -> Lexicon:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    if unknown := table.keys() - _NAMES:
        raise UnreadableLexicon(f"{path.parent.name}: {sorted(unknown)}")
    return Lexicon(path.parent.name, **{name: _frozen(value) for name, value in table.items()})  # type: ignore[arg-type] # read data


@cache
def lexicons() -> Mapping[str, Lexicon]:
    """Return every lexicon by language; UnreadableLexicon on a list nobody reads (rulebook 1.10, CRI-02)."""
    return MappingProxyType({path.parent.name: _read(path) for path in sorted(_HERE.glob("*/replies.toml"))})


def fingerprint() -> str:
    """Return the SHA-256 of all word lists: whatever was built from others is stale."""
    digest = hashlib.sha256()
    for path in sorted(_HERE.glob("*/replies.toml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def every(name: str) -> Words:
    """Return the terms of one list over all languages, in order and once: screens never ask which language it is."""
    return tuple(dict.fromkeys(term for lexicon in lexicons().values() for term in getattr(lexicon, name)))
