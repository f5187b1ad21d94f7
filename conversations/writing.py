"""Writes the word lists of all languages into one graph, and keeps it, so that no start has to write it again."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from conversations.grammar import FILLER, SHIFT, Grammar, Meant, sounding
from conversations.normalise import folded
from conversations.pattern import END, GAP, START, BadPattern, Groups, Sequence, sequences
from locales.lexicon import Lexicon, fingerprint, lexicons

BUILT = Path(__file__).with_name("patterns.npz")
_ENDS = "\0"  # no word of a reply holds a NUL
_MARKS = (GAP, START, END)

Tree = dict[str, Any]


class _Known(dict[str, int]):
    """Words, and the languages (bits) that use them."""

    def mention(self, sequence: Sequence, bit: int) -> None:
        for key in sequence:
            self[key] = self.get(key, 0) | bit


class _Writer:
    """Writes the patterns of one language into the trees."""

    def __init__(self, lexicon: Lexicon, bit: int) -> None:
        self._lexicon, self._bit = lexicon, bit
        self._groups: Groups = {}
        self._sets = {f"<{name}>": list(sequences(written, self._groups)) for name, written in lexicon.words.items()}

    def write(self, patterns: Tree, sets: Tree, known: _Known, skipped: dict[str, int]) -> None:
        """Add everything this language says."""
        used: set[str] = set()
        for what, sequence in self._blocks():
            named = tuple(self._named(key) for key in self._folded(sequence))
            _add(patterns, named, what, self._lexicon.language)
            used.update(key for key in sequence if key.startswith("<"))
            known.mention(named, self._bit)
        self._sets |= {name: list(members) for members, name in self._groups.items()}
        for name in sorted(used):
            for sequence in map(self._folded, self._opened(name)):
                _add(sets, sequence, self._named(name), self._lexicon.language)
                known.mention(sequence, self._bit)
        for word, *_ in map(self._folded, sequences(self._lexicon.skip, {}) if self._lexicon.skip else ()):
            skipped[word] = skipped.get(word, 0) | self._bit
            known.mention((word,), self._bit)

    def _blocks(self) -> Iterator[tuple[str, Sequence]]:
        """Yield (what, pattern) of everything a lexicon says."""
        lexicon = self._lexicon
        tables = ((lexicon.say, ""), (lexicon.why, "why:"), (lexicon.when, "when:"), (lexicon.speak, "speak:"))
        for table, prefix in tables:
            for name, written in table.items():
                for sequence in sequences(written, self._groups):
                    yield f"{prefix}{name}", sequence
        for term in (*lexicon.filler, *lexicon.courtesy, *lexicon.joiners):
            for sequence in sequences(term, self._groups):
                yield FILLER, sequence

    def _folded(self, sequence: Sequence) -> Sequence:
        if self._lexicon.loose:
            return tuple(folded(key) if key.startswith("<") else sounding(folded(key)) for key in sequence)
        return tuple(folded(key) for key in sequence) if self._lexicon.fold else sequence

    def _named(self, key: str) -> str:
        return f"<{self._lexicon.language}:{key[1:]}" if key.startswith("<") else key

    def _opened(self, name: str, path: Sequence = ()) -> Iterator[Sequence]:
        """Yield the members of a set, the sets among them opened."""
        if name in path or name not in self._sets:
            raise BadPattern(f"{self._lexicon.language}: {name} {'holds itself' if name in path else 'is no set'}")
        for sequence in self._sets[name]:
            ways: list[Sequence] = [()]
            for key in sequence:
                more = list(self._opened(key, (*path, name))) if key.startswith("<") else [(key,)]
                ways = [way + other for way in ways for other in more]
            yield from ways


def _add(root: Tree, sequence: Sequence, what: str, language: str) -> None:
    node = root
    for key in sequence:
        node = node.setdefault(key, {})
    ends = node.setdefault(_ENDS, [])
    if (what, language) not in ends:
        ends.append((what, language))


class _Graph:
    """A tree with its equal branches made one: half the words of all languages end in the same few ways."""

    def __init__(self, words: dict[str, int]) -> None:
        self._words = words
        self._same: dict[tuple[Any, ...], int] = {}
        self._meant: dict[Meant, int] = {}
        self.edges: dict[int, int] = {}
        self.ends: dict[int, int] = {}

    @property
    def meant(self) -> list[Meant]:
        """Everything that ends somewhere."""
        return list(self._meant)

    def join(self, tree: Tree) -> int:
        """Return the node that stands for a tree and all like it; nodes count from 1."""
        children = tuple(sorted((self._words[key], self.join(node)) for key, node in tree.items() if key != _ENDS))
        meant = tuple(tree.get(_ENDS, ()))
        if (known := self._same.get((meant, children))) is not None:
            return known
        node = self._same[meant, children] = len(self._same) + 1
        self.edges.update((node << SHIFT | word, child) for word, child in children)
        if meant:
            self.ends[node] = self._meant.setdefault(meant, len(self._meant))
        return node


def _split(graph: _Graph, first_set: int, roots: tuple[int, int]) -> tuple[dict[int, int], dict[int, list[list[int]]]]:
    """Return the edges that are looked up by their word, and by node those that lead through a set."""
    edges: dict[int, int] = {}
    members: dict[int, list[list[int]]] = {}
    for edge, child in graph.edges.items():
        node, word = edge >> SHIFT, edge & (1 << SHIFT) - 1
        if word < first_set or node in roots:
            edges[edge] = child
        else:
            members.setdefault(node, []).append([word, child])
    return edges, members


def written() -> Grammar:
    """Return the grammar written from the word lists; BadPattern, with the language or the line, when one is wrong."""
    speakers = {language: 1 << place for place, language in enumerate(lexicons())}
    patterns, sets, known, skipped = Tree(), Tree(), _Known(), dict[str, int]()
    for language, lexicon in lexicons().items():
        _Writer(lexicon, speakers[language]).write(patterns, sets, known, skipped)
    plain = [*_MARKS, *(word for word in known if word not in _MARKS and not word.startswith("<"))]
    words = {word: place for place, word in enumerate((*plain, *(word for word in known if word.startswith("<"))))}
    graph = _Graph(words)
    roots = graph.join(sets), graph.join(patterns)
    masks = [known.get(word, 0) for word in words]
    edges, members = _split(graph, len(plain), roots)
    shared = {node: [(word, child) for word, child in each] for node, each in members.items()}
    named = _named(graph.meant, words, speakers)
    return Grammar(words, masks, skipped, speakers, edges, shared, graph.ends, graph.meant, named, *roots)


def _named(
    meant: Iterable[Meant], words: Mapping[str, int], speakers: Mapping[str, int]
) -> list[tuple[tuple[int, int], ...]]:
    """Return the sets that end with each of `meant`, as numbers; what patterns say is not among the words."""
    return [tuple((words[what], speakers[code]) for what, code in each if what in words) for each in meant]


def build(path: Path = BUILT) -> None:
    """Store the grammar; the same word lists give the same file."""
    made = written()
    names = [list(made.words), made.skipped, made.speakers, made.meant, fingerprint(), made.sets, made.patterns]
    through = [(node, *each) for node, members in made.members.items() for each in members]
    np.savez_compressed(
        path,
        names=np.frombuffer(json.dumps(names, ensure_ascii=False, separators=(",", ":")).encode(), np.uint8),
        masks=np.array(made.masks, np.uint32),
        edges=np.fromiter(made.edges, np.int64, len(made.edges)),
        children=np.fromiter(made.edges.values(), np.int32, len(made.edges)),
        through=np.array(through, np.int32),
        ends=np.array(list(made.ends.items()), np.int32),
    )


def stored(path: Path = BUILT) -> Grammar | None:
    """Return the stored grammar; None when there is none, or when the word lists have changed since."""
    if not path.exists():
        return None
    with np.load(path) as file:
        words, skipped, speakers, meant, taught_from, *roots = json.loads(file["names"].tobytes())
        if taught_from != fingerprint():
            return None
        nodes = list(range(int(file["children"].max()) + 1))  # one number for each, however many edges lead to it
        edges = dict(zip(file["edges"].tolist(), map(nodes.__getitem__, file["children"].tolist()), strict=True))
        members: dict[int, list[tuple[int, int]]] = {}
        for node, word, child in file["through"].tolist():
            members.setdefault(node, []).append((word, child))
        ends = dict(file["ends"].tolist())
        masks = array("I", file["masks"].tolist())
    numbered = dict(zip(words, range(len(words)), strict=True))
    said = [tuple((what, language) for what, language in each) for each in meant]
    named = _named(said, numbered, speakers)
    return Grammar(numbered, masks, skipped, speakers, edges, members, ends, said, named, *roots)


if __name__ == "__main__":
    build()
