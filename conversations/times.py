"""Reads when a member would rather come, or be called: proposals for a person, never bookings (understanding 11)."""

from __future__ import annotations

from collections.abc import Iterable

from conversations.grammar import Said
from conversations.meaning import PartOfDay, Preferences
from conversations.tokens import Tokens

WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_DAYS = frozenset({*WEEKDAYS, "today", "tomorrow", *(f"+{ahead}" for ahead in range(2, 8))})
_PARTS = frozenset(PartOfDay)
_CLOCKS = frozenset({"clock", "am", "pm"})
_HALF = frozenset({"半", "반", "half", "media", "demi", "demie", "meia", "edmi", "ruoi", "rưỡi"})
_FIRST_AFTERNOON = 7  # "at 3" is the afternoon, "at 8" the morning: clinics are closed at the others


def _hour(hour: int, minute: int, half: str) -> str | None:
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    elif half == "clock" and 1 <= hour < _FIRST_AFTERNOON:
        hour += 12
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def _clock(said: Said, tokens: Tokens, half: str) -> str | None:
    written = [tokens.folded[place] for place in said.used if tokens.folded[place][0].isdecimal()]
    if not written:
        return None
    hour, _, minute = written[0].partition(":")
    half_hour = any(tokens.folded[place] in _HALF for place in said.used)
    minutes = minute or (written[1] if len(written) > 1 else "30" if half_hour else "0")
    return _hour(int(hour), int(minutes), half) if hour.isdecimal() and len(hour) <= 2 and minutes.isdecimal() else None


def _date(said: Said, tokens: Tokens, month: str) -> str | None:
    numbers = [int(tokens.folded[p]) for p in said.used if tokens.folded[p].isdecimal() and len(tokens.folded[p]) <= 2]
    day = next((number for number in reversed(numbers) if 1 <= number <= 31), None)  # the month may be one as well
    return f"{int(month):02}-{day:02}" if day else None


def _slashed(said: Said, tokens: Tokens, day_first: bool) -> str | None:
    parts = [int(part) for part in tokens.folded[said.used[-1]].split("/")]
    day, month = parts if day_first or parts[0] > 12 else reversed(parts)
    return f"{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def preferences(times: Iterable[Said], tokens: Tokens, calls: bool) -> Preferences:
    """Return the days, part of day, clock time and date that `times` name; for a call when `calls`."""
    days: list[str] = []
    part: PartOfDay | None = None
    time = date = None
    for said in times:
        name = said.what.removeprefix("when:")
        if name == "weekend":
            days += ["SAT", "SUN"]
        elif name in _DAYS:
            days.append(name)
        elif name in _PARTS:
            part = PartOfDay(name)
        elif name in _CLOCKS:
            time = _clock(said, tokens, name) or time
        elif name.startswith("month"):
            date = _date(said, tokens, name.removeprefix("month")) or date
        elif name == "date":
            date = _slashed(said, tokens, day_first=said.language != "en") or date
        elif name == "day":
            date = next((tokens.folded[p] for p in said.used if tokens.folded[p].isdecimal()), date)
    if calls:
        return Preferences(callback_time=time or (part.value if part else days[0] if days else None))
    if time and part in (PartOfDay.AFTERNOON, PartOfDay.EVENING) and int(time[:2]) < 12:
        time = f"{int(time[:2]) + 12}{time[2:]}"
    return Preferences(tuple(dict.fromkeys(days)), part, time, date)
