"""Whole replies: a keyword is a keyword when it is all the member wrote, courtesy aside (rulebook 1.10)."""

from __future__ import annotations

from functools import cache

from conversations.reading import Phrases, Reading, listed

_LONGEST = 80  # nobody wraps one keyword in more courtesy than this


@cache
def _courtesies() -> tuple[str, ...]:
    return tuple(sorted(listed("courtesy").folded, key=len, reverse=True))


def uncourteous(text: str) -> str:
    """Return a short padded text without the courtesies at its two ends; courtesy alone stays as it is."""
    if len(text) > _LONGEST or text in _courtesies():
        return text
    for term in _courtesies():
        if len(text) <= len(term):
            continue
        if text.startswith(term):
            return uncourteous(text[len(term) - 1 :])
        if text.endswith(term):
            return uncourteous(text[: 1 - len(term)])
    return text


def _once(text: str) -> str:
    """Return one word for a word said over and over ("STOP STOP STOP")."""
    words = text.split()
    return f" {words[0]} " if len(set(words)) == 1 else text


def core(reading: Reading) -> str:
    """Return the padded words of a short reply without courtesy and repetition; "" for anything long."""
    return _once(uncourteous(reading.folded)) if len(reading.folded) <= _LONGEST else ""


def is_bare(reading: Reading, terms: Phrases) -> bool:
    """Return whether the whole reply is one of `terms`."""
    text = core(reading)
    if not text.strip():
        return False
    if text in terms.folded or text.replace(" ", "") in terms.joined:
        return True
    return uncourteous(reading.plain) in terms.plain
