"""A slip that is put right in the next text: "sorry I meant 2", "no wait, 1", "perdón, quise decir 3"."""

from __future__ import annotations

import re

from conversations.normalise import normalise

# Words that take an answer back, in the languages whose sentences are read; without accents, as they are looked up.
_TAKES_BACK = (
    "i meant to say", "i meant to send", "i meant to put", "i meant", "i mean", "meant", "oops", "ooops", "whoops",
    "my mistake", "correction", "typo", "scratch that", "wrong one", "changed my mind",
    "quise decir", "quiero decir", "quise poner", "digo", "me equivoque", "correccion", "mejor dicho",
)  # fmt: skip
# Words of a slip too, but also of an apology: they take something back only where a digit stands in its place.
_WITH_A_DIGIT = (
    "sorry", "wait", "hold on", "my bad", "actually", "espere", "espera", "perdon", "perdone", "disculpe",
)  # fmt: skip
_BESIDE = ("no", "oh", "not", "was", "that", "it", "its", "i", "ay", "fue", "era")
_INSTEAD_OF = re.compile(r" (?:not|no|instead of|en vez de) \d$")
_LONGEST = 80  # a slip is put right in a few words


def _any_of(words: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


_CLEAR = re.compile(rf"{_any_of(_TAKES_BACK)}(?= |$)")
_LEAD = re.compile(rf"(?:{_any_of(_TAKES_BACK + _WITH_A_DIGIT + _BESIDE)} )+")
_AFTER = re.compile(rf"(\d) {_any_of(_TAKES_BACK + _WITH_A_DIGIT)}")


def corrected(text: str) -> str | None:
    """Return what is said in place of the answer before, in lookup form; None when nothing is taken back."""
    said = _INSTEAD_OF.sub("", normalise(text).folded)
    if len(said) > _LONGEST:
        return None
    if after := _AFTER.fullmatch(said):  # "2 sorry"
        return after[1]
    lead = _LEAD.match(said)
    rest = said[lead.end() :] if lead else ""
    if lead is None or not rest:
        return None
    words = lead[0].strip()
    by_digit = rest.isdigit() and re.search(rf"\b{_any_of(_WITH_A_DIGIT)}\b", words)
    return rest if by_digit or re.search(rf"\b{_CLEAR.pattern}", words) else None
