"""A reply laid out for searching, and word lists laid out to be searched for: every match is a plain substring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache

import regex

from conversations.normalise import Normal, normalise
from locales.lexicon import lexicons

_QUESTION = frozenset("?？؟՞")
# Scripts written without spaces, or whose words grow prefixes and endings: looked for anywhere in the text.
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Arabic}]")


@dataclass(frozen=True, slots=True)
class Reading:
    """A reply between spaces, so that " stop " finds the word and never a part of one."""

    normal: Normal
    plain: str = field(repr=False)
    folded: str = field(repr=False)
    joined: str = field(repr=False)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The words, without accents."""
        return tuple(self.folded.split())

    @property
    def asks(self) -> bool:
        """Whether a question mark stands in the reply, of any script."""
        return not _QUESTION.isdisjoint(self.normal.raw)


@dataclass(frozen=True, slots=True)
class Phrases:
    """Search terms by the layout they are looked for in."""

    plain: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()

    def found(self, reading: Reading) -> tuple[str, ...]:
        """Return the terms that occur in `reading`."""
        hits = [term for term in self.folded if term in reading.folded]
        hits += [term for term in self.plain if term in reading.plain]
        if reading.joined:
            hits += [term for term in self.joined if term in reading.joined]
        return tuple(hit.strip() for hit in hits)

    def without(self, reading: Reading) -> Reading:
        """Return `reading` with these phrases blanked out; a guard hides its words from whoever looks next."""
        plain, folded, joined = reading.plain, reading.folded, reading.joined
        for term in sorted(self.folded, key=len, reverse=True):
            folded, plain = folded.replace(term, " | "), plain.replace(term, " | ")
        for term in self.plain:
            plain, folded = plain.replace(term, " | "), folded.replace(term, " | ")
        for term in self.joined:
            joined = joined.replace(term, "|")
        return replace(reading, plain=plain, folded=folded, joined=joined)


@cache
def _respellings() -> tuple[tuple[str, str], ...]:
    pairs = [pair for lexicon in lexicons().values() for pair in lexicon.respell.items()]
    return tuple((f" {typed} ", f" {meant} ") for typed, meant in sorted(pairs, key=lambda pair: -len(pair[0])))


def _pad(text: str) -> str:
    padded = f" {text} "
    for typed, meant in _respellings():
        if typed in padded:
            # Twice: neighbours share the space between them ("txt txt").
            padded = padded.replace(typed, meant).replace(typed, meant)
    return padded


def read(text: str) -> Reading:
    """Return `text` laid out for searching; text-message spellings are written out."""
    normal = normalise(text)
    folded = _pad(normal.folded)
    plain = folded if normal.plain == normal.folded else _pad(normal.plain)
    joined = normal.folded.replace(" ", "") if _UNSPACED.search(normal.folded) else ""
    return Reading(normal, plain, folded, joined)


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


@cache
def grouped(name: str, group: str) -> Phrases:
    """Return one group of a list ("crisis", "C1") over every lexicon, laid out."""
    return phrases(
        (term, lexicon.fold) for lexicon in lexicons().values() for term in getattr(lexicon, name).get(group, ())
    )


def _acts(act: str, in_sentences: bool) -> Phrases:
    """Lay out an act in the languages whose reasons are known too, and so are read in sentences, or in the others."""
    return phrases(
        (term, lexicon.fold)
        for lexicon in lexicons().values()
        if bool(lexicon.reasons) is in_sentences
        for term in lexicon.acts.get(act, ())
    )


@cache
def acts_in_sentences(act: str) -> Phrases:
    """Return the terms of an act that count inside a sentence."""
    return _acts(act, in_sentences=True)


@cache
def acts_alone(act: str) -> Phrases:
    """Return the terms of an act that count as whole replies only: nobody guesses at a sentence around them."""
    return _acts(act, in_sentences=False)


@cache
def groups(name: str) -> tuple[str, ...]:
    """Return the group names that any lexicon has under `name`."""
    return tuple(sorted({group for lexicon in lexicons().values() for group in getattr(lexicon, name)}))
