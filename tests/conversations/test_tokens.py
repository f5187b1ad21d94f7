"""A reply as a row of words (understanding 1)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.tokens import BREAK, MOST, tokenise

ROWS = [
    ("Can't come, sorry!", "cant come | sorry |"),
    ("3pm ok? 👍🏽", "3 pm ok | :yes:"),
    ("明天下午三点半", "明 天 下 午 3 点 半"),
    ("二十号 下午", "20 号 | 下 午"),
    ("오후 세시 반", "오 후 3 시 반"),
    ("el 5/12 a las 3:30", "el 5/12 a las 3:30"),
    ("١٢:٣٠", "12:30"),
    ("gr8 c u 2moro", "gr8 c u 2moro"),
    ("yesssss", "yes"),
    ("می خوام بیام", "میخوام بیام"),
    ("ո՞վ է", "ով է"),
    ("złamałem nogę", "zlamalem noge"),
    ("", ""),
    ("⠀​", ""),
]


@pytest.mark.parametrize(("text", "words"), ROWS, ids=[row[0] for row in ROWS])
def test_a_reply_is_these_words(text: str, words: str) -> None:
    assert " ".join(tokenise(text).folded) == words


@pytest.mark.parametrize("text", ["can I come?", "可以吗？", "ممكن؟", "ի՞նչ"])
def test_a_question_mark_of_any_script_asks(text: str) -> None:
    assert tokenise(text).asks


def test_a_semicolon_asks_nothing() -> None:
    assert not tokenise("yes; see you").asks


@given(st.text(max_size=300))
def test_any_text_at_all_is_a_row_of_words(text: str) -> None:
    tokens = tokenise(text)
    assert len(tokens.folded) == len(tokens.plain) <= MOST
    assert all(word and (word == BREAK or " " not in word) for word in tokens.folded)


@pytest.mark.parametrize("piece", ["a", "明", "1/1 ", "می ", "!?", "👍", "ก็", "يَ", "1:1", " "])
def test_a_hostile_letter_is_cut_up_in_no_time(piece: str) -> None:
    start = time.process_time()
    tokenise(piece * (100_000 // len(piece)))
    assert time.process_time() - start < 0.5  # 200 ms on a quiet machine: the benchmark measures, this only warns
