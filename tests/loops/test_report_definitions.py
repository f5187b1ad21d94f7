"""What counts in a report and what does not, as scenarios; and what rates, gaps and waits come to."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from outreach.loops import lattice
from outreach.loops.business_days import BusinessCalendar
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.reports.fates import arrived, fate, firm
from outreach.loops.reports.measures import BOOKED, COMPLETE, KEPT, LATE, NO_SHOW, Counted
from outreach.loops.reports.rides import needless, rode
from outreach.loops.reports.spans import age_bounds, percentile
from outreach.loops.reports.tables import OTHER, table, together
from outreach.loops.reports.work import ACKNOWLEDGED, DONE, INTERPRETED, NOT_POSSIBLE, Kept, acknowledged, booked
from outreach.loops.rides import RideNeed, TripStatus
from outreach.loops.tasks import RULES, TaskKind

SCENARIOS = tomllib.loads((Path(__file__).parent / "reports.toml").read_text(encoding="utf-8"))
RATES = (KEPT, NO_SHOW, LATE)


@pytest.mark.parametrize("visit", SCENARIOS["visit"], ids=lambda visit: visit["says"])
def test_what_counts_of_a_visit(visit: dict[str, Any]) -> None:
    became = fate(visit.get("outcome"), visit.get("closed"), visit.get("cancelled", False), visit["past"])
    for measure in RATES:
        counted = measure.counted({became: 1})
        assert counted.part == (measure.name in visit["counts"]), measure.name
        assert counted.whole == (measure.name in visit["in"]), measure.name
        assert counted.unknown == visit.get("apart", False), measure.name


def test_the_scenarios_have_every_outcome() -> None:
    assert {visit.get("outcome") for visit in SCENARIOS["visit"]} == {None, *Outcome}


def test_a_text_is_delivered_when_the_carrier_says_so_and_silence_is_neither() -> None:
    assert {status: arrived(status) for status in SCENARIOS["texts"]} == SCENARIOS["texts"]
    assert arrived(None) == "unconfirmed"
    assert SCENARIOS["texts"].keys() >= lattice.TERMINAL


def test_a_leg_is_completed_when_the_broker_says_so() -> None:
    assert {status.value: rode(status) for status in TripStatus} == SCENARIOS["legs"]


def test_a_ride_that_was_asked_for_and_never_booked_is_needed_until_somebody_has_one_or_does_not_come() -> None:
    assert {need.value: needless(need) for need in RideNeed} == SCENARIOS["asks"]
    assert BOOKED.counted({"booked": 30, "not_booked": 10, "needless": 5}) == Counted(30, 40, 5)


def test_a_firm_outcome_comes_from_who_was_there_or_paid() -> None:
    assert {source.value: firm(source) for source in Source} == SCENARIOS["firm"]
    assert not firm(None)


@pytest.mark.parametrize("crisis", SCENARIOS["crisis"], ids=lambda crisis: crisis["says"])
def test_what_became_of_a_crisis(crisis: dict[str, Any]) -> None:
    flags = {"seen": False, "in_time": False, "is_open": True, "over": False}
    stands = acknowledged(**{name: crisis.get(name, usual) for name, usual in flags.items()})
    assert stands == crisis["becomes"]
    counted = ACKNOWLEDGED.counted({stands: 1})
    assert (counted.part, counted.unknown) == (stands == "in_time", stands == "waiting")
    assert counted.whole == (stands != "waiting")


@pytest.mark.parametrize("work", SCENARIOS["interpreter"], ids=lambda work: work["says"])
def test_what_became_of_an_interpreter_to_book(work: dict[str, Any]) -> None:
    stands = booked(work.get("resolution"), in_time=work.get("in_time", False), over=work.get("over", False))
    assert (stands or "") == work["becomes"]
    counted = INTERPRETED.counted({stands: 1} if stands else {})
    assert (counted.part, counted.unknown) == (stands == "in_time", stands == "waiting")


def test_the_scenarios_have_every_way_work_can_stand() -> None:
    for name in ("crisis", "interpreter"):
        assert {each["becomes"] for each in SCENARIOS[name]} - {""} == {*Kept}
    assert set(RULES[TaskKind.BOOK_INTERPRETER].resolutions) == {DONE, NOT_POSSIBLE}


def test_a_rate_of_nothing_is_none_and_its_interval_says_nothing() -> None:
    nothing = Counted(0, 0)
    assert (nothing.rate, nothing.unknown_share, nothing.interval) == (None, None, (0.0, 1.0))
    assert COMPLETE.counted({"firm": 3, "not_firm": 1}).rate == 0.75
    assert Counted(30, 40, 10).unknown_share == 0.2


def test_gaps_are_measured_to_english_or_to_the_largest_group() -> None:
    tallies = {"en": {"kept": 88, "no_show": 22}, "es": {"kept": 60, "no_show": 40}, "vi": {"kept": 30, "no_show": 20}}
    found = table(KEPT, tallies, prefer="en")
    assert found.reference == "en"
    assert [line.key for line in found.lines] == ["en", "es", "vi"]
    gaps = {line.key: line.gap for line in found.lines}
    assert gaps["en"] is None
    assert gaps["es"] is not None
    assert gaps["es"][0] == pytest.approx(-0.2)
    assert found.spread == pytest.approx(0.2)
    assert table(KEPT, tallies, prefer="").reference == "en"
    assert table(KEPT, {key: tallies[key] for key in ("es", "vi")}, prefer="en").reference == "es"


def test_small_groups_stand_together_and_say_how_many_they_are() -> None:
    few = {"kept": 6, "no_show": 2}
    tallies = {"en": {"kept": 80, "no_show": 20}, "hy": few, "km": few, "lo": few, "fa": few, "so": few, "ht": few}
    rows, others = together(tallies)
    assert others == 6
    found = table(KEPT, rows, others)
    other = next(line for line in found.lines if line.key == OTHER)
    assert other.groups == 6
    assert other.counted == Counted(36, 48)


def test_what_never_came_counts_as_longer_than_everything() -> None:
    hours = {1: 4, 5: 3, 24: 2}
    assert percentile(hours, 0, 0.5) == 5
    assert percentile(hours, 0, 0.9) == 24
    assert percentile(hours, 1, 0.9) == 24
    assert percentile(hours, 9, 0.5) == 24
    assert percentile(hours, 10, 0.5) is None
    assert percentile({}, 5, 0.5) is None


def test_ages_go_by_business_days() -> None:
    tuesday = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    bounds = age_bounds(BusinessCalendar("America/New_York"), tuesday)
    days = [(name, since and since.astimezone(UTC).date().isoformat()) for name, since in bounds]
    assert days == [
        ("0 to 1", "2026-11-23"), ("2", "2026-11-20"), ("3 to 5", "2026-11-17"), ("6 to 10", "2026-11-09"),
        ("over 10", None),
    ]  # fmt: skip
