"""What is built from the word lists and the examples is built from today's."""

from __future__ import annotations

import time

import numpy as np

from conversations.grammar import grammar
from conversations.second_reader import WEIGHTS
from conversations.training import fingerprint
from conversations.understand import understand
from conversations.writing import BUILT, stored
from locales.examples import examples, files
from locales.lexicon import lexicons


def test_the_stored_patterns_are_those_of_the_word_lists() -> None:
    assert stored(BUILT) is not None, "run make words"


def test_the_second_reader_was_taught_from_these_examples() -> None:
    with np.load(WEIGHTS) as table:
        assert str(table["taught_from"]) == fingerprint(), "run make words"


def test_every_language_has_patterns_and_examples() -> None:
    assert {path.parent.name for path in files()} == set(lexicons())
    for path in files():
        assert sum(1 for _ in examples(path)) > 500, path.parent.name


def test_the_patterns_are_read_back_in_no_time() -> None:
    start = time.process_time()
    assert stored(BUILT) is not None
    assert (
        time.process_time() - start < 2.0
    )  # half a second on a quiet machine: the benchmark measures, this only warns


def test_every_set_that_a_pattern_names_exists() -> None:
    assert grammar().patterns > 0  # writing raises BadPattern for one that does not


def test_nothing_said_is_nothing_meant() -> None:
    assert [intent.value for intent in understand("", "en", None).intents] == ["unclear"]
