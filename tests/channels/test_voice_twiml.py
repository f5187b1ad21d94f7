"""Every turn of every call in every language is TwiML that the SDK itself would write, in a voice of that language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import pytest
from calls import ana, call, every_call, outset, press, walk
from hypothesis import given, settings
from hypothesis import strategies as st
from test_twiml_grammar import problems
from twilio.twiml.voice_response import VoiceResponse

from conversations.calls.answered_by import AnsweredBy
from conversations.calls.call import Call
from conversations.calls.events import Dialled
from conversations.calls.lines import speak
from conversations.calls.machine import advance
from conversations.calls.state import BEFORE, State
from conversations.calls.turn import HangUp, Line, Turn
from locales.languages import languages
from locales.recorded import Recording, recordings_needed
from outreach.channels.voice.doors import Doors, LanguageGap
from outreach.channels.voice.twiml import LONGEST_SAY, document, fallback

DOORS = Doors(
    answer=lambda turn: f"https://care.example.org/twilio/voice/7?a=2&turn={turn}",
    on_call="+12025550111",
    played=lambda language, recording: f"https://care.example.org/recordings/{language}/{recording.name}?until=9&s=0a",
)
# TWI-47: which voices speak a language of <Say>, and which <Gather> understands.
SPEAKS = {
    "en-US": "Polly.Joanna-Neural", "es-US": "Polly.Lupe-Neural", "cmn-CN": "Polly.Zhiyu-Neural",
    "yue-HK": "Polly.Hiujin-Neural", "vi-VN": "Google.vi-VN-", "ko-KR": "Polly.Seoyeon-Neural",
    "fil-PH": "Google.fil-PH-", "ru-RU": "Polly.Tatyana", "arb": "Polly.Zeina", "pt-BR": "Polly.Camila-Neural",
    "fr-CA": "Polly.Gabrielle-Neural", "hi-IN": "Polly.Kajal-Neural", "pa-IN": "Google.pa-IN-",
    "th-TH": "Google.th-TH-", "ja-JP": "Polly.Kazuha-Neural", "uk-UA": "Google.uk-UA-", "pl-PL": "Polly.Ola-Neural",
}  # fmt: skip
HEARS = {
    "en-US", "es-US", "cmn-Hans-CN", "yue-Hant-HK", "vi-VN", "ko-KR", "fil-PH", "ru-RU", "ar-EG", "pt-BR", "fr-CA",
    "hi-IN", "pa-guru-IN", "th-TH", "ja-JP", "uk-UA", "pl-PL", "hy-AM", "fa-IR", "km-KH", "lo-LA",
}  # fmt: skip


@cache
def places() -> list[tuple[Call, State]]:
    """Return every place of every call that says something new, whichever the language."""
    found = {}
    for whole, first in every_call():
        for _, _, step in walk(whole, first):
            keys = tuple(line.key for line in step.turn.lines)
            found[keys, step.turn.then, step.state.menu, step.state.page] = (whole, step.state)
    return [(whole, state) for whole, state in found.values() if state.menu != BEFORE]


def turns_in(language: str) -> Iterator[Turn]:
    """Yield everything that a call in one language can say, beside one other language."""
    other = "es" if language != "es" else "en"
    for whole, state in places():
        spoken = (language, other) if len(whole.spoken) == 2 else whole.spoken
        yield speak(replace(whole, spoken=spoken, hears=True), replace(state, language=language))


@pytest.mark.parametrize("language", list(languages()))
def test_every_turn_is_in_the_grammar_in_every_language(language: str) -> None:
    said = 0
    for turn in turns_in(language):
        written = document(turn, DOORS)
        assert problems(written, VoiceResponse) == []
        root = ElementTree.fromstring(written)
        for each in root.iter("Say"):
            assert each.attrib["voice"].startswith(SPEAKS[each.attrib["language"]])
            assert 0 < len(each.text or "") <= LONGEST_SAY
            said += 1
        for each in root.iter("Gather"):
            assert each.attrib["actionOnEmptyResult"] == "true"
            assert each.attrib.get("language", "en-US") in HEARS
            assert ("speech" in each.attrib["input"]) is ("hints" in each.attrib)
        assert root[-1].tag in {"Gather", "Dial", "Redirect", "Hangup"}
    assert said


@pytest.mark.parametrize("language", [code for code, each in languages().items() if each.says is None])
def test_twi_48_what_no_machine_speaks_is_played_and_never_spoken_in_another_voice(language: str) -> None:
    needed = {f"https://care.example.org/recordings/{language}/{each.name}?until=9&s=0a"
              for each in recordings_needed(language)}  # fmt: skip
    played = set()
    for turn in turns_in(language):
        own = replace(turn, lines=tuple(line for line in turn.lines if line.language == language))
        root = ElementTree.fromstring(document(own, DOORS))
        assert not list(root.iter("Say"))
        played |= {each.text for each in root.iter("Play")}
    assert played <= needed
    unplayed = {name.split("/recordings/")[1].split("?")[0] for name in needed - played}
    assert not [name for name in unplayed if name.split("/")[1].startswith("voice_") and "voice_language" not in name]
    with pytest.raises(LanguageGap, match=f"{language} has no recording"):
        document(
            Turn(2, language, (Line("voice_keys", language, {}),), HangUp()), replace(DOORS, played=Doors(str).played)
        )


def test_the_first_turn_of_a_visit_in_english() -> None:
    whole = call(must_check=False)
    root = ElementTree.fromstring(document(press(whole, outset(whole), "1").turn, DOORS))
    gather = root[0]
    assert gather.attrib == {
        "input": "dtmf", "action": "https://care.example.org/twilio/voice/7?a=2&turn=2", "method": "POST",
        "numDigits": "1", "timeout": "6", "finishOnKey": "", "actionOnEmptyResult": "true",
    }  # fmt: skip
    assert gather[0].text == "You have a visit on Tuesday, June 9 at 2:30 PM."
    assert gather[0].attrib == {"voice": "Polly.Joanna-Neural", "language": "en-US"}


def test_a_number_is_said_digit_by_digit_after_a_breath() -> None:
    root = ElementTree.fromstring(document(outset(call(), AnsweredBy.MACHINE_END).turn, DOORS))
    assert [each.tag for each in root] == ["Pause", "Say", "Hangup"]
    assert "8 0 0, 5 5 5, 0 1 0 0. Again, 8 0 0, 5 5 5, 0 1 0 0." in (root[1].text or "")


def test_speech_is_heard_in_its_own_code_and_nothing_is_masked() -> None:
    whole = call(hears=True, spoken=("pa", "en"))
    gather = ElementTree.fromstring(document(outset(whole).turn, DOORS))[0]
    assert gather.attrib["language"] == "pa-guru-IN"
    assert gather.attrib["input"] == "dtmf speech"
    assert gather.attrib["profanityFilter"] == "false"
    assert gather.attrib["hints"].startswith("ਇੱਕ, ")


def test_a_call_is_put_through_to_whoever_is_on_call() -> None:
    whole = call(staffed=True)
    step = press(whole, outset(whole), "0")
    root = ElementTree.fromstring(document(step.turn, DOORS))
    assert (root[-1].tag, root[-1].text) == ("Dial", "+12025550111")
    with pytest.raises(ValueError, match="nobody"):
        document(step.turn, replace(DOORS, on_call=""))
    ended = advance(whole, step.state, Dialled(step.state.turn, True))
    assert document(ended.turn, DOORS).endswith(b"<Response><Hangup /></Response>")


def test_a_message_is_recorded_until_the_pound_key() -> None:
    whole = call("inbound", records=True)
    root = ElementTree.fromstring(document(press(whole, outset(whole), "3", "1").turn, DOORS))
    assert [each.tag for each in root] == ["Record", "Redirect"]
    assert (root[0].attrib["finishOnKey"], root[0].attrib["maxLength"]) == ("#", "120")


def test_approved_words_are_said_in_place_of_ours() -> None:
    doors = replace(DOORS, script=lambda language, key: f"{language} {key}")
    assert b"en voice_hello" in document(outset(call()).turn, doors)


def test_twi_23_our_shut_door_still_says_who_to_call() -> None:
    root = ElementTree.fromstring(fallback("CareLink", "+18005550100", "es", DOORS))
    assert "CareLink" in (root[0].text or "")
    assert root[0].attrib["language"] == "es-US"


@settings(deadline=None)
@given(st.text(), st.text())
def test_twi_46_no_value_breaks_a_document(program: str, hours: str) -> None:
    whole = call("inbound", program=program, open=False, hours={"en": hours}, people=(ana(name=program),))
    for turn in (outset(whole).turn, press(whole, outset(whole), "0").turn):
        written = document(turn, DOORS)
        assert problems(written, VoiceResponse) == []
        assert {each.tag for each in ElementTree.fromstring(written).iter()} <= {"Response", "Gather", "Pause", "Say"}


def test_words_like_xml_are_only_words() -> None:
    root = ElementTree.fromstring(document(outset(call(program='A<Hangup/>&"B')).turn, DOORS))
    assert 'A<Hangup/>&"B' in "".join(root.itertext())


def test_what_is_said_and_whom_we_dial_is_shown_to_nobody() -> None:
    assert "+12025550111" not in repr(DOORS)
    assert "14, 30" not in repr(Line("voice_visit", "en", {"time": ana().values["time"]}))
    assert Recording("weekday", "2").name == "weekday/2"
