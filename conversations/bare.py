"""Whole replies: a keyword is a keyword when it is all the member wrote, courtesy aside (rulebook 1.10)."""

from __future__ import annotations

import re
from functools import cache

from conversations.reading import Phrases, Reading, listed, read
from locales.lexicon import every

LONGEST = 80  # nobody wraps one keyword in more courtesy than this
_MOST_WORDS = 5  # of one courtesy
_REPEATED = re.compile(r"\A((?: \S+)+?)\1+ \Z")
_REPEATED_UNSPACED = re.compile(r"\A(.+?)\1+\Z")


@cache
def _courtesies() -> frozenset[str]:
    terms = listed("courtesy")
    spaced = {read(term).folded.strip() for term in every("courtesy") if read(term).joined}  # Arabic has both
    return frozenset(spaced.union(term.strip() for term in terms.folded + terms.plain + terms.joined))


@cache
def _unspaced() -> tuple[str, ...]:
    return tuple(sorted(listed("courtesy").joined, key=len, reverse=True))


def _less(words: list[str]) -> list[str] | None:
    """Return the words without one courtesy at either end; None when there is none, or nothing but it."""
    for size in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
        if " ".join(words[:size]) in _courtesies():
            return words[size:]
        if " ".join(words[-size:]) in _courtesies():
            return words[:-size]
    return None


def uncourteous(text: str) -> str:
    """Return a short padded text without the courtesies at its two ends; courtesy alone stays as it is."""
    if len(text) > LONGEST:
        return text
    words = text.split()
    while " ".join(words) not in _courtesies() and (fewer := _less(words)):
        words = fewer
    return f" {' '.join(words)} "


def cores(text: str) -> set[str]:
    """Return a short text less its courtesies, in every way: "po" is one in Tagalog, and perhaps the end of STOP."""
    words = text.split()
    found, spans = {text}, [(0, len(words))]
    for start, end in spans:  # it grows as it is read
        found.add(" ".join(words[start:end]))
        for size in range(1, min(_MOST_WORDS, end - start - 1) + 1):
            fewer = (start + size, end), (start, end - size)
            cut = words[start : start + size], words[end - size : end]
            spans += [
                span
                for span, part in zip(fewer, cut, strict=True)
                if " ".join(part) in _courtesies() and span not in spans
            ]
    return found


def _unspaced_core(text: str) -> str:
    """Return the letters of a reply in a script without spaces, courtesy and repetition aside ("请停止谢谢")."""
    bare = text.replace(" ", "")
    while bare not in _courtesies() and bare.startswith(_unspaced()):
        bare = bare.removeprefix(next(term for term in _unspaced() if bare.startswith(term)))
    while bare not in _courtesies() and bare.endswith(_unspaced()):
        bare = bare.removesuffix(next(term for term in _unspaced() if bare.endswith(term)))
    return _REPEATED_UNSPACED.sub(r"\1", bare)


def _once(text: str) -> str:
    """Return a word or phrase once that is said over and over ("STOP STOP STOP")."""
    return _REPEATED.sub(r"\1 ", text)


def core(reading: Reading) -> str:
    """Return the padded words of a short reply without courtesy and repetition; "" for anything long."""
    return _once(uncourteous(reading.folded)) if len(reading.folded) <= LONGEST else ""


def is_bare(reading: Reading, terms: Phrases) -> bool:
    """Return whether the whole reply is one of `terms`, which may hold a courtesy themselves ("please stop")."""
    text = core(reading) if terms.may_be_in(reading) else ""
    if not text.strip():
        return False
    if text in terms.folded or reading.folded in terms.folded:
        return True
    if terms.plain and (reading.plain in terms.plain or _once(uncourteous(reading.plain)) in terms.plain):
        return True
    whole = (reading.joined, text.replace(" ", ""), _unspaced_core(text)) if reading.joined else ()
    return any(shape in terms.joined for shape in whole)
