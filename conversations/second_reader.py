"""A second opinion on a reply: a small table of weights over pieces of words, learnt from labelled examples.

It never acts alone. It vetoes what the patterns read with too little ground, and where they find nothing it may say
what a reply is about, for as much as its certainty allows (understanding 8).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import numpy as np

from conversations.acts import Saying
from conversations.meaning import Intent, Reason
from conversations.tokens import BREAK, Tokens

WEIGHTS = Path(__file__).with_name("second_reader.npz")
SIZE = 1 << 16  # rows of the table; pieces that share one are told apart by the others of their reply
INTENTS = tuple(Intent)
REASONS = tuple(reason for reason in Reason if reason is not Reason.NOT_STATED)
_READ = 60  # words of a reply; more are a letter
_SIZES = (2, 3, 4, 5)  # letters in a piece of a word


@dataclass(frozen=True, slots=True)
class Opinion:
    """How likely each intent and each reason is, 0..1; they need not add up to one."""

    intents: dict[Intent, float]
    reasons: dict[Reason, float]

    def after_the_visit(self) -> Opinion:
        """Return the same where who does not come did not come."""
        declined, missed = self.intents[Intent.DECLINE], self.intents[Intent.VISIT_NOT_COMPLETED]
        swapped = {Intent.DECLINE: missed, Intent.VISIT_NOT_COMPLETED: declined}
        return Opinion(self.intents | swapped, self.reasons)

    def likely(self, least: float) -> frozenset[Intent]:
        """Return the intents at least that likely."""
        return frozenset(intent for intent, chance in self.intents.items() if chance >= least)


@dataclass(frozen=True, slots=True)
class Weighed:
    """The pieces of a reply: the rows of the table they stand in, and what these say together."""

    rows: frozenset[int]
    total: np.ndarray


def _row(name: str) -> int:
    return crc32(name.encode()) % SIZE


def pieces(tokens: Tokens) -> frozenset[int]:
    """Return the rows of a reply whatever it answers: its words, its neighbours, and the pieces of its words."""
    words = [word for word in tokens.folded[:_READ] if word != BREAK]
    text = f" {' '.join(words)} "
    names = [f"w{word}" for word in words]
    names += [f"p{one} {two}" for one, two in pairwise(words)]
    names += [f"s{one} {three}" for one, three in zip(words, words[2:], strict=False)]
    names += [f"{size}{text[start : start + size]}" for size in _SIZES for start in range(len(text) - size + 1)]
    return frozenset(map(_row, names))


def circumstances(tokens: Tokens, said: Saying, about: str, *, acts: bool = True) -> frozenset[int]:
    """Return the rows of what is asked, and of what the patterns found in the answer."""
    words = [word for word in tokens.folded[:_READ] if word != BREAK]
    names = [f"c{about}", f"m{about} {' '.join(words)}", *(f"x{about} {word}" for word in words)]
    if acts:
        whats = {each.what for each in said.said}
        names += [f"a{what}" for what in whats] + [f"b{about} {what}" for what in whats]
        names += [f"a{one} {two}" for one in whats for two in whats if one < two]
        names.append(f"d{about} {'said' if whats else 'nothing'} {'?' if said.asks else ''}")
    return frozenset(map(_row, names))


def weigh(tokens: Tokens) -> Weighed:
    """Return the pieces of a reply, weighed once for the screens and for its meaning."""
    rows = pieces(tokens)
    return Weighed(rows, _sum(_weights(), rows))


def _sum(weights: np.ndarray, rows: frozenset[int]) -> np.ndarray:
    total: np.ndarray = weights[np.fromiter(rows, np.int64, len(rows))].sum(axis=0, dtype=np.float32)
    return total


def chances(total: np.ndarray, count: int, bias: np.ndarray) -> np.ndarray:
    """Return how likely each label is: intents first, then reasons."""
    likely: np.ndarray = 1.0 / (1.0 + np.exp(-(total / np.sqrt(count) + bias)))
    return likely


@cache
def _weights() -> np.ndarray:
    with np.load(WEIGHTS) as stored:
        table: np.ndarray = np.zeros((SIZE + 1, len(INTENTS) + len(REASONS)), dtype=np.float16)
        table[stored["rows"]] = stored["weights"]
    return table


def opinion(weighed: Weighed, tokens: Tokens, said: Saying, about: str) -> Opinion:
    """Return what the second reader makes of a reply to a question `about` something."""
    more = circumstances(tokens, said, about) - weighed.rows
    total = weighed.total + _sum(_weights(), more)
    found = chances(total, len(weighed.rows) + len(more), _weights()[SIZE]).tolist()
    return Opinion(
        dict(zip(INTENTS, found[: len(INTENTS)], strict=True)), dict(zip(REASONS, found[len(INTENTS) :], strict=True))
    )


def labels(intents: Iterable[str], reason: str | None) -> np.ndarray:
    """Return the row of 0 and 1 that an example stands for."""
    wanted = {*intents} | ({reason} if reason else set())
    return np.array([float(name.value in wanted) for name in (*INTENTS, *REASONS)], dtype=np.float32)
