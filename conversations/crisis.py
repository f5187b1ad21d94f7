"""The safety screen: crisis and abuse words in every language, recall before precision (CRI-01..03, CRI-07)."""

from __future__ import annotations

import re

from conversations.bare import is_bare
from conversations.meaning import Because, Safety
from conversations.reading import Reading, grouped, groups
from conversations.typos import corrected

# A phone's "Liked ..." quotes our own text back, and our own texts name 911.
_TAPBACK = re.compile(
    r"\s*(?:liked|loved|disliked|emphasized|laughed at|questioned|le gustó|le encantó)\s+[\"“«]", re.IGNORECASE
)

Found = tuple[frozenset[Safety], tuple[Because, ...]]


def is_tapback(text: str) -> bool:
    """Return whether `text` is a phone's report of a reaction, which quotes someone else's words."""
    return _TAPBACK.match(text) is not None


def _hits(reading: Reading, name: str) -> tuple[Because, ...]:
    return tuple(
        Because(f"CRI-02/{group}", hit) for group in groups(name) for hit in grouped(name, group).found(reading)[:3]
    )


def _in_either(reading: Reading, close: Reading, name: str) -> tuple[Because, ...]:
    return tuple(dict.fromkeys(_hits(reading, name) + (() if close == reading else _hits(close, name))))


def _is_idiom(reading: Reading, name: str) -> bool:
    """Return whether nothing alarming is left once the idioms are taken out."""
    rest = grouped("idioms", "phrases").without(reading)
    return not _in_either(rest, corrected(rest), name)


def _flag(reading: Reading, close: Reading, harmless: Reading, name: str, safety: Safety) -> Found:
    hits = _in_either(reading, close, name)
    if not hits:
        return frozenset(), ()
    figure = is_bare(reading, grouped("idioms", "phrases"))
    alone = not figure and any(is_bare(reading, grouped(name, group)) for group in groups(name))
    if is_tapback(reading.normal.raw) or (not alone and any(_is_idiom(each, name) for each in (reading, harmless))):
        return frozenset({Safety.REVIEW}), (*hits, Because("CRI-03/idiom", reading.normal.raw[:80]))
    return frozenset({safety}), hits


def alarms(reading: Reading, harmless: Reading) -> Found:
    """Return EMERGENCY, ABUSE or REVIEW with the words they rest on; negation is not trusted (CRI-02, CRI-03).

    `harmless` is the reply without its figures of speech and past troubles: what alarms only with them is an idiom.
    """
    close = corrected(reading)
    crisis, why_crisis = _flag(reading, close, harmless, "crisis", Safety.EMERGENCY)
    abuse, why_abuse = _flag(reading, close, harmless, "abuse", Safety.ABUSE)
    return crisis | abuse, why_crisis + why_abuse
