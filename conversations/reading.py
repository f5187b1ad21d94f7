"""A reply laid out for searching, and word lists laid out to be searched for: every match is a plain substring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import regex

from conversations.normalise import Normal, normalise
from locales.lexicon import lexicons

_QUESTION = frozenset("?？؟՞")
# Scripts written without spaces, or whose words grow prefixes and endings: looked for anywhere in the text.
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Arabic}]")


_JOINED = 2  # the layout without spaces, after folded and plain
_ANYWHERE = frozenset({""})  # what a stem of one word starts with
_Entry = tuple[int, int, str]  # rank, layout, term


def every_one(padded: str, term: str, other: str) -> str:
    """Replace a padded term wherever it stands; twice, because neighbours share the space between them ("txt txt")."""
    return padded.replace(term, other).replace(term, other) if term in padded else padded


def _start(term: str, layout: int) -> str:
    if layout == _JOINED:
        return term[0]
    first, space, _ = term[1:].partition(" ")
    return first if space else ""


def _starts(*layouts: str) -> frozenset[str]:
    plain, folded, joined = layouts
    return frozenset(plain.split()).union(folded.split(), joined)


@dataclass(frozen=True, slots=True)
class Reading:
    """A reply between spaces, so that " stop " finds the word and never a part of one."""

    normal: Normal
    plain: str = field(repr=False)
    folded: str = field(repr=False)
    joined: str = field(repr=False)
    # What a search may start from: every word, and every letter of a script without spaces.
    starts: frozenset[str] = field(repr=False, compare=False)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The words, without accents."""
        return tuple(self.folded.split())

    @property
    def asks(self) -> bool:
        """Whether a question mark stands in the reply, of any script."""
        return not _QUESTION.isdisjoint(self.normal.raw)

    def reworded(self, folded: str, *phrases: str) -> Reading:
        """Return the same reply with other words for its own; where no spaces are, `phrases` are cut out of it."""
        joined = folded.replace(" ", "") if self.joined else ""
        for phrase in phrases if joined else ():
            joined = joined.replace(phrase.replace(" ", ""), "|")
        return Reading(self.normal, self.plain, folded, joined, _starts(self.plain, folded, joined))


@dataclass(frozen=True, slots=True)
class Phrases:
    """Search terms by the layout they are looked for in."""

    plain: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    # (rank, layout, term) by what the term starts with: most terms are never compared with a reply at all.
    _index: Mapping[str, list[_Entry]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the terms by what they start with."""
        laid_out = [(layout, term) for layout, terms in enumerate(self._layouts) for term in terms]
        table: dict[str, list[_Entry]] = defaultdict(list)
        for rank, (layout, term) in enumerate(laid_out):
            table[_start(term, layout)].append((rank, layout, term))
        object.__setattr__(self, "_index", dict(table))

    @property
    def _layouts(self) -> tuple[tuple[str, ...], ...]:
        return self.folded, self.plain, self.joined

    def may_be_in(self, reading: Reading) -> bool:
        """Return whether `reading` holds the beginning of any term; most replies are turned away here."""
        return not self._index.keys().isdisjoint(reading.starts) or "" in self._index

    def _hits(self, reading: Reading) -> list[_Entry]:
        texts = (reading.folded, reading.plain, reading.joined)
        begun = [entry for start in self._index.keys() & reading.starts for entry in self._index[start]]
        return sorted(entry for entry in (*begun, *self._index.get("", ())) if entry[2] in texts[entry[1]])

    def found(self, reading: Reading) -> tuple[str, ...]:
        """Return the terms that occur in `reading`, in the order they are listed."""
        return tuple(term.strip() for _, _, term in self._hits(reading))

    def without(self, reading: Reading) -> Reading:
        """Return `reading` with these phrases blanked out; a guard hides its words from whoever looks next."""
        plain, folded, joined = reading.plain, reading.folded, reading.joined
        # The longest first, or a short guard would break up a longer one.
        for _, layout, term in sorted(self._hits(reading), key=lambda entry: -len(entry[2])):
            if layout == _JOINED:
                joined = joined.replace(term, "|")
            else:
                folded, plain = every_one(folded, term, " | "), every_one(plain, term, " | ")
        return replace(reading, plain=plain, folded=folded, joined=joined)


@cache
def _respellings() -> tuple[tuple[str, str, str], ...]:
    pairs = [pair for lexicon in lexicons().values() for pair in lexicon.respell.items()]
    longest_first = sorted(pairs, key=lambda pair: -len(pair[0]))
    return tuple((typed.split()[0], f" {typed} ", f" {meant} ") for typed, meant in longest_first)


def _pad(text: str) -> str:
    padded, words = f" {text} ", set(text.split())
    for first, typed, meant in _respellings():
        if first in words:
            padded = every_one(padded, typed, meant)
    return padded


def read(text: str) -> Reading:
    """Return `text` laid out for searching; text-message spellings are written out."""
    normal = normalise(text)
    folded = _pad(normal.folded)
    plain = folded if normal.plain == normal.folded else _pad(normal.plain)
    joined = normal.folded.replace(" ", "") if _UNSPACED.search(normal.folded) else ""
    return Reading(normal, plain, folded, joined, _starts(plain, folded, joined))


def phrases(terms: Iterable[tuple[str, bool]]) -> Phrases:
    """Lay out terms, each with whether accents may be ignored in it; a trailing `*` leaves the end open."""
    plain: list[str] = []
    folded: list[str] = []
    joined: list[str] = []
    for written, fold in terms:
        term = read(written)
        if term.joined:
            joined.append(term.joined)
            continue
        text = term.folded if fold else term.plain
        (folded if fold else plain).append(text.rstrip() if written.endswith("*") else text)
    return Phrases(tuple(dict.fromkeys(plain)), tuple(dict.fromkeys(folded)), tuple(dict.fromkeys(joined)))


@cache
def listed(name: str) -> Phrases:
    """Return one list of every lexicon, laid out; all languages are looked for at once (rulebook 1.10)."""
    return phrases((term, lexicon.fold) for lexicon in lexicons().values() for term in getattr(lexicon, name))


def written(name: str, group: str) -> tuple[str, ...]:
    """Return the terms of one group of a list as they are written, stars left out."""
    return tuple(term.rstrip("*") for lexicon in lexicons().values() for term in getattr(lexicon, name).get(group, ()))


@cache
def grouped(name: str, group: str) -> Phrases:
    """Return one group of a list ("crisis", "C1") over every lexicon, laid out."""
    return phrases(
        (term, lexicon.fold) for lexicon in lexicons().values() for term in getattr(lexicon, name).get(group, ())
    )


@cache
def groups(name: str) -> tuple[str, ...]:
    """Return the group names that any lexicon has under `name`."""
    return tuple(sorted({group for lexicon in lexicons().values() for group in getattr(lexicon, name)}))
