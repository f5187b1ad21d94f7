"""What a telephone says: who calls, how to stop, and nothing to whoever else listens (HIP-10..12, LAW-10, LAW-11)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from locales import factory
from locales.factory import NoFactoryTexts, factory_texts, voice_scripts
from locales.languages import languages
from locales.linter.house import vocabulary
from locales.linter.words import banned_in, find, normal
from locales.pace import VOICEMAIL_SECONDS, seconds
from locales.render import PLACEHOLDER, SPOKEN, UnknownVariable, render, variables
from locales.spoken import phone_said

ENGLISH = voice_scripts("en")
LANGUAGES = sorted(languages())
# Which keys a script names, in order: the digit stands after its meaning (COPY-10).
SERVICE = ["9", "0", "8"]
KEYS = {
    "voice_hello": ["9"],
    "voice_is_this": ["1", "0", "8"],
    "voice_go_on": ["1", "0", "8"],
    "voice_verify": SERVICE,
    "voice_verify_again": SERVICE,
    "voice_generic": ["0", "9"],
    "voice_wrong_key": ["3"],
    "voice_menu": ["1", "2", "3", "4"],
    "voice_keys": ["0", "8", "9"],
    "voice_transport": ["1", "2", "3"],
    "voice_dayof_menu": ["1", "2", "3", "4"],
    "voice_dayof_eve_menu": ["1", "2", "3", "4"],
    "voice_postvisit_menu": ["1", "2", "3"],
    "voice_why": ["1", "2", "3", "4", "5", "6"],
    "voice_when": ["1", "2", "3", "4"],
    "voice_missed": ["1", "2", "3"],
    "voice_ride_menu": ["1", "2"],
    "voice_ride_come": ["1", "2"],
    "voice_got_home": ["1", "2"],
    "voice_voicemail": ["9"],
    "voice_machine_unknown": ["9", "9", "1"],
    "voice_inbound_hello": ["9"],
    "voice_inbound_menu": ["1"],
    "voice_message_key": ["3"],
    "voice_call_back_key": ["3"],
    "voice_leave_message": ["1", "2"],
}
# Whoever answers hears these before anybody has said who they are.
TO_ANYBODY = [
    *("voice_hello", "voice_language", "voice_go_on", "voice_verify", "voice_verify_again", "voice_generic"),
    *("voice_voicemail", "voice_machine_unknown", "voice_inbound_hello", "voice_inbound_unknown", "voice_keys"),
    *("voice_not_understood", "voice_no_answer", "voice_goodbye", "voice_opted_out", "voice_after_hours"),
    *("voice_transfer", "voice_transfer_failed", "voice_leave_message", "voice_message_taken", "voice_wrong_key"),
    "voice_speech",
    *("voice_wrong_number", "voice_inbound_menu", "voice_message_key", "voice_call_back_key", "voice_ack_person"),
]
SAYS_HOW_TO_STOP = [
    *("voice_hello", "voice_verify", "voice_verify_again", "voice_generic", "voice_keys", "voice_voicemail"),
    *("voice_machine_unknown", "voice_inbound_hello"),
]
PROMISES = ["voice_ack_change", "voice_ack_ride", "voice_ack_late", "voice_ack_cannot", "voice_ack_person"]
SPELT = re.compile(r"(?:9 1 1|9 8 8|0 6 0 9)")
# A key is one digit by itself; the day in the example is none, nor are digits that are spelt out.
KEY = re.compile(r"(?<![\d{])\d(?![\d}])")
SPOKEN_AS = {"program": "Care Link Plus", "phone": phone_said("+18005550100")}


def every_script(check: Callable[[str, str], None]) -> Callable[[str], None]:
    """A check of one script becomes a test of each language."""

    @pytest.mark.parametrize("language", LANGUAGES)
    def run(language: str) -> None:
        for key in ENGLISH:
            try:
                check(language, key)
            except AssertionError as problem:
                raise AssertionError(f"{language}, {key}: {problem}") from problem

    run.__name__ = check.__name__
    return run


def keys(language: str, key: str) -> list[str]:
    """Return the keys a script names, without the birthday of its example."""
    script = SPELT.sub(" ", voice_scripts(language)[key])
    found = KEY.findall(script)
    # "For June 9" is said where the month is a word, "6 hli tim 9" where it is a number.
    return found[-3:] if key.startswith("voice_verify") else found


def filled(language: str, key: str) -> str:
    """Return a script as it is said, at its longest."""
    return render(voice_scripts(language)[key], SPOKEN_AS, SPOKEN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_script_once(language: str) -> None:
    assert list(voice_scripts(language)) == list(ENGLISH)
    assert voice_scripts(language).keys().isdisjoint(factory_texts("en"))
    assert all(key.startswith("voice_") for key in ENGLISH)


@pytest.mark.parametrize("language", ["ium", "", "zh"])
def test_a_language_without_scripts_says_so(language: str) -> None:
    with pytest.raises(NoFactoryTexts):
        voice_scripts(language)


@pytest.mark.parametrize("language", [code for code in LANGUAGES if not languages()[code].reviewed])
def test_scripts_that_nobody_reviewed_say_that_they_are_drafts(language: str) -> None:
    written = Path(factory.__file__).parent.joinpath(language, "voice.po").read_text(encoding="utf-8")
    assert written.startswith("# Draft: not yet reviewed by a qualified translator (HIP-22).")


@every_script
def test_a_translation_carries_the_same_variables(language: str, key: str) -> None:
    assert variables(voice_scripts(language)[key], SPOKEN) == variables(ENGLISH[key], SPOKEN)


@every_script
def test_nothing_is_left_in_english(language: str, key: str) -> None:
    assert language == "en" or voice_scripts(language)[key] != ENGLISH[key]


@every_script
def test_a_script_names_exactly_its_keys(language: str, key: str) -> None:
    # 988 answers in Spanish after a 2 (CRI-06).
    assert keys(language, key) == (["2"] if (language, key) == ("es", "voice_emergency") else KEYS.get(key, []))


@every_script
def test_a_number_that_is_spelt_is_spelt_alike_everywhere(language: str, key: str) -> None:
    assert SPELT.findall(voice_scripts(language)[key])[:2] == SPELT.findall(ENGLISH[key])[:2]
    assert not re.search(r"\d{2}", voice_scripts(language)[key])


@every_script
def test_what_is_spoken_is_not_what_is_texted(language: str, key: str) -> None:
    script = voice_scripts(language)[key]
    assert not re.search(
        r"[&/~@#*+()\"]|msg|msj|sms|\btel\b|aprox|approx|\.\.\.|\b[A-Za-z]{1,4}\.[A-Za-z]", script, re.I
    )
    assert set(re.findall(r"[A-Z]{2,}", script)) <= {"OK"}
    assert re.search(r"(?:[.?!。？！؟।։។]|ฯ)$", script) or languages()[language].script in ("Thai", "Laoo")


@every_script
def test_nothing_is_hidden_and_no_quote_is_curly(language: str, key: str) -> None:
    script = voice_scripts(language)[key].replace("\u200c", "" if language == "fa" else "\u200c")
    assert not re.search(r"[\u00a0\u00ad\u061c\u2000-\u200f\u2018-\u201f\u2028-\u202f\u205f-\u206f\ufeff]", script)
    assert all(character.isascii() for character in script if character.isdecimal())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", SAYS_HOW_TO_STOP)
def test_law_11_the_key_that_stops_all_calls_is_named(language: str, key: str) -> None:
    assert "9" in keys(language, key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_law_11_it_is_named_at_once_after_who_calls(language: str) -> None:
    for key in ("voice_hello", "voice_machine_unknown", "voice_inbound_hello"):
        script = SPELT.sub(" ", voice_scripts(language)[key])
        assert script.index("{program}") < script.index(KEY.findall(script)[0])
    hello = voice_scripts(language)["voice_hello"]
    assert hello.index("9") < hello.index("{phone}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_law_10_a_number_to_call_is_said_twice_where_it_must_be_written_down(language: str) -> None:
    for key in ("voice_voicemail", "voice_machine_unknown", "voice_generic", "voice_no_answer", "voice_goodbye"):
        assert voice_scripts(language)[key].count("{phone}") == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["voice_voicemail", "voice_machine_unknown"])
def test_hip_12_what_a_machine_records_is_short(language: str, key: str) -> None:
    assert seconds(filled(language, key), language) <= VOICEMAIL_SECONDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_hip_12_what_anybody_may_hear_reveals_nothing(language: str) -> None:
    for key in TO_ANYBODY:
        script = voice_scripts(language)[key]
        assert variables(script, SPOKEN) <= {"program", "phone", "hours", "key"}
        if key.startswith("voice_verify") or "9 1 1" in script:
            continue  # the one asks for a birthday, the other says where to turn in danger
        revealed = banned_in(PLACEHOLDER.sub("", script), language, key)
        assert [found for found in revealed if found.rule in ("HIP-03", "LAW-06", "LAW-47")] == [], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_hip_10_the_name_is_said_only_where_the_name_may_be_said(language: str) -> None:
    scripts = voice_scripts(language)
    assert [key for key, script in scripts.items() if "name" in variables(script, SPOKEN)] == ["voice_is_this"]
    dated = {"voice_visit", "voice_visit_no_time", "voice_dayof", "voice_dayof_eve", "voice_postvisit"}
    dated |= {"voice_cancelled", "voice_ride_set", "voice_ride_return"}
    days = {"day", "time", "ready_day", "ready_time", "return_time"}
    assert {key for key, script in scripts.items() if variables(script, SPOKEN) & days} == dated


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_may_stand_in_no_text(language: str) -> None:
    with pytest.raises(UnknownVariable, match="name"):
        variables(voice_scripts(language)["voice_is_this"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_is_promised_without_a_time(language: str) -> None:
    for key in PROMISES:
        script = voice_scripts(language)[key]
        assert not variables(script, SPOKEN)
        says = vocabulary(language)
        assert not find(says.banned.get("rescue", ()), normal(script, says), says), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_cri_08_danger_is_sent_to_911_first_and_988_second(language: str) -> None:
    script = voice_scripts(language)["voice_emergency"]
    assert 0 < script.index("9 1 1") < script.index("9 8 8")
    assert not variables(script, SPOKEN)


def test_english_prompts_follow_the_rule_book() -> None:
    assert ENGLISH["voice_hello"].startswith("Hello. This is an automatic call from {program}.")
    assert "To stop these calls, press 9 now or at any time." in ENGLISH["voice_hello"]
    assert "press star 9" in ENGLISH["voice_verify"]
