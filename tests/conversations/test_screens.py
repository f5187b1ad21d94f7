"""The lesser screens, and what holds for all of them (CRI-01, rulebook 7.1)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.meaning import Safety
from conversations.screens import screen
from locales.lexicon import lexicons

screen("the word lists are read once, before anything is timed")

HELP = [term for words in lexicons().values() for term in words.help]
RESTART = [term for words in lexicons().values() for term in words.restart]


@pytest.mark.parametrize("term", [*HELP, "HELP", "Help.", " info ", "AYUDA"])
def test_help_is_heard_in_every_language(term: str) -> None:
    assert screen(term).safety == {Safety.HELP}


@pytest.mark.parametrize("term", [*RESTART, "START", "Unstop!", "start please"])
def test_a_restart_is_heard_in_every_language(term: str) -> None:
    assert screen(term).safety == {Safety.OPT_IN}


@pytest.mark.parametrize("text", ["YES", "yes", "Sí", "ok", "1", "yes start my visit", "I want to start over", "y"])
def test_a_yes_is_never_an_opt_in(text: str) -> None:
    assert Safety.OPT_IN not in screen(text).safety


@pytest.mark.parametrize(
    "text",
    [
        "wrong number",
        "You have the wrong number",
        "numero equivocado",
        "Número equivocado!",
        "no soy Maria",
        "No soy María.",
        "I'm not Maria",
        "This is not Jose Lopez",
        "не тот номер",
        "打错了",
    ],
)
def test_a_wrong_number_is_heard(text: str) -> None:
    assert Safety.WRONG_NUMBER in screen(text).safety


@pytest.mark.parametrize(
    "text",
    ["I'm not sure", "I'm not Going", "im not coming", "no soy feliz", "not today", "I am NOT GOING", "no es Tarde"],
)
def test_a_no_is_not_a_wrong_number(text: str) -> None:
    assert Safety.WRONG_NUMBER not in screen(text).safety


@pytest.mark.parametrize(
    "text",
    [
        "My mom passed away",
        "he died last week",
        "she is deceased",
        "mi mamá falleció",
        "Murió en mayo",
        "он умер",
        "她去世了",
    ],
)
def test_a_death_is_heard(text: str) -> None:
    assert Safety.DECEASED_REPORT in screen(text).safety


@pytest.mark.parametrize("text", ["my phone died", "the battery is dead", "se murió mi celular"])
def test_a_dead_phone_is_not_a_death(text: str) -> None:
    assert Safety.DECEASED_REPORT not in screen(text).safety


@pytest.mark.parametrize(
    "text",
    [
        "Can I take 2 pills?",
        "should i skip my insulin",
        "I ran out of my medicine",
        "¿Puedo tomar dos pastillas?",
        "se me acabó la insulina",
        "do I take my meds before my visit",
    ],
)
def test_a_question_about_medicine_is_heard(text: str) -> None:
    assert Safety.MEDICATION_QUESTION in screen(text).safety


@pytest.mark.parametrize("text", ["I have my pills with me", "what time?", "tengo mi receta"])
def test_medicine_without_a_question_is_no_question(text: str) -> None:
    assert Safety.MEDICATION_QUESTION not in screen(text).safety


def test_flags_add_up() -> None:
    found = screen("wrong number, stop texting me")
    assert {Safety.WRONG_NUMBER, Safety.OPT_OUT} <= found.safety


def test_the_words_of_a_member_are_not_shown_by_accident() -> None:
    assert "die" not in repr(screen("I want to die"))


@given(st.text())
def test_any_text_is_screened_the_same_way_twice(text: str) -> None:
    assert screen(text) == screen(text)


@given(st.text())
def test_every_flag_has_a_reason(text: str) -> None:
    found = screen(text)
    assert bool(found.safety) == bool(found.because)


HOSTILE = {
    "one letter": "a" * 100_000,
    "stop": "stop " * 20_000,
    "guards": "bus stop by " * 8_500,
    "half a phrase": "i want to " * 10_000,
    "courtesy": "please " * 14_000,
    "ceasing": "tired of stop text " * 5_000,
    "marks on one letter": "a" + "\u0301\u0323" * 50_000,
    "hidden": "S\u200b" * 50_000,
    "Chinese": "自" * 100_000,
    "digits": "1 2 " * 25_000,
    "line breaks": "\n" * 100_000,
    "quotes": "Liked “" * 14_000,
    "capitals": "STOP" * 25_000,
    "apostrophes": "a'" * 50_000,
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_a_hostile_letter_is_screened_in_no_time(kind: str) -> None:
    started = time.thread_time()  # whatever else this machine does
    screen(HOSTILE[kind])
    assert time.thread_time() - started < 2
