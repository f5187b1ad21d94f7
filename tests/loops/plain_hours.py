"""When a phone may ring, said once more and as plainly as the rulebook does: shares nothing with the product.

One minute at a time, without openings: what the product finds is compared with this (I3).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import holidays as calendars

Span = tuple[str, str]  # "09:00", "20:00"
TERRITORIES = ("US", "PR", "VI", "GU", "MP", "AS", "UM")
GUARD = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class StateRow:
    """A state's row of LAW-32: from when, Monday to Friday, Saturday, Sunday; whether holidays are free; the cap."""

    since: str
    week: Span
    saturday: Span | None
    sunday: Span | None
    holidays: bool = True
    cap: int | None = None


def _same(start: str, end: str, *, since: str = "2000-01-01", cap: int | None = None) -> StateRow:
    span = (start, end)
    return StateRow(since, span, span, span, cap=cap)


# Typed from the rulebook's table, not from the product's file.
STATES: dict[str, StateRow] = {
    "AL": StateRow("2000-01-01", ("08:00", "20:00"), ("08:00", "20:00"), None, holidays=False),
    "CA": _same("09:00", "21:00"),
    "CT": _same("09:00", "20:00", since="2023-10-01"),
    "FL": _same("08:00", "20:00", since="2021-07-01", cap=3),
    "IL": _same("09:00", "21:00"),
    "KY": _same("10:00", "21:00"),
    "LA": StateRow("2000-01-01", ("08:00", "20:00"), ("08:00", "20:00"), None, holidays=False),
    "MD": _same("08:00", "20:00", since="2024-01-01", cap=3),
    "MA": _same("08:00", "20:00"),
    "MI": _same("09:00", "21:00"),
    "MN": _same("09:00", "21:00"),
    "NM": _same("09:00", "21:00"),
    "MS": StateRow("2000-01-01", ("08:00", "20:00"), ("08:00", "20:00"), None),
    "NV": _same("09:00", "20:00"),
    "NJ": _same("08:00", "20:00", cap=3),
    "OK": _same("08:00", "20:00", since="2022-11-01", cap=3),
    "PA": _same("08:00", "21:00"),
    "RI": StateRow("2000-01-01", ("09:00", "18:00"), ("10:00", "17:00"), None, holidays=False),
    "TX": StateRow("2025-09-01", ("09:00", "21:00"), ("09:00", "21:00"), ("12:00", "21:00")),
    "WA": _same("08:00", "20:00"),
    "WY": _same("08:00", "20:00"),
}
_FREE: dict[tuple[str, int], Collection[dt.date]] = {}


@dataclass(frozen=True)
class Plain:
    """Who writes to whom: the program's own spans, the member's state and wishes, the clinic's closed days."""

    week: Span | None = ("09:00", "20:00")
    saturday: Span | None = ("09:00", "20:00")
    sunday: Span | None = ("12:00", "20:00")
    on_holidays: bool = False
    states: tuple[str, ...] = ()
    own: Span | None = None
    early: str | None = None
    closed: tuple[dt.date, ...] = ()
    urgent: bool = False


def us_zones() -> list[str]:
    """Every zone of the United States and its territories, of the time zone database itself."""
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return sorted(row[2] for row in rows if row[0] in TERRITORIES)


def is_free(day: dt.date, state: str | None) -> bool:
    """Whether a day is a holiday: federal without a state, else the state's."""
    key = (state or "", day.year)
    if key not in _FREE:
        _FREE[key] = set(calendars.country_holidays("US", subdiv=state, years=day.year))
    return day in _FREE[key]


def may_ring(plain: Plain, at: dt.datetime, zones: Collection[str]) -> bool:
    """Whether a text nobody asked for may leave in this minute: on all clocks, and ten minutes later still."""
    moments = (at, at + GUARD)
    return bool(zones) and all(_open(plain, moment.astimezone(ZoneInfo(zone))) for zone in zones for moment in moments)


def _open(plain: Plain, shown: dt.datetime) -> bool:
    clock = shown.strftime("%H:%M")
    return all(span is not None and span[0] <= clock < span[1] for span in spans_of(plain, shown.date()))


@cache
def spans_of(plain: Plain, day: dt.date) -> list[Span | None]:
    """The spans of one day, all of which must hold; None for a no."""
    free = any(is_free(day, state) for state in (None, *plain.states))
    found: list[Span | None] = []
    if not plain.urgent and (day in plain.closed or (free and not plain.on_holidays)):
        found.append(None)
    found.append(_from(_by_day(plain, day), plain.early))
    for state in plain.states:
        row = STATES.get(state)
        if row is not None and day >= dt.date.fromisoformat(row.since):
            found.append(None if free and not row.holidays else _from(_by_day(row, day), plain.early))
    return [*found, plain.own] if plain.own else found


def _by_day(hours: Plain | StateRow, day: dt.date) -> Span | None:
    return {5: hours.saturday, 6: hours.sunday}.get(day.weekday(), hours.week)


def _from(span: Span | None, early: str | None) -> Span | None:
    return span and (min(span[0], early or span[0]), span[1])
