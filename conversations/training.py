"""Teaches the second reader from the examples of every language: `python -m conversations.training`.

Runs where the program is built, never where it runs: about a minute, no downloads, the same table for the same files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from conversations.answers import topic
from conversations.hearing import hear
from conversations.labelled import question
from conversations.second_reader import INTENTS, REASONS, SIZE, WEIGHTS, chances, circumstances, labels, pieces
from locales.examples import ANY, Example, examples, files

_EPOCHS = 7
_RATE = 0.6
_DECAY = 1e-6
_SEED = 20261122
_ANY = ("confirm_appointment", "none", "day_of_checkin")

Row = tuple[np.ndarray, np.ndarray]


def fingerprint() -> str:
    """Return the SHA-256 of all examples: a table that was taught from others is stale."""
    digest = hashlib.sha256()
    for path in files():
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _rows(example: Example) -> Iterator[Row]:
    heard = hear(example.text, example.language)
    wanted = labels(example.intents, example.reason)
    for context in _ANY if example.context == ANY else (example.context,):
        about = topic(question(context)).name
        # Half of the lessons are without the patterns: what they know of the examples, they do not know of new replies.
        for acts in (True, False):
            rows = pieces(heard.text.tokens) | circumstances(heard.text.tokens, heard.said, about, acts=acts)
            yield np.fromiter(sorted(rows), np.int64, len(rows)), wanted


def teach(rows: list[Row], epochs: int = _EPOCHS) -> np.ndarray:
    """Return a table of weights: logistic regression, one label against all others, AdaGrad, in a fixed order."""
    order = np.random.default_rng(_SEED)
    width = len(INTENTS) + len(REASONS)
    weights = np.zeros((SIZE + 1, width), dtype=np.float32)
    squares = np.full((SIZE + 1, width), 1e-2, dtype=np.float32)
    weights[SIZE] = -3.0
    for _ in range(epochs):
        for place in order.permutation(len(rows)):
            at, wanted = rows[place]
            wrong = chances(weights[at].sum(axis=0), len(at), weights[SIZE]) - wanted
            step = wrong / np.sqrt(len(at))
            squares[at] += step * step
            weights[at] -= _RATE * (step / np.sqrt(squares[at]) + _DECAY * weights[at])
            squares[SIZE] += wrong * wrong
            weights[SIZE] -= _RATE * wrong / np.sqrt(squares[SIZE])
    return weights


def write(weights: np.ndarray, path: Path = WEIGHTS) -> None:
    """Store the rows that say anything, and what they were taught from."""
    used = np.flatnonzero(np.abs(weights).max(axis=1) > 1e-3)
    np.savez_compressed(
        path,
        rows=used.astype(np.uint32),
        weights=weights[used].astype(np.float16),
        taught_from=np.array(fingerprint()),
    )


def main() -> None:
    """Teach from every example and store the table."""
    rows = [row for path in files() for example in examples(path) for row in _rows(example)]
    write(teach(rows))


if __name__ == "__main__":
    main()
