"""How a day and a clock time are written, language by language; never guessed, and never left to a library (COPY-04).

Beyond English and Spanish the patterns are drafts, as the texts they stand in are (HIP-22): nothing that carries one
is sent before a person has put their name under it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache


class NoReviewedPattern(LookupError):
    """There is no pattern for how this language writes dates, so none is guessed."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """How one language writes. `parts` names the stretches of a day, each with the hour it begins at, in order."""

    day: str
    weekdays: tuple[str, ...]  # Monday first
    months: tuple[str, ...] = tuple(str(number) for number in range(1, 13))
    time: str = "{hour}:{minute:02} {part}"
    parts: tuple[tuple[int, str], ...] = ((0, "AM"), (12, "PM"))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_PATTERNS: Mapping[str, _Pattern] = {
    "en": _Pattern(day="{weekday} {month}/{day}", weekdays=_words("Mon Tue Wed Thu Fri Sat Sun")),
    # Never 9/6: half the readers would arrive in September. "sáb" would turn a whole text into UCS-2 (TWI-52).
    "es": _Pattern(
        day="{weekday} {day} {month}",
        weekdays=_words("lun mar mié jue vie sab dom"),
        months=_words("ene feb mar abr may jun jul ago sep oct nov dic"),
    ),
    "zh-Hans": _Pattern(
        day="{month}月{day}日{weekday}",
        weekdays=_words("周一 周二 周三 周四 周五 周六 周日"),
        time="{part}{hour}:{minute:02}",
        parts=((0, "凌晨"), (6, "上午"), (12, "中午"), (13, "下午"), (18, "晚上")),
    ),
    # "T4" alone is Wednesday and April, and 9/6 is June here and September next door: so the month is said.
    "vi": _Pattern(
        day="{weekday} {day} tháng {month}",
        weekdays=("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
        parts=((0, "đêm"), (1, "sáng"), (12, "trưa"), (13, "chiều"), (18, "tối"), (22, "đêm")),
    ),
    # The leading zero says that the clock has 24 hours.
    "ru": _Pattern(
        day="{weekday} {day} {month}",
        weekdays=_words("пн вт ср чт пт сб вс"),
        months=_words("янв фев мар апр мая июн июл авг сен окт ноя дек"),
        time="{hour24:02}:{minute:02}",
    ),
    "ar": _Pattern(
        day="{weekday} {day} {month}",
        weekdays=_words("الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد"),
        months=_words("يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"),
        parts=((0, "ص"), (12, "م")),
    ),
    # In full: the usual abbreviations are French, and "mè" (Wednesday) is too near to "me" (May).
    "ht": _Pattern(
        day="{weekday} {day} {month}",
        weekdays=_words("lendi madi mèkredi jedi vandredi samdi dimanch"),
        months=_words("janvye fevriye mas avril me jen jiyè out septanm oktòb novanm desanm"),
    ),
    # White Hmong in the United States says weekdays in English: "hnub ob" is Monday to some and Tuesday to others.
    "hmn": _Pattern(
        day="hnub {weekday} lub {month} tim {day}",
        weekdays=_words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
        months=tuple(f"{number} {'hli' if number in (6, 7, 8, 10) else 'hlis'}" for number in range(1, 13)),
    ),
}


def _pattern(language: str) -> _Pattern:
    if language not in _PATTERNS:
        raise NoReviewedPattern(language)
    return _PATTERNS[language]


@lru_cache(maxsize=1024)
def day_text(day: dt.date, language: str) -> str:
    """Return "Tue 6/9" or "mar 9 jun"; NoReviewedPattern for a language without a pattern (COPY-04)."""
    pattern = _pattern(language)
    return pattern.day.format(weekday=pattern.weekdays[day.weekday()], day=day.day, month=pattern.months[day.month - 1])


@lru_cache(maxsize=1024)
def time_text(time: dt.time, language: str) -> str:
    """Return "2:30 PM" or "14:30"; NoReviewedPattern for a language without a pattern (COPY-04)."""
    pattern = _pattern(language)
    part = [word for first_hour, word in pattern.parts if first_hour <= time.hour][-1]
    return pattern.time.format(hour=time.hour % 12 or 12, hour24=time.hour, minute=time.minute, part=part)
