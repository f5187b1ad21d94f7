"""Reads the digit of a menu out of a reply: "1", "#1", "uno", a keycap, "1 please" (COPY-02, 7.1 step 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conversations.bare import core, uncourteous
from conversations.reading import Reading

_WORDS: Mapping[str, str] = {
    word: str(number)
    for number, words in enumerate(
        (
            ("one", "uno", "una", "一"),
            ("two", "dos", "二"),
            ("three", "tres", "三"),
            ("four", "cuatro", "四"),
            ("five", "cinco", "五"),
            ("six", "seis", "六"),
        ),
        start=1,
    )
    for word in words
}
_LEADS = frozenset({"number", "option", "answer", "reply", "press", "numero", "opcion", "respuesta", "the", "la", "el"})


@dataclass(frozen=True, slots=True)
class Choice:
    """The one digit a reply opens with, and the words after it; `digit` is None when it names several."""

    digit: str | None
    rest: tuple[str, ...] = ()


def _digit(word: str) -> str | None:
    return word if word.isdecimal() else _WORDS.get(word)


def choice(reading: Reading) -> Choice | None:
    """Return the digit `reading` chooses, a Choice without one when it names two, None when it opens with none."""
    words = (core(reading) or uncourteous(reading.folded)).split()
    if len(words) > 1 and words[0] in _LEADS and _digit(words[1]):
        words = words[1:]
    if not words or (first := _digit(words[0])) is None:
        return None
    rest = tuple(word for word in words[1:] if _digit(word) != first)
    if rest and not words[0].isdecimal():
        return None  # "one more stop", "una amiga": only alone is a word a digit
    return Choice(None if any(_digit(word) for word in rest) else first, rest)
