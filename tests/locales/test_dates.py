"""How days and times read to a member (COPY-04)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.dates import NoReviewedPattern, day_text, time_text
from locales.segments import Encoding, segments

JUNE_9 = dt.date(2026, 6, 9)

DAYS = [
    (JUNE_9, "en", "Tue 6/9"),
    (JUNE_9, "es", "mar 9 jun"),
    (dt.date(2026, 12, 30), "en", "Wed 12/30"),
    (dt.date(2026, 12, 30), "es", "mié 30 dic"),
    (dt.date(2026, 1, 3), "en", "Sat 1/3"),
    (dt.date(2026, 1, 3), "es", "sab 3 ene"),
    (dt.date(2028, 2, 29), "en", "Tue 2/29"),
    (dt.date(2028, 2, 29), "es", "mar 29 feb"),
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


@pytest.mark.parametrize(("day", "language", "text"), DAYS)
def test_a_day_reads_as_people_write_it(day: dt.date, language: str, text: str) -> None:
    assert day_text(day, language) == text


@pytest.mark.parametrize(("time", "text"), TIMES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_time_reads_as_a_clock(time: dt.time, text: str, language: str) -> None:
    assert time_text(time, language) == text


@pytest.mark.parametrize("language", ["fr", "zh-Hans", "", "en-US"])
def test_a_language_without_a_reviewed_pattern_gets_no_guess(language: str) -> None:
    with pytest.raises(NoReviewedPattern):
        day_text(JUNE_9, language)
    with pytest.raises(NoReviewedPattern):
        time_text(dt.time(9), language)


@given(st.dates(), st.times(), st.sampled_from(["en", "es"]))
def test_no_date_or_time_makes_a_text_expensive_or_long(day: dt.date, time: dt.time, language: str) -> None:
    text = f"{day_text(day, language)} {time_text(time, language)}"
    assert segments(text).encoding is Encoding.GSM7
    assert len(text) <= len("mié 30 sep 12:30 PM")
    assert "\u202f" not in text
