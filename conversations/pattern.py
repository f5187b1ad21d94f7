"""The small language word lists are written in: what members say, with alternatives, options and gaps.

A line such as `<cannot> .. (come|make it) [to it]` holds words, a set of words by name, a gap of at most three words,
alternatives and what may be left out. `word*` is the beginning of a word, `#` a number, `^` and `$` the two ends of a
clause, `[this]` and `this?` may be missing. Lines and bars at the outermost level separate patterns.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

import regex

from conversations.tokens import NUMBER, tokenise

GAP, START, END = "..", "^", "$"
Sequence = tuple[str, ...]

_MOST = 2_000  # ways to say one line; more is a mistake of its author
_FEW = 3  # alternatives that are written out; more become a set of their own
_LEX = regex.compile(r"<[a-z0-9_]+>|\.\.|[()\[\]|^$?]|[^\s()\[\]|<>^$?]+|\n")

Groups = dict[tuple[Sequence, ...], str]


class BadPattern(ValueError):
    """A pattern that cannot be read: what is wrong with it, and where."""


@cache
def _literal(word: str) -> Sequence:
    if word.startswith((NUMBER, ":")):
        return (word,)
    stem = word.endswith("*")
    words = tokenise(word.rstrip("*")).plain
    return (*words[:-1], words[-1] + "*") if stem and words else words  # of a sign that says nothing, nothing is left


class _Reader:
    def __init__(self, written: str, groups: Groups) -> None:
        self._written = written
        self._groups = groups
        self._items = _LEX.findall(written)
        self._at = 0

    def alternatives(self, closing: str = "") -> list[Sequence]:
        """Read up to `closing`, or to the end, and return every way to say it."""
        found: list[Sequence] = []
        while True:
            found += self._one()
            item = self._next()
            if item == closing:
                return found
            if item not in ("|", "\n"):
                raise BadPattern(f"{item or 'the end'!r} where {closing or 'a bar'!r} belongs: {self._written[:80]!r}")

    def _one(self) -> list[Sequence]:
        parts: list[list[Sequence]] = []
        while self._at < len(self._items) and self._items[self._at] not in ("|", "\n", ")", "]"):
            parts.append(self._part(self._next()))
        ways = 1
        for part in parts:
            ways *= len(part)
        if ways > _MOST:
            raise BadPattern(f"{ways} ways to say {self._written[:80]!r}; put words into a set")
        return [_trimmed(tuple(word for way in chosen for word in way)) for chosen in product(*parts)]

    def _part(self, item: str) -> list[Sequence]:
        found = self._required(item)
        if self._at < len(self._items) and self._items[self._at] == "?":
            self._next()
            return [*found, ()]
        return found

    def _required(self, item: str) -> list[Sequence]:
        if item == "[":
            return [*self._grouped("]"), ()]
        if item == "(":
            return self._grouped(")")
        if item in (GAP, START, END) or item.startswith("<"):
            return [(item,)]
        if item == "?":
            raise BadPattern(f"a question mark stands behind what may be missing: {self._written[:80]!r}")
        return [_literal(item)]

    def _grouped(self, closing: str) -> list[Sequence]:
        """Return the ways to say a group; many of them stand behind one name, or a line would have thousands."""
        found = list(dict.fromkeys(self.alternatives(closing)))
        if len(found) <= _FEW or () in found:
            return found
        return [(self._groups.setdefault(tuple(found), f"<@{len(self._groups)}>"),)]

    def _next(self) -> str:
        item = self._items[self._at] if self._at < len(self._items) else ""
        self._at += 1
        return item


def _trimmed(sequence: Sequence) -> Sequence:
    """Drop a gap at either end, which says nothing."""
    start = 1 if sequence[:1] == (GAP,) else 0
    return sequence[start:-1] if sequence[start:][-1:] == (GAP,) else sequence[start:]


def sequences(written: str, groups: Groups) -> Iterator[Sequence]:
    """Return every sequence a block of patterns stands for; `groups` takes the sets without a name.

    BadPattern when it cannot be read.
    """
    seen = dict.fromkeys(_Reader(written.strip(), groups).alternatives())
    return (sequence for sequence in seen if sequence)
