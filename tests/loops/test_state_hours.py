"""LAW-32: every state's row, as data and as the gate keeps it, from its first minute to its last."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import Any

import pytest
from gate_rows import judged
from gate_rows_held import LEGAL, MEMORIAL_DAY, PLENTY
from loop_builders import a_consent, local
from plain_hours import STATES, StateRow

from outreach.loops import state_hours as rows
from outreach.loops.consent import Action
from outreach.loops.hours import Hours
from outreach.loops.state_hours import EARLIEST, LATEST, every_state, in_force, state_hours
from outreach.loops.verdict import Allowed, HeldUntil

TUESDAY, SATURDAY, SUNDAY = dt.date(2027, 3, 16), dt.date(2027, 3, 20), dt.date(2027, 3, 21)
MINUTE = dt.timedelta(minutes=1)
RAW: list[dict[str, Any]] = tomllib.loads(rows._TABLE.read_text(encoding="utf-8"))["row"]


def _text(window: tuple[dt.time, dt.time] | None) -> tuple[str, str] | None:
    return window and (window[0].isoformat("minutes"), window[1].isoformat("minutes"))


@pytest.mark.parametrize("state", STATES)
def test_law_32_each_row_of_the_rulebook_is_there_with_its_figures(state: str) -> None:
    said = STATES[state]
    (row,) = state_hours()[state]
    found = (str(row.since), _text(row.weekday), _text(row.saturday), _text(row.sunday), row.holidays)
    assert found == (said.since, said.week, said.saturday, said.sunday, said.holidays)
    assert row.per_24_hours == said.cap


def test_law_32_there_is_no_other_row() -> None:
    assert set(every_state()) == set(STATES)
    assert len(RAW) == len(STATES)


@pytest.mark.parametrize("row", RAW, ids=lambda row: row["state"])
def test_law_32_a_row_is_sound_and_says_where_it_is_from(row: dict[str, Any]) -> None:
    assert row["confidence"] in ("H", "M", "L")
    assert row["source"]
    assert type(row["from"]) is dt.date
    assert row.get("holidays", "closed") == "closed"
    assert row.get("per_24_hours", 1) >= 1
    for day in ("weekday", "saturday", "sunday"):
        if row[day] != "closed":
            starts, ends = (dt.time.fromisoformat(time) for time in row[day])
            assert EARLIEST <= starts < ends <= LATEST


def _at(day: dt.date, time: str) -> dt.datetime:
    return local(f"{day} {time}")


def _held(facts: dict[str, Any], at: dt.datetime) -> HeldUntil:
    decision = judged(facts, {"useful_until": at + dt.timedelta(days=9)}, at)
    assert isinstance(decision, HeldUntil)
    return decision


def _in(state: str) -> dict[str, Any]:
    """Facts of a member of a state, whose program uses the whole legal day."""
    return {"hours": Hours(LEGAL.weekday, LEGAL.saturday, LEGAL.sunday, True, (state,)), "caps": PLENTY}


def _blamed(time: str, legal: str) -> str:
    """At the edges of the legal day it is that day which is over, not the state's."""
    return "LAW-33" if time == legal else "LAW-32"


@pytest.mark.parametrize("day", [TUESDAY, SATURDAY, SUNDAY], ids=["weekday", "Saturday", "Sunday"])
@pytest.mark.parametrize(("state", "row"), STATES.items(), ids=STATES.keys())
def test_law_32_a_state_rings_from_its_first_minute_to_its_last(state: str, row: StateRow, day: dt.date) -> None:
    facts, span = _in(state), {5: row.saturday, 6: row.sunday}.get(day.weekday(), row.week)
    if span is None:
        assert _held(facts, _at(day, "12:00")).rule == "LAW-32"
        return
    opens, closes = _at(day, span[0]), _at(day, span[1])
    assert _held(facts, opens - MINUTE) == HeldUntil(opens, _blamed(span[0], "08:00"))
    far = {"useful_until": closes + dt.timedelta(days=9)}
    assert judged(facts, far, opens) == Allowed(closes, "LAW-04", 7)
    assert judged(facts, far, closes - 11 * MINUTE) == Allowed(closes, "LAW-04", 7)
    assert _held(facts, closes - 10 * MINUTE).rule == "TIM-10"
    assert _held(facts, closes).rule == _blamed(span[1], "21:00")


@pytest.mark.parametrize(("state", "row"), STATES.items(), ids=STATES.keys())
def test_law_32_a_holiday_in_a_state(state: str, row: StateRow) -> None:
    noon = local(f"{MEMORIAL_DAY} 12:00")
    decision = judged(_in(state), {"useful_until": noon + dt.timedelta(days=9)}, noon)
    assert isinstance(decision, Allowed) is row.holidays
    assert row.holidays or decision == HeldUntil(local(f"2027-06-01 {row.week[0]}"), "LAW-32")


@pytest.mark.parametrize("state", [state for state, row in STATES.items() if row.since > "2000-01-01"])
def test_law_32_a_row_holds_from_its_day(state: str) -> None:
    since = dt.date.fromisoformat(STATES[state].since)
    assert in_force(state, since - dt.timedelta(days=1)) is None
    row = in_force(state, since)
    assert row is not None
    assert row.since == since


def test_law_32_texas_from_september_2025() -> None:
    facts = _in("TX")
    before, after = local("2025-08-31 09:00"), local("2025-09-07 09:00")  # two Sundays
    facts |= {
        "welcomed_at": local("2025-01-01 12:00"),
        "consent_events": (a_consent(Action.GRANT, local("2025-01-01 12:00")),),
    }
    assert isinstance(judged(facts, {"useful_until": before + dt.timedelta(days=9)}, before), Allowed)
    assert _held(facts, after) == HeldUntil(local("2025-09-07 12:00"), "LAW-32")


def test_law_31_a_state_without_a_row_has_the_federal_day() -> None:
    assert in_force("NY", TUESDAY) is None
    assert judged(_in("NY"), {"useful_until": _at(TUESDAY, "23:00")}, _at(TUESDAY, "08:00")) == Allowed(
        _at(TUESDAY, "21:00"), "LAW-04", 7
    )


def test_law_32_who_may_live_in_two_states_is_under_both() -> None:
    both = {"hours": Hours(LEGAL.weekday, LEGAL.saturday, LEGAL.sunday, True, ("KY", "RI")), "caps": PLENTY}
    assert _held(both, _at(TUESDAY, "09:00")) == HeldUntil(_at(TUESDAY, "10:00"), "LAW-32")
    assert judged(both, None, _at(TUESDAY, "10:00")) == Allowed(_at(TUESDAY, "18:00"), "LAW-04", 7)


def test_law_32_where_nobody_knows_the_state_the_strictest_of_all_holds() -> None:
    anywhere = {"hours": Hours(LEGAL.weekday, LEGAL.saturday, LEGAL.sunday, True, every_state())}
    assert _held(anywhere, _at(TUESDAY, "09:59")) == HeldUntil(_at(TUESDAY, "10:00"), "LAW-32")
    assert judged(anywhere, None, _at(TUESDAY, "10:00")) == Allowed(_at(TUESDAY, "18:00"), "LAW-04", 7)
    assert _held(anywhere, _at(SUNDAY, "13:00")).rule == "LAW-32"
