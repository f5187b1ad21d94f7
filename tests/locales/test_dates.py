"""How days and times read to a member (COPY-04)."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.dates import NoReviewedPattern, Pattern, UnusablePattern, day_text, time_text
from locales.languages import languages
from locales.linter import longest_values
from locales.linter.house import vocabulary
from locales.segments import Encoding, segments

WRITTEN = list(languages())
IN_GSM = [code for code in WRITTEN if vocabulary(code).gsm]
JUNE_9, DECEMBER_30 = dt.date(2026, 6, 9), dt.date(2026, 12, 30)
MONDAY = dt.date(2026, 6, 1)
LEAP_YEAR = [dt.date(2028, 1, 1) + dt.timedelta(days=n) for n in range(366)]

DAYS = [
    (JUNE_9, "en", "Tue 6/9"),
    (JUNE_9, "es", "mar 9 jun"),
    (JUNE_9, "zh-Hans", "6月9日周二"),
    (JUNE_9, "vi", "thứ Ba 9 tháng 6"),
    (JUNE_9, "ru", "вт 9 июн"),
    (JUNE_9, "ar", "الثلاثاء 9 يونيو"),
    (JUNE_9, "ht", "madi 9 jen"),
    (JUNE_9, "hmn", "hnub Tuesday lub 6 hli tim 9"),
    (JUNE_9, "zh-Hant", "6月9日星期二"),
    (JUNE_9, "ko", "6월 9일 화요일"),
    (JUNE_9, "tl", "Martes, Hunyo 9"),
    (JUNE_9, "fa", "سه‌شنبه 9 ژوئن"),
    (JUNE_9, "hy", "երեքշաբթի հունիսի 9-ին"),
    (JUNE_9, "pt", "na ter 9 jun"),
    (JUNE_9, "fr", "mardi 9 juin"),
    (JUNE_9, "hi", "मंगल 9 जून"),
    (JUNE_9, "pa", "ਮੰਗਲ 9 ਜੂਨ"),
    (JUNE_9, "km", "ថ្ងៃអង្គារ 9 មិថុនា"),
    (JUNE_9, "lo", "ວັນອັງຄານທີ 9 ມິຖຸນາ"),
    (JUNE_9, "th", "วันอังคารที่ 9 มิ.ย."),
    (JUNE_9, "uk", "у вт 9 черв"),
    (JUNE_9, "ja", "6月9日(火曜日)"),
    (JUNE_9, "pl", "we wt 9 cze"),
    (JUNE_9, "so", "Talaado 9 Juun"),
    (DECEMBER_30, "en", "Wed 12/30"),
    (DECEMBER_30, "es", "mié 30 dic"),
    (DECEMBER_30, "zh-Hans", "12月30日周三"),
    (DECEMBER_30, "vi", "thứ Tư 30 tháng 12"),
    (DECEMBER_30, "ru", "ср 30 дек"),
    (DECEMBER_30, "ar", "الأربعاء 30 ديسمبر"),
    (DECEMBER_30, "ht", "mèkredi 30 desanm"),
    (DECEMBER_30, "hmn", "hnub Wednesday lub 12 hlis tim 30"),
    (dt.date(2026, 1, 3), "en", "Sat 1/3"),
    (dt.date(2026, 1, 3), "es", "sab 3 ene"),
    (dt.date(2028, 2, 29), "en", "Tue 2/29"),
    (dt.date(2028, 2, 29), "es", "mar 29 feb"),
    (dt.date(2026, 5, 3), "vi", "Chủ nhật 3 tháng 5"),
    (dt.date(2026, 5, 3), "ru", "вс 3 мая"),
]
TIMES = [
    (dt.time(14, 30), "2:30 PM"),
    (dt.time(0, 0), "12:00 AM"),
    (dt.time(0, 5), "12:05 AM"),
    (dt.time(9, 0), "9:00 AM"),
    (dt.time(11, 59), "11:59 AM"),
    (dt.time(12, 0), "12:00 PM"),
    (dt.time(12, 30), "12:30 PM"),
    (dt.time(23, 45), "11:45 PM"),
]
OTHER_CLOCKS = [
    ("zh-Hans", ["凌晨12:05", "上午9:30", "中午12:30", "下午2:30", "晚上7:45"]),
    ("vi", ["12:05 đêm", "9:30 sáng", "12:30 trưa", "2:30 chiều", "7:45 tối"]),
    ("ru", ["00:05", "09:30", "12:30", "14:30", "19:45"]),
    ("ar", ["12:05 ص", "9:30 ص", "12:30 م", "2:30 م", "7:45 م"]),
]
MOMENTS = [dt.time(0, 5), dt.time(9, 30), dt.time(12, 30), dt.time(14, 30), dt.time(19, 45)]


@pytest.mark.parametrize(("day", "language", "text"), DAYS)
def test_a_day_reads_as_people_write_it(day: dt.date, language: str, text: str) -> None:
    assert day_text(day, language) == text


@pytest.mark.parametrize(("time", "text"), TIMES)
@pytest.mark.parametrize("language", ["en", "es", "ht", "hmn"])
def test_a_time_reads_as_a_clock(time: dt.time, text: str, language: str) -> None:
    assert time_text(time, language) == text


@pytest.mark.parametrize(("language", "texts"), OTHER_CLOCKS)
def test_a_time_reads_as_the_clock_of_its_speakers(language: str, texts: list[str]) -> None:
    assert [time_text(time, language) for time in MOMENTS] == texts


@pytest.mark.parametrize("language", ["ium", "zh", "", "en-US"])
def test_a_language_without_a_pattern_gets_no_guess(language: str) -> None:
    with pytest.raises(NoReviewedPattern):
        day_text(JUNE_9, language)
    with pytest.raises(NoReviewedPattern):
        time_text(dt.time(9), language)


@pytest.mark.parametrize("language", WRITTEN)
def test_no_day_of_the_year_reads_as_another(language: str) -> None:
    assert len({day_text(day, language) for day in LEAP_YEAR}) == 366


@pytest.mark.parametrize("language", WRITTEN)
def test_no_minute_of_the_day_reads_as_another(language: str) -> None:
    assert len({time_text(dt.time(n // 60, n % 60), language) for n in range(24 * 60)}) == 24 * 60


@pytest.mark.parametrize("language", WRITTEN)
def test_every_day_says_its_number_and_its_weekday(language: str) -> None:
    for day in LEAP_YEAR:
        assert re.search(rf"(?<!\d){day.day}(?!\d)", day_text(day, language))
    week = [day_text(MONDAY + dt.timedelta(days=n), language) for n in range(7)]
    assert len({re.sub(r"\d", "", text) for text in week}) == 7


@pytest.mark.parametrize("language", [code for code in WRITTEN if code != "en"])
def test_a_day_is_never_two_numbers_beside_each_other(language: str) -> None:
    assert not [text for day in LEAP_YEAR if re.search(r"\d\W+\d", text := day_text(day, language))]


def test_haitian_days_are_not_french() -> None:
    text = " ".join(day_text(day, "ht") for day in LEAP_YEAR)
    french = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|janvier|février|mars|mai|juin|juillet|août|décembre"
    assert not re.search(rf"\b(?:{french})\b", text)


@pytest.mark.parametrize("language", WRITTEN)
def test_no_two_languages_write_their_days_alike(language: str) -> None:
    others = {day_text(day, other) for other in WRITTEN if other != language for day in LEAP_YEAR}
    assert others.isdisjoint(day_text(day, language) for day in LEAP_YEAR)


@pytest.mark.parametrize("language", WRITTEN)
def test_no_two_hours_read_alike(language: str) -> None:
    assert len({time_text(dt.time(hour), language) for hour in range(24)}) == 24


@pytest.mark.parametrize("language", WRITTEN)
def test_no_time_is_longer_than_the_one_a_text_is_checked_with(language: str) -> None:
    # What is checked with it before it is approved fits at every hour.
    longest = max(len(time_text(dt.time(n // 60, n % 60), language)) for n in range(24 * 60))
    assert len(longest_values(language)["time"]) == longest


GOOD = """day = "{weekday} {day}/{month}"
weekdays = ["a", "b", "c", "d", "e", "f", "g"]
"""


@pytest.mark.parametrize(
    "wrong",
    [
        GOOD.replace('"g"', '"a"'),
        GOOD.replace(', "g"', ""),
        GOOD + 'months = ["only"]',
        GOOD + 'parts = [[1, "AM"]]',
        GOOD + 'parts = [[0, "AM"], [0, "PM"]]',
        GOOD + 'parts = [[0, "AM"], [24, "PM"]]',
        GOOD + "parts = []",
        GOOD + 'year = "{year}"',
        'day = "{day}"',
    ],
)
def test_a_pattern_that_is_not_complete_says_so(wrong: str, tmp_path: Path) -> None:
    file = tmp_path / "dates.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert Pattern.read(file).months[11] == "12"
    file.write_text(wrong, encoding="utf-8")
    with pytest.raises(UnusablePattern, match=r"dates\.toml"):
        Pattern.read(file)


@given(st.dates(), st.times(), st.sampled_from(WRITTEN))
def test_digits_are_western_and_nothing_is_hidden(day: dt.date, time: dt.time, language: str) -> None:
    text = f"{day_text(day, language)} {time_text(time, language)}"
    # Persian joins the parts of a word with U+200C.
    assert not re.search(r"[\u00a0\u2000-\u200b\u200d-\u200f\u2028-\u202f\u205f-\u206f\u061c\ufeff]", text)
    assert language == "fa" or "\u200c" not in text
    assert all(character.isascii() for character in text if character.isdecimal())


@given(st.dates(), st.times(), st.sampled_from(IN_GSM))
def test_no_date_or_time_makes_a_text_expensive(day: dt.date, time: dt.time, language: str) -> None:
    assert segments(f"{day_text(day, language)} {time_text(time, language)}").encoding is Encoding.GSM7


@given(st.dates(), st.times(), st.sampled_from(["en", "es"]))
def test_english_and_spanish_dates_stay_short(day: dt.date, time: dt.time, language: str) -> None:
    assert len(f"{day_text(day, language)} {time_text(time, language)}") <= len("mié 30 sep 12:30 PM")
