"""The word lists cover every language, and agree with the language table (rulebook 1.10, COPY-08)."""

from __future__ import annotations

import pytest

from conversations.normalise import normalise
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


ACTS = {
    "yes", "ok", "no", "come", "cannot", "change", "ride", "no_ride", "has_ride", "late", "on_way", "arrived", "went",
    "missed", "person", "ask", "help", "thanks", "maybe", "stop", "wrong", "dead", "medicine", "danger",
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(lexicons()))
def test_every_language_has_patterns_for_what_members_do_and_why(code: str) -> None:
    words = lexicons()[code]
    assert set(words.say) >= ACTS
    assert len(words.why) >= 17
    assert {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN", "morning", "afternoon", "evening"} <= set(words.when)


def test_a_lexicon_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        lexicons()["en"].say["yes"] = ""  # type: ignore[index]
