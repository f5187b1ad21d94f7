"""Slips of the keys in ordinary words: a long unknown word is read as the one known word it is a letter away from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

import regex
from rapidfuzz.distance import OSA

from conversations.grammar import grammar
from conversations.tokens import Tokens

_SHORTEST = 5  # letters; shorter words have too many neighbours
_READ = 40  # words; nobody's slips matter in a letter
_ALPHABETIC = regex.compile(r"[\p{Latin}\p{Cyrillic}\p{Armenian}]+")


@cache
def _shelves() -> Mapping[tuple[str, str, int], tuple[str, ...]]:
    """Return the known words of each language by first letter and length."""
    shelves: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    for word, languages in zip(grammar().words, grammar().masks, strict=True):
        if len(word) >= _SHORTEST and _ALPHABETIC.fullmatch(word):
            for language, bit in grammar().speakers.items():
                if languages & bit:
                    shelves[language, word[0], len(word)].append(word)
    return {shelf: tuple(words) for shelf, words in shelves.items()}


def _near(word: str, languages: tuple[str, ...]) -> str | None:
    shelves = _shelves()
    near = {
        other
        for language in languages
        for size in range(len(word) - 1, len(word) + 2)
        for other in shelves.get((language, word[0], size), ())
        if OSA.distance(word, other, score_cutoff=1) == 1
    }
    return near.pop() if len(near) == 1 else None


def misspelt(tokens: Tokens, language: str) -> dict[int, str]:
    """Return the place of each misspelt word and the word it was meant as; only where one word alone comes close."""
    known, found = grammar(), dict[int, str]()
    languages = tuple(dict.fromkeys((language.partition("-")[0], "en", "es")))
    for place, word in enumerate(tokens.folded[:_READ]):
        long = len(word) >= _SHORTEST and _ALPHABETIC.fullmatch(word)
        if not long or known.knows(word, tokens.plain[place]):
            continue
        if meant := _near(word, languages):
            found[place] = meant
    return found
