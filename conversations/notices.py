"""What else must be heard in any reply: help, restart, rides only, a wrong number, a death, a medicine question."""

from __future__ import annotations

import re

from conversations.acts import vocabulary
from conversations.bare import is_bare
from conversations.crisis import Found
from conversations.meaning import Because, Safety
from conversations.reading import Reading, listed

IDENTITY = "7.1/identity"  # "Who is this?" is answered like HELP: who writes, and nothing about anybody
_NOTHING: Found = (frozenset(), ())
_LAST_WORD = re.compile(r"[^\W\d_]+(?=\W*\Z)")
_SHORT = 6  # words; "I am not Maria" is short, a story that ends in a name is not


def _one(safety: Safety, rule: str, quote: str) -> Found:
    return frozenset({safety}), (Because(rule, quote),)


def asks_help(reading: Reading) -> Found:
    """Return HELP for the keyword, and for the question who writes."""
    if is_bare(reading, listed("help")):
        return _one(Safety.HELP, "TWI-27/help", reading.normal.raw[:80])
    if is_bare(reading, listed("who")):
        return _one(Safety.HELP, IDENTITY, reading.normal.raw[:80])
    return _NOTHING


def _restart(reading: Reading) -> Found:
    if is_bare(reading, listed("restart")):
        return _one(Safety.OPT_IN, "LAW-25", reading.normal.raw[:80])
    return _NOTHING


def _scope(reading: Reading) -> Found:
    if is_bare(reading, listed("keep_rides")):
        return _one(Safety.KEEP_RIDES, "LAW-17", reading.normal.raw[:80])
    return _NOTHING


def _wrong_number(reading: Reading) -> Found:
    if hits := listed("wrong_number").found(reading):
        return _one(Safety.WRONG_NUMBER, "LAW-22/wrong-number", hits[0])
    tokens = reading.tokens
    last = _LAST_WORD.search(reading.normal.raw[-200:])
    named = last is not None and last[0].istitle()
    # "I'm not Going": a phone's capitals make no name of a word that members use every day.
    if named and 2 <= len(tokens) <= _SHORT and tokens[-1] not in vocabulary():
        for stem in listed("not_named").folded:
            before = len(stem.split())
            if reading.folded.startswith(stem) and 1 <= len(tokens) - before <= 2:
                return _one(Safety.WRONG_NUMBER, "LAW-22/other-name", reading.normal.raw[:80])
    return _NOTHING


def _deceased(alive: Reading) -> Found:
    rest = listed("not_deceased").without(alive)
    hits = listed("deceased").found(rest)
    return _one(Safety.DECEASED_REPORT, "OUT-04/deceased", hits[0]) if hits else _NOTHING


def _medicine(reading: Reading) -> Found:
    things = listed("medicine").found(reading)
    if things and (reading.asks or listed("medicine_cue").found(reading)):
        return _one(Safety.MEDICATION_QUESTION, "7.1/12", things[0])
    return _NOTHING


def notices(reading: Reading, alive: Reading, no_medicine: Reading) -> tuple[Found, ...]:
    """Return what each of the lesser screens found; they add up and never silence each other (rulebook 7.1).

    `alive` and `no_medicine` are the reply without what only sounds like a death, or like a question on a medicine.
    """
    looks = (asks_help, _restart, _scope, _wrong_number)
    return *(look(reading) for look in looks), _deceased(alive), _medicine(no_medicine)
