"""Nobody is silenced for a stop word meant otherwise, in any language (LAW-21, LAW-23)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from conversations.meaning import PartOfDay, Safety
from conversations.screens import screen
from locales.lexicon import lexicons

HERE = Path(__file__).parent
INNOCENT: dict[str, list[str]] = tomllib.loads((HERE / "innocent.toml").read_text(encoding="utf-8"))
LEAVING = tomllib.loads((HERE / "leaving.toml").read_text(encoding="utf-8"))
ROWS = [(code, text) for code, sentences in INNOCENT.items() for text in sentences]


@pytest.mark.parametrize(("code", "text"), ROWS, ids=[f"LAW-23-{code}-{text}" for code, text in ROWS])
def test_a_stop_word_meant_otherwise_stops_nothing(code: str, text: str) -> None:
    assert not screen(text).safety & {Safety.OPT_OUT, Safety.POSSIBLE_VISIT_CANCEL, Safety.OPT_IN}


def test_there_are_more_innocent_sentences_than_words_that_stop_texts() -> None:
    assert set(INNOCENT) == set(LEAVING) == set(lexicons())
    assert len(ROWS) > sum(len(lists["opt_out"]) for lists in LEAVING.values())
    assert len(set(ROWS)) == len(ROWS)


@pytest.mark.parametrize(
    "text", ["can't stop bleeding", "no para de sangrar", "he has stopped breathing, not breathing"]
)
def test_a_stop_that_will_not_come_is_an_emergency(text: str) -> None:
    assert Safety.EMERGENCY in screen(text).safety


@pytest.mark.parametrize(
    "text",
    [
        "cancel my appointment and stop texting me",
        "I no longer want the appointment, take me off your list",
        "don't send me a car, and no more texts",
        "cancelen la cita y no me escriban más",
        "отмените визит и больше не пишите мне",
    ],
)
def test_a_visit_beside_it_does_not_hide_a_wish_to_stop(text: str) -> None:
    assert Safety.OPT_OUT in screen(text).safety


@pytest.mark.parametrize("text", ["cancel these texts", "i want to cancel", "please end it now, all of them"])
def test_a_cancelling_that_names_no_visit_is_looked_at(text: str) -> None:
    assert screen(text).safety & {Safety.REVIEW, Safety.OPT_OUT, Safety.EMERGENCY}


def answers() -> list[str]:
    """Every answer we know: of acts and reasons, weekdays and parts of the day, names of languages."""
    found = []
    for words in lexicons().values():
        for groups in (words.acts, words.reasons, words.day_parts, words.weekdays, words.switch):
            found += [term for terms in groups.values() for term in terms]
        found += words.keep_rides + words.visit + words.transport + words.courtesy
    return list(dict.fromkeys(found))


def test_no_answer_that_is_understood_stops_texts_or_troubles_a_person() -> None:
    leaving = {answer: screen(answer).safety & {Safety.OPT_OUT, Safety.OPT_IN} for answer in answers()}
    assert not {answer for answer, flags in leaving.items() if flags}
    assert set(PartOfDay)
