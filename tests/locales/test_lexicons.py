"""The word lists cover every language, and agree with the language table (rulebook 1.10, COPY-08)."""

from __future__ import annotations

import pytest

from conversations.meaning import PartOfDay
from conversations.normalise import normalise
from conversations.screens import screen
from locales.languages import Direction, languages
from locales.lexicon import every, lexicons

SPOKEN = [
    "ar",
    "en",
    "es",
    "fa",
    "fr",
    "hi",
    "hmn",
    "ht",
    "hy",
    "ja",
    "km",
    "ko",
    "lo",
    "pa",
    "pl",
    "pt",
    "ru",
    "so",
    "th",
    "tl",
    "uk",
    "vi",
    "zh",
]
# Their plain yes and no are read, and nothing else is made of what they say.
ALONE = ["ar", "hmn", "ht", "ru", "vi", "zh"]
LISTED = [
    "en",
    "es",
    "zh-Hans",
    "zh-Hant",
    "vi",
    "ko",
    "tl",
    "ru",
    "ar",
    "fa",
    "hy",
    "ht",
    "pt",
    "fr",
    "hi",
    "pa",
    "km",
    "hmn",
    "lo",
    "th",
    "uk",
    "ja",
    "pl",
    "so",
]


def test_every_language_of_the_rulebook_has_words() -> None:
    assert sorted(lexicons()) == SPOKEN


def test_every_language_can_be_chosen_and_is_written_somehow() -> None:
    assert list(languages()) == LISTED
    assert {code for code, row in languages().items() if row.direction is Direction.RTL} == {"ar", "fa"}


@pytest.mark.parametrize("code", LISTED)
def test_a_language_has_its_own_name(code: str) -> None:
    row = languages()[code]
    assert row.code == code
    assert row.own_name
    assert row.english_name.isascii()


@pytest.mark.parametrize("code", SPOKEN)
@pytest.mark.parametrize("name", ["opt_out", "help", "restart", "wrong_number", "deceased", "crisis", "switch"])
def test_no_language_lacks_a_safety_list(code: str, name: str) -> None:
    assert getattr(lexicons()[code], name)


@pytest.mark.parametrize("code", SPOKEN)
def test_every_language_knows_suicide_and_a_medical_emergency(code: str) -> None:
    assert lexicons()[code].crisis["C1"]
    assert lexicons()[code].crisis["C2"]


@pytest.mark.parametrize("code", SPOKEN)
def test_the_words_for_leaving_and_returning_are_never_the_same(code: str) -> None:
    words = lexicons()[code]
    leaving = {normalise(term).folded for term in words.opt_out + words.visit_cancel}
    assert not leaving & {normalise(term).folded for term in every("restart") + every("help")}


def test_yes_brings_nobody_back() -> None:
    assert not {"yes", "si", "sí", "ok"} & set(every("restart"))


@pytest.mark.parametrize("code", ["en", "es"])
def test_the_two_languages_that_are_read_have_answers_and_reasons(code: str) -> None:
    words = lexicons()[code]
    for act in ("yes", "no", "thanks", "change", "ride", "late", "call_me", "who"):
        assert words.acts[act]
    assert len(words.reasons) == 17
    assert words.opt_out_phrases
    assert words.not_opt_out


def test_both_languages_answer_with_the_same_acts() -> None:
    assert set(lexicons()["en"].acts) == set(lexicons()["es"].acts)
    assert set(lexicons()["en"].reasons) == set(lexicons()["es"].reasons)


def test_both_languages_name_every_part_of_the_day_and_every_weekday() -> None:
    for code in ("en", "es"):
        assert set(lexicons()[code].day_parts) == set(PartOfDay)
        assert list(lexicons()[code].weekdays) == ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]


@pytest.mark.parametrize("code", ALONE)
def test_six_languages_more_are_answered_with_yes_and_no(code: str) -> None:
    words = lexicons()[code]
    assert set(words.acts) == {"yes", "no", "thanks", "who"}
    assert not words.reasons  # so its words count as whole replies only, and no sentence is guessed at


@pytest.mark.parametrize("code", ALONE)
def test_a_yes_in_one_language_is_no_no_in_another(code: str) -> None:
    mine = lexicons()[code]
    for act, opposite in (("yes", "no"), ("no", "yes")):
        said = {normalise(term).plain for term in mine.acts[act]}
        for other in lexicons().values():
            elsewhere = {normalise(term).plain for term in other.acts.get(opposite, ())}
            assert not said & elsewhere - set(mine.ambiguous), other.language


@pytest.mark.parametrize("code", ALONE)
def test_an_answer_raises_no_alarm_and_silences_nobody(code: str) -> None:
    for act in ("yes", "no", "thanks"):
        for term in lexicons()[code].acts[act]:
            assert not screen(term).safety, term


def test_a_lexicon_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        lexicons()["en"].acts["yes"] = ()  # type: ignore[index]
