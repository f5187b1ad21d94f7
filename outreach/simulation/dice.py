"""Dice without state: the same seed and the same occasion always fall the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

Choice = TypeVar("Choice")


def roll(seed: int, *occasion: object) -> float:
    """Return a number in [0, 1) for this occasion."""
    digest = sha256(repr((seed, *occasion)).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def pick(chance: float, choices: Sequence[tuple[float, Choice]]) -> Choice:
    """Return the choice whose share of the whole `chance` falls into; the last one takes what rounding leaves."""
    total = sum(weight for weight, _ in choices)
    for weight, choice in choices:
        chance -= weight / total
        if chance < 0:
            return choice
    return choices[-1][1]


@dataclass(frozen=True, slots=True)
class Dice:
    """The dice of one person or thing: every question about it falls by itself."""

    seed: int
    whose: str

    def chance(self, question: str) -> float:
        """Return a number in [0, 1)."""
        return roll(self.seed, self.whose, question)

    def one_of(self, question: str, choices: Sequence[Choice]) -> Choice:
        """Return one of the choices, each as likely."""
        return choices[int(self.chance(question) * len(choices))]
