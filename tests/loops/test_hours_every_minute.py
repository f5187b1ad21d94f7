"""I3: the gate, minute by minute around every change of every US clock of six years, against a plain restatement.

Every minute under `make prove`, every twenty-ninth in `make test`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from counts import PROOF
from loop_builders import NEW_YORK, a_touch, local, the_facts
from plain_hours import STATES, Plain, Span, may_ring, us_zones

from outreach.loops.gate import decide
from outreach.loops.hours import Hours, Window
from outreach.loops.state_hours import every_state
from outreach.loops.verdict import Allowed, HeldUntil, Refused

EVERY = 1 if PROOF else 29
MINUTE, DAY, MONTH = dt.timedelta(minutes=1), dt.timedelta(days=1), dt.timedelta(days=31)
AROUND = 120  # minutes each side
FIRST, LAST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2032, 1, 1, tzinfo=dt.UTC)
SPECIAL_DAYS = [
    dt.date(year, month, day)
    for year in (2026, 2027, 2028, 2029, 2030, 2031)
    for month, day in ((1, 1), (1, 2), (12, 31))
] + [dt.date(2028, 2, 28), dt.date(2028, 2, 29), dt.date(2028, 3, 1)]

WAYS: dict[str, Plain] = {
    "the program's own": Plain(),
    "the whole legal day": Plain(("08:00", "21:00"), ("08:00", "21:00"), ("08:00", "21:00"), on_holidays=True),
    "who is reached from five": Plain(early="05:00", urgent=True),
    "who asked for an hour that a spring night skips": Plain(early="02:30", urgent=True),
    "who wants to be reached in the evening": Plain(own=("17:00", "20:00")),
    "somewhere in Texas": Plain(states=("TX",), urgent=True),
    "somewhere in Rhode Island": Plain(states=("RI",), urgent=True),
    "nobody knows where": Plain(states=tuple(sorted(STATES))),
}


def _window(span: Span | None) -> Window | None:
    return span and (dt.time.fromisoformat(span[0]), dt.time.fromisoformat(span[1]))


def _hours(plain: Plain) -> Hours:
    """The product's hours for the same circumstances."""
    assert plain.week
    week = _window(plain.week)
    assert week
    return Hours(week, _window(plain.saturday), _window(plain.sunday), plain.on_holidays).narrowed(
        states=plain.states,
        own=_window(plain.own),
        early=dt.time.fromisoformat(plain.early) if plain.early else None,
        closed=frozenset(plain.closed),
        urgent=plain.urgent,
    )


@cache
def changes(zone: str) -> tuple[dt.datetime, ...]:
    """The instants at which a zone's clocks change, to the minute."""
    found, at = [], FIRST
    while at < LAST:
        if _offset(at, zone) != _offset(at + DAY, zone):
            found.append(
                next(at + n * MINUTE for n in range(24 * 60 + 1) if _offset(at + n * MINUTE, zone) != _offset(at, zone))
            )
        at += DAY
    return tuple(found)


def _offset(at: dt.datetime, zone: str) -> dt.timedelta | None:
    return at.astimezone(ZoneInfo(zone)).utcoffset()


def _edges(plain: Plain, day: dt.date, zone: str) -> Iterator[dt.datetime]:
    """The instants at which something opens or closes on a day: all the times that are named anywhere."""
    rows = [plain, *(STATES[state] for state in plain.states)]
    spans = [span for row in rows for span in (row.week, row.saturday, row.sunday)]
    named = {time for span in (*spans, plain.own) if span for time in span} | ({plain.early} if plain.early else set())
    for time in sorted(named):
        yield dt.datetime.combine(day, dt.time.fromisoformat(time), ZoneInfo(zone)).astimezone(dt.UTC)


def _minutes(middles: list[dt.datetime]) -> list[dt.datetime]:
    """Every minute within two hours of any of these instants, once; or those of them whose count is right."""
    around = {middle + n * MINUTE for middle in middles for n in range(-AROUND, AROUND + 1)}
    return sorted(at for at in around if (at - FIRST) // MINUTE % EVERY == 0)


def _agree(plain: Plain, minutes: list[dt.datetime], zones: tuple[str, ...]) -> int:
    """Ask the gate in each of these minutes; return how many it was asked in."""
    facts = the_facts(hours=_hours(plain), zones=zones, welcomed_at=FIRST - MONTH)
    for at in minutes:
        match decide(a_touch(at + MONTH), facts, at):
            case Allowed(until):
                assert may_ring(plain, at, zones), (at, zones)
                assert not may_ring(plain, until - 10 * MINUTE, zones), (at, zones, until)
            case HeldUntil(when):
                assert not may_ring(plain, at, zones), (at, zones)
                assert may_ring(plain, when, zones), (at, zones, when)
                assert not may_ring(plain, when - MINUTE, zones), (at, zones, when)
            case Refused(rule):
                assert rule == "TIM-03"
    return len(minutes)


ZONES = us_zones()


def test_i3_every_zone_of_the_states_and_territories_is_tried() -> None:
    assert len(ZONES) >= 35
    assert {"America/New_York", "America/Adak", "America/Phoenix", "America/Puerto_Rico", "Pacific/Guam"} <= set(ZONES)
    assert {len(changes(zone)) for zone in ZONES} == {0, 12}
    assert dt.datetime(2026, 11, 1, 6, tzinfo=dt.UTC) in changes(NEW_YORK)
    assert dt.datetime(2031, 3, 9, 7, tzinfo=dt.UTC) in changes(NEW_YORK)
    assert tuple(sorted(STATES)) == every_state()


@pytest.mark.parametrize("way", WAYS)
def test_i3_around_every_change_of_the_clocks_nobody_is_woken_and_no_hour_is_lost(way: str) -> None:
    plain, asked = WAYS[way], 0
    for zone in ZONES:
        for changed in changes(zone):
            day = changed.astimezone(ZoneInfo(zone)).date()
            asked += _agree(plain, _minutes([changed, *_edges(plain, day, zone)]), (zone,))
    assert asked > 100_000 / EVERY


@pytest.mark.parametrize("way", WAYS)
def test_i3_leap_days_and_the_turn_of_the_year_are_days_like_any_other(way: str) -> None:
    for day in SPECIAL_DAYS:
        for zone in (NEW_YORK, "Pacific/Honolulu"):
            _agree(WAYS[way], _minutes(list(_edges(WAYS[way], day, zone))), (zone,))


@pytest.mark.parametrize("zone", ZONES)
def test_tim_03_of_several_clocks_all_must_agree_on_the_days_they_change(zone: str) -> None:
    plain = WAYS["the program's own"]
    for changed in changes(NEW_YORK)[:: 1 if EVERY == 1 else 4]:
        day = changed.astimezone(ZoneInfo(NEW_YORK)).date()
        middles = [changed, *_edges(plain, day, NEW_YORK), *_edges(plain, day, zone)]
        _agree(plain, _minutes(middles), (NEW_YORK, zone))


def test_tim_07_an_hour_that_comes_twice_opens_the_first_time() -> None:
    early = Hours(early=dt.time(1, 30), urgent=True)
    first, before = local("2027-11-07 01:30"), local("2027-11-07 01:29")
    assert decide(a_touch(first + DAY), the_facts(hours=early), before) == HeldUntil(first, "LAW-33")
    assert isinstance(decide(a_touch(first + DAY), the_facts(hours=early), first), Allowed)
