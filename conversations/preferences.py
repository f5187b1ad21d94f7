"""Reads when a member would rather come ("mornings", "lunes o martes"); only where that was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from conversations.acts import READ, Act, pieces, say
from conversations.meaning import PartOfDay, Preferences
from conversations.reading import grouped, groups, listed

_Words = tuple[str, ...]

# Said beside a wish, these take nothing away from it: "ok, another day, mornings please".
_BESIDE = frozenset({Act.YES, Act.CHANGE, Act.THANKS})


@dataclass(frozen=True, slots=True)
class Wish:
    """The times a reply names; `clear` when it names one part of the day at most and says nothing else."""

    preferences: Preferences
    clear: bool


@cache
def _parts() -> Mapping[_Words, PartOfDay]:
    return {tuple(term.split()): part for part in PartOfDay for term in grouped("day_parts", part).folded}


@cache
def _days() -> Mapping[_Words, str]:
    return {tuple(term.split()): day for day in groups("weekdays") for term in grouped("weekdays", day).folded}


@cache
def _times() -> frozenset[_Words]:
    return frozenset(_parts()) | frozenset(_days())


@cache
def _fillers() -> frozenset[_Words]:
    return frozenset(tuple(term.split()) for term in listed("when_filler").folded)


def _adds_nothing(piece: _Words, language: str) -> bool:
    said = say(piece, language)
    return piece in _fillers() or (said.explained and said.acts <= _BESIDE and not said.reasons)


def wish(words: _Words, language: str) -> Wish | None:
    """Return the times that `words` wish for; None when they name none."""
    cut = tuple(pieces(words[:READ], _times()))
    days = tuple(dict.fromkeys(_days()[piece] for piece in cut if piece in _days()))
    parts = {_parts()[piece] for piece in cut if piece in _parts()}
    if not days and not parts:
        return None
    # "Any time in the morning" is the morning; "morning or evening" is not one of our answers.
    named = parts - {PartOfDay.ANY} or parts
    alone = all(piece in _times() or _adds_nothing(piece, language) for piece in cut)
    clear = alone and len(named) <= 1 and len(words) <= READ
    return Wish(Preferences(days, next(iter(named)) if len(named) == 1 else None), clear)
