"""How a call says a day, a time and a number: in full, or where no machine speaks, by recordings of sentences."""

from __future__ import annotations

import datetime as dt

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from locales.factory import voice_scripts
from locales.frames import NoRecordings
from locales.languages import languages
from locales.pace import seconds
from locales.recorded import Recording, recordings_needed, recordings_of
from locales.render import SPOKEN, variables
from locales.spoken import NoVoice, day_said, phone_said, said, time_said

SPOKEN_BY_MACHINES = [code for code, each in languages().items() if each.says]
RECORDED = [code for code, each in languages().items() if each.says is None]
CLDR = {"zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant", "tl": "fil"}
TUESDAY = dt.date(2026, 6, 9)
VALUES = {"day": TUESDAY, "time": dt.time(14, 37), "ready_day": TUESDAY, "ready_time": dt.time(9)}
VALUES |= {"return_time": dt.time(16, 30), "return_phone": "+12025550177", "key": "7"}


def test_a_day_and_a_time_are_said_in_full() -> None:
    assert day_said(TUESDAY, "en") == "Tuesday, June 9"
    assert day_said(TUESDAY, "es") == "martes 9 de junio"
    assert day_said(TUESDAY, "uk") == "у вівторок, 9 червня"
    assert day_said(TUESDAY, "ja") == "6月9日火曜日"
    assert (time_said(dt.time(14, 30), "en"), time_said(dt.time(14), "en")) == ("2:30 PM", "2 PM")
    assert time_said(dt.time(9), "es") == "9 de la mañana"
    assert time_said(dt.time(0, 5), "fr") == "0 heures 5"


@pytest.mark.parametrize("language", SPOKEN_BY_MACHINES)
def test_the_words_are_those_of_cldr_with_at_most_a_little_word_before_them(language: str) -> None:
    locale = Locale.parse(CLDR.get(language, language))
    for month in range(1, 13):
        day = dt.date(2026, month, 9)
        names = {locale.months["format"]["wide"][month], f"{month}月"}
        assert any(name in day_said(day, language) for name in names)
        weekday = locale.days["format"]["wide"][day.weekday()].replace("ʼ", "'")
        # "у середу", "w środę": the case of a weekday is seen in its last letter.
        assert weekday[:-1] in day_said(day, language)


@pytest.mark.parametrize("language", SPOKEN_BY_MACHINES)
def test_no_two_days_and_no_two_times_are_said_alike(language: str) -> None:
    days = [TUESDAY + dt.timedelta(days=ahead) for ahead in range(365)]
    assert len({day_said(day, language) for day in days}) == 365
    times = [dt.time(hour, minute) for hour in range(24) for minute in range(0, 60, 5)]
    assert len({time_said(at, language) for at in times}) == len(times)


@pytest.mark.parametrize("language", [*RECORDED, "xx"])
def test_what_no_machine_speaks_is_not_said(language: str) -> None:
    with pytest.raises(NoVoice, match=language):
        said({"day": TUESDAY}, language)


@pytest.mark.parametrize(
    ("number", "spoken"),
    [("+18005550100", "8 0 0, 5 5 5, 0 1 0 0"), ("800-555-0100", "8 0 0, 5 5 5, 0 1 0 0"),
     ("5550100", "5 5 5, 0 1 0 0"), ("", ""), ("911", "9 1 1")],
)  # fmt: skip
def test_a_number_is_said_digit_by_digit(number: str, spoken: str) -> None:
    assert phone_said(number) == spoken


# -- recordings


@pytest.mark.parametrize("language", SPOKEN_BY_MACHINES)
def test_what_a_machine_speaks_needs_no_recording(language: str) -> None:
    with pytest.raises(NoRecordings):
        recordings_needed(language)


@pytest.mark.parametrize("language", RECORDED)
def test_twi_48_a_recording_is_a_whole_sentence_with_nothing_left_to_fill_in(language: str) -> None:
    needed = recordings_needed(language)
    assert len({each.name for each in needed}) == len(needed)
    assert all(each.text.strip() for each in needed)
    assert {name for each in needed for name in variables(each.text, SPOKEN)} == {"program", "phone", "hours"}
    kinds = [each.key for each in needed if each.variant and not each.key.startswith("voice_")]
    counted = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    assert counted == {"weekday": 7, "month": 12, "day": 31, "hour": 24, "minute": 11, "digit": 10}
    of_a_kind = {kind: {each.text for each in needed if each.key == kind} for kind in counted}
    assert {kind: len(texts) for kind, texts in of_a_kind.items()} == counted


@pytest.mark.parametrize("language", RECORDED)
def test_twi_48_every_script_is_played_from_recordings_that_are_needed(language: str) -> None:
    needed = set(recordings_needed(language))
    for key in voice_scripts(language):
        unheard = key == "voice_speech" and languages()[language].hears is None
        if key != "voice_is_this" and not unheard:  # nobody records every name
            played = recordings_of(key, VALUES, language)
            assert played
            assert set(played) <= needed


def names(key: str, language: str = "so", **values: object) -> list[str]:
    return [each.name for each in recordings_of(key, VALUES | values, language)]  # type: ignore[arg-type]


def test_a_day_and_a_time_follow_their_sentence_one_by_one() -> None:
    assert names("voice_visit") == ["voice_visit", "weekday/2", "month/6", "day/9", "hour/14", "minute/35"]
    assert names("voice_ride_return") == ["voice_ride_return", "hour/16", "minute/30"]
    assert names("voice_dayof", time=dt.time(9, 4)) == ["voice_dayof_no_time", "hour/9"]
    assert names("voice_language") == ["voice_language/7"]
    assert names("voice_ride_home") == ["voice_ride_home", *(f"digit/{digit}" for digit in "2025550177")]


@given(st.times())
def test_nobody_is_told_a_time_later_than_the_true_one(at: dt.time) -> None:
    hour, *minute = (int(name.partition("/")[2]) for name in names("voice_dayof", time=at)[1:])
    told = dt.time(hour, *minute)
    assert dt.timedelta(0) <= (dt.timedelta(hours=at.hour, minutes=at.minute) - dt.timedelta(
        hours=told.hour, minutes=told.minute)) < dt.timedelta(minutes=5)  # fmt: skip


def test_a_value_that_is_missing_is_noticed() -> None:
    with pytest.raises(KeyError, match="time"):
        recordings_of("voice_visit", {"day": TUESDAY}, "hy")
    assert Recording("voice_keys").name == "voice_keys"


# -- pace


def test_a_long_text_takes_longer_and_characters_are_counted_where_words_say_little() -> None:
    assert seconds("one two three four five", "en") == 2.0
    assert seconds("您今天有预约您今天", "zh-Hans") > seconds("one two", "en")
    assert all(seconds(voice_scripts(code)["voice_keys"], code) > 3 for code in languages())
