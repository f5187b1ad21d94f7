"""Every language says how it is named, written, counted and spoken, or the table does not load (TWI-47, HIP-22)."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

import polib
import pytest

from locales import factory
from locales.factory import factory_languages, factory_texts, voice_scripts
from locales.languages import Direction, Plural, UnusableLanguage, language, languages

NO_VOICE = {"hy", "fa", "km", "lo", "ht", "hmn", "so"}
NO_EAR = {"ht", "hmn", "so"}
ROW: dict[str, Any] = {
    "own_name": "Elvish",
    "english_name": "Elvish",
    "direction": "ltr",
    "script": "Latn",
    "plurals": ["one", "other"],
    "reviewed": False,
}


def test_there_are_24_languages_with_english_and_spanish_first() -> None:
    assert len(languages()) == 24
    assert list(languages())[:2] == ["en", "es"]
    assert sorted(languages()) == list(factory_languages())


def test_no_two_languages_have_one_name() -> None:
    known = languages().values()
    assert len({each.own_name.casefold() for each in known}) == len({each.english_name for each in known}) == 24


@pytest.mark.parametrize("code", list(languages()))
def test_the_direction_is_that_of_the_name_and_of_the_script(code: str) -> None:
    found = languages()[code]
    from_the_right = unicodedata.bidirectional(found.own_name[0]) == "AL"
    assert from_the_right is (found.script == "Arab") is (found.direction is Direction.RTL)


def test_only_languages_that_a_machine_speaks_have_a_voice() -> None:
    assert {code for code, found in languages().items() if found.says is None} == NO_VOICE
    assert {code for code, found in languages().items() if found.hears is None} == NO_EAR


def test_a_voice_speaks_the_language_it_is_asked_for() -> None:
    google = [found.says for found in languages().values() if found.says and found.says.voice.startswith("Google.")]
    assert len(google) == 5
    assert all(says.voice.startswith(f"Google.{says.language}-") for says in google)


def test_no_language_borrows_the_voice_of_another() -> None:
    voices = [found.says for found in languages().values() if found.says is not None]
    assert len({says.voice for says in voices}) == len({says.language for says in voices}) == 24 - len(NO_VOICE)


@pytest.mark.parametrize(
    ("code", "forms"),
    [("ar", 6), ("ru", 4), ("uk", 4), ("pl", 4), ("es", 3), ("en", 2), ("ja", 1), ("zh-Hant", 1)],
)
def test_plurals_are_those_of_cldr(code: str, forms: int) -> None:
    assert len(languages()[code].plurals) == forms
    assert languages()[code].plurals[-1] is Plural.OTHER


def test_only_english_and_spanish_are_more_than_drafts() -> None:
    assert {code for code, found in languages().items() if found.reviewed} == {"en", "es"}


def test_every_language_has_something_to_say_on_the_telephone() -> None:
    assert all(voice_scripts(code) for code in languages())


@pytest.mark.parametrize("code", list(languages()))
@pytest.mark.parametrize(("name", "english"), [("outreach.po", factory_texts("en")), ("voice.po", voice_scripts("en"))])
def test_copy_12_a_translation_stands_beside_the_english_it_was_made_from(
    code: str, name: str, english: dict[str, str]
) -> None:
    catalogue = polib.pofile(str(Path(factory.__file__).parent / code / name), encoding="utf-8")
    assert {entry.msgctxt: entry.msgid for entry in catalogue} == english
    assert catalogue.metadata["Language"] == code


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"own_name": ""}, "both names"),
        ({"script": "latin"}, "ISO 15924"),
        ({"direction": "up"}, "'up' is not a valid Direction"),
        ({"plurals": ["one"]}, "other"),
        ({"plurals": ["other", "other"]}, "once"),
        ({"plurals": ["dual", "other"]}, "'dual' is not a valid Plural"),
        ({"reviewed": "no"}, "true or false"),
        ({"says": {"voice": "Polly.Arwen"}}, "language"),
        ({"dialect": "Sindarin"}, "dialect"),
        ({"hears": "en-US"}, "ten digits"),
        ({"hears": "en-US", "digits": "one one two"}, "ten digits"),
        ({"digits": "zero one two three four five six seven eight nine"}, "ten digits"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(change: dict[str, Any], says: str) -> None:
    assert language("xx", ROW).plurals == (Plural.ONE, Plural.OTHER)
    with pytest.raises(UnusableLanguage, match=rf"languages\.toml, \[xx\].*{says}"):
        language("xx", ROW | change)


@pytest.mark.parametrize("gone", sorted(ROW))
def test_a_row_that_leaves_something_out_names_it(gone: str) -> None:
    with pytest.raises(UnusableLanguage, match=rf"\[xx\] does not say its {gone}"):
        language("xx", {name: value for name, value in ROW.items() if name != gone})


def test_how_well_replies_are_read_is_what_was_measured() -> None:
    page = (Path(__file__).parents[2] / "docs" / "understanding.md").read_text(encoding="utf-8")
    measured = dict(re.findall(r"^\| ([\w-]+) \| \d+ \| (\d+)% \|", page, re.MULTILINE))
    assert {code: str(found.reads) for code, found in languages().items()} == measured
