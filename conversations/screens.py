"""Screens every reply, in every language at once, before anything else is made of it (CRI-01)."""

from __future__ import annotations

from conversations.crisis import alarms
from conversations.disguise import unmask
from conversations.meaning import Screening
from conversations.notices import asks_help, notices
from conversations.optout import opt_outs
from conversations.reading import Reading, read


def screen(text: str) -> Screening:
    """Return the safety flags of any text and the words they rest on; never raises (CRI-01, LAW-14..25)."""
    return screened(read(text))


def screened(reading: Reading) -> Screening:
    """Return the same for a reply that is already laid out; what hides in odd letters is heard too (LAW-22)."""
    bare = unmask(reading)
    found = [alarms(reading), opt_outs(reading, bare), *notices(reading)]
    if bare is not None:
        found += [alarms(bare), asks_help(bare)]
    return Screening(
        frozenset().union(*(flags for flags, _ in found)),
        tuple(dict.fromkeys(because for _, trail in found for because in trail)),
    )
