"""What holds for every reply, whatever was asked (rulebook 7.1, CRI-01, TWI-28)."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from together import each

from conversations.meaning import WEIGHTY, Because, Intent, Meaning, Safety, Screening
from conversations.prompt import OPTIONS, prompt_for
from conversations.screens import screen
from conversations.understand import understand
from locales.languages import languages

screen("the word lists are read once, before anything is timed")

UNCLEAR = {"unclear"}


def meant(text: str, key: str | None = "reminder", language: str = "en") -> Meaning:
    return understand(text, language, prompt_for(key) if key else None)


SAFETY = [
    ("STOP", "opt_out"),
    ("Stop please", "opt_out"),
    ("CANCEL", "opt_out"),
    ("取消", "opt_out"),
    ("STOP I want to die", "emergency opt_out"),
    ("HELP", "help"),
    ("START", "opt_in"),
    ("wrong number", "wrong_number"),
    ("no soy Maria", "wrong_number"),
    ("My mom passed away", "deceased_report"),
    ("Can I take 2 pills?", "medication_question"),
    ("I took too many pills", "emergency"),
    ("I don't want to kill myself", "emergency"),
    ("can't stop bleeding", "emergency"),
    ("1 and I can't breathe", "emergency"),
    ("he hit me", "request_human"),
    ("español", "language_switch"),
    ("ES", "language_switch"),
    ("English please", "language_switch"),
    ("中文", "language_switch"),
    ("tiếng Việt", "language_switch"),
]


@each([(key, text, intents) for text, intents in SAFETY for key in (None, *sorted(OPTIONS))])
def test_what_must_be_heard_first_is_heard_whatever_was_asked(key: str | None, text: str, intents: str) -> None:
    assert set(meant(text, key).intents) == set(intents.split())


@pytest.mark.parametrize("code", sorted(languages()))
def test_a_member_may_ask_for_a_language_by_its_own_name(code: str) -> None:
    meaning = meant(languages()[code].own_name)
    assert meaning.intents == {Intent.LANGUAGE_SWITCH}
    assert meaning.language == code


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("yes", 1.0, 1.0),
        ("maybe", 0.0, 0.6),
        ("yes if I can", 0.0, 0.9),
        ("12", 0.0, 0.5),
        ("I may be late zorblax", 0.5, 0.9),
    ],
)
def test_confidence_falls_when_words_are_left_over(text: str, least: float, most: float) -> None:
    assert least <= meant(text).confidence <= most


def test_a_visit_is_given_up_without_a_question_only_in_doubt() -> None:
    assert meant("I can't make it", None).confidence < 1


def test_a_no_in_polish_which_may_be_a_yes_declines_nothing() -> None:
    assert meant("no", language="pl").intents == UNCLEAR
    assert meant("nie", language="pl").intents == {Intent.DECLINE}


def test_a_reaction_to_our_text_answers_nothing() -> None:
    assert meant("Liked “CareLink: Reply 1 to keep it, STOP to end.”").intents == UNCLEAR


def test_a_letter_is_left_to_people() -> None:
    assert meant("we were at the market and then " * 50).intents == UNCLEAR


@pytest.mark.parametrize("text", ["this traffic is killing me", "i need to stop"])
@pytest.mark.parametrize("key", [None, *sorted(OPTIONS)])
def test_what_a_person_must_look_at_moves_nothing_by_itself(key: str | None, text: str) -> None:
    meaning = meant(text, key)
    assert Safety.REVIEW in meaning.safety
    assert not meaning.acted_on.intents & WEIGHTY


def test_a_screening_done_elsewhere_is_trusted() -> None:
    provider = Screening(frozenset({Safety.OPT_OUT}), (Because("TWI-29", "STOP"),))
    meaning = understand("yes", "en", prompt_for("reminder"), provider)
    assert meaning.intents == {Intent.OPT_OUT}
    assert meaning.because[0].rule == "TWI-29"


def test_the_flags_of_the_screen_travel_with_the_meaning() -> None:
    assert meant("CANCEL").safety == screen("CANCEL").safety


def test_a_hostile_letter_is_understood_in_no_time() -> None:
    prompt = prompt_for("reminder")
    understand("yes", "en", prompt)
    started = time.process_time()
    for hostile in (
        "yes " * 25_000,
        "1 " * 50_000,
        "no puedo ir y " * 7_000,
        "a" * 100_000,
        "please " * 14_000,
        "hola gracias " * 8_000,
    ):
        understand(hostile, "en", prompt)
    assert time.process_time() - started < 10  # what grows with the square of a letter takes minutes


@given(st.text(), st.sampled_from([None, *sorted(OPTIONS)]), st.sampled_from([*sorted(languages()), "", "xx"]))
def test_any_text_has_a_meaning_and_a_reason_for_it(text: str, key: str | None, language: str) -> None:
    meaning = meant(text, key, language)
    assert meaning.intents
    assert meaning.because
    assert 0 <= meaning.confidence <= 1


WORDS = [
    "yes",
    "no",
    "not",
    "if",
    "i",
    "cant",
    "go",
    "sick",
    "ride",
    "1",
    "2",
    "puedo",
    "sí",
    "another",
    "day",
    "thanks",
    "but",
    "late",
    "?",
    "banana",
]


@given(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join))
def test_no_jumble_confirms_with_a_word_left_over(text: str) -> None:
    meaning = meant(text)
    if {Intent.CONFIRM, Intent.DECLINE} & meaning.acted_on.intents:
        assert not {"banana", "if"} & set(text.split())


@given(st.text(), st.sampled_from(["yes", "si", "ok", "y", "sure"]))
def test_a_yes_never_signs_anyone_up(text: str, word: str) -> None:
    assert Intent.OPT_IN not in meant(word, None).intents
    assert Intent.OPT_IN not in meant(f"{word} {text}", None).intents
