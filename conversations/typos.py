"""Light typo tolerance: a long word one slip away from an alarming word is read as that word (CRI-03)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

import regex
from rapidfuzz.distance import OSA

from conversations.reading import Reading, groups, listed, read, written

SHORT, LONG = 4, 6
# Where one letter is a syllable or a word, another letter is another word: a cough ("咳") is not blood ("血").
_SYLLABLES = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}]")
READ_CLOSELY = 2_000  # characters; exact words are looked for in the whole text


def _shortened(word: str) -> Iterator[str]:
    """Yield the word and every form with one letter left out: words one slip apart share one of these."""
    yield word
    for position in range(len(word)):
        yield word[:position] + word[position + 1 :]


@cache
def _alarming() -> frozenset[str]:
    terms = [term for name in ("crisis", "abuse") for group in groups(name) for term in written(name, group)]
    words = (word for term in terms for word in read(term).tokens)
    return frozenset(word for word in words if len(word) >= SHORT and not _SYLLABLES.search(word))


@cache
def _index() -> Mapping[str, tuple[str, ...]]:
    table: dict[str, list[str]] = defaultdict(list)
    for word in sorted(_alarming()):
        for form in _shortened(word):
            table[form].append(word)
    return {form: tuple(words) for form, words in table.items()}


@cache
def _ordinary() -> frozenset[str]:
    names = ("real_words", "help", "restart", "opt_out", "courtesy")
    return frozenset(term.strip() for name in names for term in listed(name).folded)


def _is_slip(typed: str, word: str) -> bool:
    if min(len(word), len(typed) + 1) < LONG:  # short words: only two neighbours swapped, "chets" for "chest"
        return sorted(typed) == sorted(word) and OSA.distance(typed, word) == 1
    return OSA.distance(typed, word, score_cutoff=1) == 1


def _meant(typed: str) -> tuple[str, ...]:
    """Return the alarming words `typed` may have been meant as, or itself."""
    if not SHORT <= len(typed) <= 20 or typed in _ordinary() or typed in _alarming():
        return (typed,)
    index = _index()
    near = (word for form in _shortened(typed) for word in index.get(form, ()) if _is_slip(typed, word))
    return tuple(dict.fromkeys(near)) or (typed,)


def corrected(reading: Reading) -> Reading:
    """Return `reading` with slips in its first 2,000 characters read as the alarming words they resemble (CRI-03).

    A slip may resemble a word in two languages, so up to three ways to read the whole reply stand side by side.
    """
    words = reading.folded[:READ_CLOSELY].split()
    choices = [_meant(word) for word in words]
    if [choice[0] for choice in choices] == words:
        return reading
    ways = min(3, max(len(choice) for choice in choices))
    texts = (" ".join(choice[min(way, len(choice) - 1)] for choice in choices) for way in range(ways))
    return reading.reworded(f" {' | '.join(texts)} ")
