"""A world played to its end: every loop closed or owned, whatever the seed, and the same seed the same end."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from outreach.engine.calendars import CalendarIsReal, set_calendar
from outreach.engine.deployment import Deployment
from outreach.simulation import world
from outreach.simulation.demo import in_words
from outreach.simulation.dice import Dice, pick, roll
from outreach.simulation.people import answer, clinic_reports, goes
from outreach.simulation.run import simulate
from outreach.simulation.stage import begin, morning_after
from outreach.store import health
from outreach.store.actor import OPERATOR
from outreach.store.reads.simulation import OpenQuestion
from outreach.store.reads.summary import Summary

PROVING = "OUTREACH_PROOF" in os.environ
SEEDS, MEMBERS = (range(1, 11), 40) if PROVING else ([1], 4)
MORNING = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
_ENDS: dict[int, Summary] = {}


def played(deployment: Deployment, folder: Path, seed: int, members: int) -> Summary:
    set_calendar(deployment, MORNING)
    world.build(deployment, folder, seed, members)
    return simulate(deployment, seed, check_every_step=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_loop_ends_closed_or_owned_and_the_same_on_both_databases(
    deployment: Deployment, tmp_path: Path, seed: int
) -> None:
    end = played(deployment, tmp_path / "world", seed, MEMBERS)
    assert end.unheld == end.waiting == 0
    assert sum(count for _, count in end.closed) + end.owned >= MEMBERS * 3  # two past visits each, and one to come
    # The other database, if it has been played already, must have ended the same way.
    assert _ENDS.setdefault(seed, end) == end


def test_a_configured_carrier_refuses_a_simulation(deployment: Deployment, tmp_path: Path) -> None:
    from dataclasses import replace

    real = replace(deployment, settings=deployment.settings.model_copy(update={"twilio_account_sid": "AC1"}))
    with pytest.raises(CalendarIsReal):
        simulate(real, 1)


def test_the_demo_starts_in_office_hours_of_the_next_day(deployment: Deployment) -> None:
    begin(deployment)
    assert deployment.database.now() == morning_after(deployment.timer.now())


def test_a_freshly_built_world_is_held(deployment: Deployment, tmp_path: Path) -> None:
    set_calendar(deployment, MORNING)
    world.build(deployment, tmp_path / "world", 5, 12)
    with deployment.read(OPERATOR) as uow:
        assert health.unheld(uow) == {}


def test_dice_fall_the_same_way_for_the_same_occasion() -> None:
    assert roll(1, "visit", "V-1") == roll(1, "visit", "V-1") != roll(2, "visit", "V-1")
    assert {pick(n / 100, ((1, "a"), (3, "b"))) for n in range(100)} == {"a", "b"}
    assert Dice(1, "V-1").one_of("zone", ("x",)) == "x"


def test_most_members_go_and_most_clinics_report() -> None:
    visits = [f"V-{number}" for number in range(2000)]
    assert 0.75 < sum(goes(1, visit) for visit in visits) / 2000 < 0.85
    silent = sum(clinic_reports(1, visit) is None for visit in visits) / 2000
    assert 0.08 < silent < 0.16


def test_members_answer_only_what_is_on_the_menu_or_their_own_words() -> None:
    asked = [OpenQuestion(n, f"V-{n}", "+12025550100", "reminder", "es", MORNING) for n in range(500)]
    answers = [answer(1, question) for question in asked]
    assert {"1", "2", "3"} <= {said.text for found in answers for said in found}
    assert all(said.after > timedelta(0) for found in answers for said in found)
    assert () in answers


def test_a_summary_reads_as_words() -> None:
    found = Summary((("visit_completed · kept · -", 3),), (), (), (), (("LAW-19", 1),), 0, 1, 0)
    assert "3 closed, 1 owned by a person" in in_words(found)
    assert "LAW-19 1" in in_words(found)
