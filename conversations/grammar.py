"""Every word list as one graph: what a reply says in any language is found in one walk along its words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from conversations.pattern import END, GAP, START
from conversations.tokens import BREAK, NUMBER, Tokens

FILLER = "filler"
SHIFT = 20  # an edge is known by its node and its word: node << SHIFT | word
_FAR = 3  # words a gap spans at most
_SKIPS = 4  # words run over inside one pattern at most: a letter of nothing but "please" must not take for ever
_SHORTEST_STEM, _LONGEST_STEM = 2, 24  # letters
EVERYWHERE = ("en", "es")  # whoever lives in the United States mixes these in
_PREFIXES, _PREFIXING = ("و", "ال", "وال"), "وا"  # Arabic writes "and" and "the" as part of the word
_SOUNDS = (
    ("aa", "a"),
    ("ee", "i"),
    ("ii", "i"),
    ("oo", "u"),
    ("uu", "u"),
    ("w", "v"),
    ("z", "j"),
    ("ph", "f"),
    ("ai", "e"),
)
_DOUBLED = re.compile(r"([a-z])\1")
_DATE, _CLOCK = "#/#", "#:#"

Used = tuple[int, ...]
Meant = tuple[tuple[str, str], ...]  # what is said, and in which language


@dataclass(frozen=True, slots=True)
class Said:
    """One thing found in a reply: what, in which language, and which words say it."""

    what: str
    language: str
    used: Used
    weight: int = field(default=0, compare=False)


def sounding(word: str) -> str:
    """Return how a romanised word sounds, as a key of its own: what many spell in many ways is one (Hindi, Punjabi)."""
    if not word.isascii() or not word.isalpha():
        return word
    for spelt, sound in _SOUNDS:
        word = word.replace(spelt, sound)
    word = _DOUBLED.sub(r"\1", word)
    return f"~{word[:-1] if len(word) > 2 and word[-1] == 'n' and word[-2] in 'aeiou' else word}"


@dataclass(frozen=True, slots=True)
class Grammar:
    """The patterns of all languages as a graph of words; sets of words have one of their own, with the same edges.

    Words, sets and marks are numbers. `masks` says which languages (bits of `speakers`) use a word, `skipped` which run
    over it inside a pattern.
    """

    words: Mapping[str, int] = field(repr=False)
    masks: Sequence[int] = field(repr=False)
    skipped: Mapping[str, int] = field(repr=False)
    speakers: Mapping[str, int] = field(repr=False)
    edges: Mapping[int, int] = field(repr=False)
    members: Mapping[int, Sequence[tuple[int, int]]] = field(repr=False)  # node -> (set, child) behind the first word
    ends: Mapping[int, int] = field(repr=False)  # node -> which of `meant`
    meant: Sequence[Meant] = field(repr=False)
    named: Sequence[tuple[tuple[int, int], ...]] = field(repr=False)  # the same where sets end: (set, its speaker)
    sets: int = 0
    patterns: int = 0

    def forms(self, folded: str, plain: str) -> tuple[str, ...]:
        """Return every form under which a word is looked up: without and with accents, its beginnings, its kind."""
        if folded.isdecimal():
            return (folded, NUMBER)
        if folded[0].isdecimal() and ("/" in folded or ":" in folded):
            return (folded, _DATE if "/" in folded else _CLOCK)
        words: tuple[str, ...] = (folded,) if folded == plain else (folded, plain)
        if folded[0] in _PREFIXING:
            words += tuple(
                folded[len(each) :] for each in _PREFIXES if folded.startswith(each) and len(folded) > len(each) + 2
            )
        loose = sounding(folded)
        if loose in self.words:
            words += (loose,)
        longest = _LONGEST_STEM + 1
        begun = (f"{word[:size]}*" for word in words for size in range(_SHORTEST_STEM, min(len(word) + 1, longest)))
        return words + tuple(stem for stem in begun if stem in self.words)

    def knows(self, folded: str, plain: str) -> bool:
        """Return whether any language uses a word."""
        return any(form in self.words for form in self.forms(folded, plain))

    def find(self, tokens: Tokens, extra: Mapping[int, str], language: str = "") -> list[Said]:
        """Return everything the patterns of any likely language find; `extra` holds what misspelt words may mean.

        Likely are `language`, those that everybody here mixes in, and those that know half of the words.
        """
        return _Search(self, tokens, extra, language).find()


class _Search:
    """One walk through the graph along one reply."""

    def __init__(self, grammar: Grammar, tokens: Tokens, extra: Mapping[int, str], language: str) -> None:
        forms = [grammar.forms(*pair) for pair in zip(tokens.folded, tokens.plain, strict=True)]
        for place, word in extra.items():
            forms[place] += grammar.forms(word, word)
        numbers = grammar.words
        self._grammar = grammar
        self._words = [tuple(numbers[form] for form in known if form in numbers) for known in forms]
        self._breaks = [word == BREAK for word in tokens.folded]
        self._lengths = [len(word) for word in tokens.folded]
        self._skipped = [grammar.skipped.get(word, 0) for word in tokens.folded]
        self._spans: list[dict[int, dict[int, Used]]] = [{} for _ in forms]  # set -> the place after it -> its words
        self._likely = self._languages(language)
        self._start, self._end, self._gap = (numbers.get(mark, -1) for mark in (START, END, GAP))

    def _languages(self, language: str) -> int:
        """Return the bits of the languages that are looked for."""
        grammar, known = self._grammar, Counter[int]()
        for forms, is_break in zip(self._words, self._breaks, strict=True):
            mask = 0
            for form in forms if not is_break else ():
                mask |= grammar.masks[form]
            while mask:
                bit = mask & -mask
                known[bit] += 1
                mask ^= bit
        words = len(self._breaks) - sum(self._breaks)
        always = (language, language.partition("-")[0], *EVERYWHERE)
        bits = sum({grammar.speakers[code] for code in always if code in grammar.speakers})
        for bit, count in known.items():
            if count * 2 >= words:
                bits |= bit
        return bits

    def find(self) -> list[Said]:
        """Return everything found, sets of words first: patterns are made of them."""
        grammar, found = self._grammar, dict[Said, None]()
        for place in range(len(self._words)):
            spans = self._spans[place]
            for used, after, node, who in self._paths(grammar.sets, place):
                for name, speaker in grammar.named[grammar.ends[node]]:
                    if speaker & who and len(used) > len(spans.setdefault(name, {}).get(after, ())):
                        spans[name][after] = used
        for place in range(len(self._words)):
            for used, _, node, who in self._paths(grammar.patterns, place):
                for what, language in grammar.meant[grammar.ends[node]]:
                    if grammar.speakers[language] & who:
                        found[Said(what, language, used, sum(self._lengths[at] for at in used))] = None
        return list(found)

    def _paths(self, root: int, place: int) -> Iterator[tuple[Used, int, int, int]]:
        """Yield (words used, the place after the last, the node, who may skip so) for each end reached from `place`.

        Of the ways to one node at one place those that use more words than the ways before are followed, or a letter of
        particles would have millions.
        """
        edges, members, ends, length = self._grammar.edges, self._grammar.members, self._grammar.ends, len(self._words)
        stack: list[tuple[int, int, Used, int, int]] = [(root, place, (), self._likely, _SKIPS)]
        if (place == 0 or self._breaks[place - 1]) and (child := edges.get(root << SHIFT | self._start)):
            stack.append((child, place, (), self._likely, _SKIPS))
        best: dict[tuple[int, int, int], int] = {}
        while stack:
            node, at, used, who, skips = stack.pop()
            if len(used) <= best.get((node, at, who), -1):
                continue
            best[node, at, who] = len(used)
            if used and node in ends:
                yield used, at, node, who
            edge = node << SHIFT
            if (at == length or self._breaks[at]) and (child := edges.get(edge | self._end)):
                stack.append((child, at, used, who, skips))
            if at == length:
                continue
            for word in self._words[at]:
                if child := edges.get(edge | word):
                    stack.append((child, at + 1, (*used, at), who, skips))
            if spans := self._spans[at]:
                named = members.get(node, ()) if node != root else self._first(root, spans)
                stack += [
                    (child, after, used + inner, who, skips)
                    for name, child in named
                    if name in spans
                    for after, inner in spans[name].items()
                ]
            if not used or self._breaks[at]:
                continue
            if skips and self._skipped[at] & who:
                stack.append((node, at + 1, used, who & self._skipped[at], skips - 1))
            if child := edges.get(edge | self._gap):
                for over in range(_FAR + 1):
                    if at + over > length - 1 or self._breaks[at + over]:
                        break
                    stack.append((child, at + over, used, who, skips))

    def _first(self, root: int, spans: Iterable[int]) -> list[tuple[int, int]]:
        """Return the sets that stand here and begin a pattern; a root has thousands, and few of them stand anywhere."""
        edges, edge = self._grammar.edges, root << SHIFT
        return [(name, child) for name in spans if (child := edges.get(edge | name))]


@cache
def grammar() -> Grammar:
    """Return the grammar of all languages: the stored one while the word lists are the same, else written anew."""
    from conversations import writing  # it needs this module; most starts never write

    return writing.stored() or writing.written()
