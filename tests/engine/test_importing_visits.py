"""Importing visits: what is to come is opened and held, what is past is history, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from world import (
    TODAY,
    book,
    column_map,
    contents,
    csv_file,
    enrol,
    loop_of,
    member,
    program,
    rows_of,
    visit,
)

from outreach.engine.deployment import Deployment
from outreach.engine.importing import Request, import_appointments, rejects_path
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.health import unheld

RUNS = ("import_run", "audit", "counter")


@pytest.fixture(autouse=True)
def _ana(deployment: Deployment) -> None:
    program(deployment)
    enrol(deployment, member())


@pytest.fixture(autouse=True)
def _nothing_unheld(_ana: None, deployment: Deployment) -> Iterator[None]:
    """After every test here, the promise holds."""
    yield
    with deployment.read(OPERATOR) as uow:
        assert unheld(uow) == {}


PLANNED = ["welcome", "reminder_week", "ride_check", "reminder", "day_before", "dayof", "postvisit"]


def planned(deployment: Deployment) -> list[str]:
    query = "SELECT step FROM touch WHERE state = 'planned' ORDER BY due_at, id"
    return [row[0] for row in rows_of(deployment, query)]


def test_a_visit_to_come_is_opened_planned_and_held(deployment: Deployment) -> None:
    result = book(deployment, visit())
    found = loop_of(deployment)
    assert result.counts == {"created": 1, "rejected": 0}
    assert (found.stage, found.closed, found.held_by.split(":")[0]) == ("scheduled", None, "touch")
    assert planned(deployment) == PLANNED


def test_a_member_without_a_phone_becomes_a_task(deployment: Deployment) -> None:
    book(deployment, visit(member="bo"))
    assert rows_of(deployment, "SELECT kind, owner_queue FROM task") == [("verify_phone", "coordinators")]
    assert planned(deployment) == []


def test_a_past_visit_with_its_outcome_is_history(deployment: Deployment) -> None:
    rows = [visit(-3, outcome="kept"), visit(-3, appointment="v2", outcome="no_show", why="ride")]
    result = book(deployment, *rows, visit(-3, appointment="v3", outcome="no_show"))
    assert result.counts == {"closed": 3, "rejected": 0}
    for name, outcome, reason in (
        ("v1", "kept", None),
        ("v2", "no_show", "transport_failure"),
        ("v3", "no_show", "not_stated"),
    ):
        found = loop_of(deployment, name)
        assert (found.closed, found.outcome, found.source, found.reason) == ("imported", outcome, "ehr", reason)
    assert planned(deployment) == []


def test_past_visits_without_outcomes_are_one_task_for_the_file(deployment: Deployment) -> None:
    rows = [visit(-n, appointment=f"v{n}") for n in range(1, 4)]
    result = book(deployment, *rows)
    again = book(deployment, *rows)
    assert (result.counts["unknown"], again.counts["unchanged"]) == (3, 3)
    assert loop_of(deployment, "v2").outcome == "unknown"
    assert rows_of(deployment, "SELECT kind, owner_queue, loop_id FROM task") == [
        ("missing_outcomes", "clinic_liaison", None)
    ]


def test_an_outcome_that_comes_later_corrects_history_without_opening_work(deployment: Deployment) -> None:
    book(deployment, visit(-3))
    result = book(deployment, visit(-3, outcome="no_show"))
    found = loop_of(deployment)
    assert result.counts == {"updated": 1, "rejected": 0}
    assert (found.outcome, found.source, found.closed) == ("no_show", "ehr", "imported")


def test_the_same_file_again_changes_nothing(deployment: Deployment, database: Database) -> None:
    rows = [visit(), visit(-3, appointment="v2", outcome="kept"), visit(-3, appointment="v3"), visit(appointment="v4")]
    rows += [visit(9, appointment="v5", status="cancelled"), visit(9, appointment="v6", member="bo", clinic="unseen")]
    book(deployment, *rows)
    before = contents(database, *RUNS)
    again = book(deployment, *rows)
    assert again.counts == {"unchanged": 6, "rejected": 0}
    assert contents(database, *RUNS) == before


def test_a_moved_visit_moves_its_texts(deployment: Deployment) -> None:
    book(deployment, visit(7))
    result = book(deployment, visit(9))
    found = loop_of(deployment)
    assert result.counts == {"moved": 1, "rejected": 0}
    assert (found.anchor_version, found.day) == (2, TODAY + timedelta(days=9))
    assert planned(deployment) == PLANNED
    assert rows_of(deployment, "SELECT DISTINCT anchor_version FROM touch WHERE state = 'planned'") == [(2,)]
    assert rows_of(deployment, "SELECT count(*) FROM touch WHERE state = 'cancelled'") == [(len(PLANNED),)]


@pytest.mark.parametrize(
    ("change", "materially"),
    [
        ({"time": "15:00"}, False),
        ({"time": "15:01"}, True),
        ({"time": ""}, True),
        ({"date": "2026-12-01"}, True),
    ],
)
def test_a_move_is_material_from_31_minutes_or_another_day(
    deployment: Deployment, change: dict[str, str], materially: bool
) -> None:
    book(deployment, visit())
    book(deployment, visit() | change)
    (body,) = rows_of(deployment, "SELECT body FROM loop_event WHERE kind = 'VisitMoved'")[0]
    told = json.loads(body) if isinstance(body, str) else body  # SQLite hands JSON over as text
    assert told["materially"] is materially


def test_another_clinic_alone_is_an_update(deployment: Deployment) -> None:
    book(deployment, visit())
    before = loop_of(deployment)
    result = book(deployment, visit(clinic="another", time="14:30"))
    after = loop_of(deployment)
    assert result.counts == {"updated": 1, "rejected": 0}
    assert (after.anchor_version, after.clinic_id != before.clinic_id) == (1, True)


def test_a_clinic_nobody_configured_is_noted_as_unlisted_and_restricted(deployment: Deployment) -> None:
    book(deployment, visit(clinic="Élan & Co"))
    assert ("Élan & Co", "restricted", False) in [
        (key, sensitivity, bool(listed))
        for key, sensitivity, listed in rows_of(deployment, "SELECT key, sensitivity, listed FROM clinic")
    ]


def test_the_stricter_sensitivity_of_clinic_and_file_counts(deployment: Deployment) -> None:
    book(deployment, visit(clinic="lakeview"))
    assert rows_of(deployment, "SELECT sensitivity FROM anchor") == [("restricted",)]


def test_a_cancelled_visit_leaves_a_task_to_find_a_new_one(deployment: Deployment) -> None:
    book(deployment, visit())
    result = book(deployment, visit(status="cancelled"))
    found = loop_of(deployment)
    assert result.counts == {"cancelled": 1, "rejected": 0}
    assert (found.cancelled, found.stage, found.outcome) == (True, "not_kept", "cancelled_by_clinic")
    assert rows_of(deployment, "SELECT kind FROM task WHERE state = 'open'") == [("reschedule",)]
    assert planned(deployment) == []


def test_a_cancelled_visit_that_is_on_again_is_watched_again(deployment: Deployment) -> None:
    book(deployment, visit(status="cancelled"))
    assert loop_of(deployment).closed == "imported"
    result = book(deployment, visit())
    assert result.counts == {"moved": 1, "rejected": 0}
    assert loop_of(deployment).closed is None
    assert "reminder" in planned(deployment)


def test_an_outcome_closes_the_loop_that_waits_for_it(deployment: Deployment) -> None:
    book(deployment, visit(0, time="09:30"))
    assert loop_of(deployment).closed is None
    result = book(deployment, visit(0, time="09:30", outcome="kept"))
    assert result.counts == {"reported": 1, "rejected": 0}
    assert (loop_of(deployment).closed, loop_of(deployment).outcome) == ("visit_completed", "kept")
    again = book(deployment, visit(0, time="09:30", outcome="kept"))
    assert again.counts == {"unchanged": 1, "rejected": 0}


def test_a_missed_visit_stays_open_until_there_is_a_new_one(deployment: Deployment, database: Database) -> None:
    book(deployment, visit(0, time="09:30"))
    book(deployment, visit(0, time="09:30", outcome="no_show"))
    assert (loop_of(deployment).stage, loop_of(deployment).closed) == ("not_kept", None)
    before = contents(database, *RUNS)
    book(deployment, visit(0, time="09:30", outcome="no_show"))
    assert contents(database, *RUNS) == before


def test_history_moved_ahead_is_opened_and_its_outcomes_are_ignored(deployment: Deployment) -> None:
    rows = [visit(-30, outcome="kept"), visit(-28, appointment="v2", member="bo", outcome="no_show")]
    book(deployment, *rows)
    shifted = column_map(shift_to=TODAY + timedelta(days=7))
    result = import_appointments(Request(deployment, OPERATOR), csv_file(*rows), shifted)
    assert result.counts == {"moved": 2, "rejected": 0}
    assert result.notes["outcomes_ignored"] == 2
    assert (loop_of(deployment).stage, loop_of(deployment).outcome) == ("scheduled", None)
    assert rows_of(deployment, "SELECT kind FROM task WHERE state = 'open'") == [("verify_phone",)]


def test_absent_visits_are_left_alone(deployment: Deployment) -> None:
    book(deployment, visit(), visit(appointment="v2"))
    book(deployment, visit())
    assert loop_of(deployment, "v2").closed is None


def test_a_visit_never_changes_its_member(deployment: Deployment) -> None:
    book(deployment, visit())
    result = book(deployment, visit(member="bo"))
    assert result.counts == {"rejected": 1}


def test_an_id_that_was_another_person_in_an_earlier_file_is_not_taken(deployment: Deployment) -> None:
    book(deployment, visit(-3, sex="F", age="40", outcome="kept"))
    result = book(deployment, visit(-2, appointment="v2", sex="F", age="61", outcome="kept"))
    assert result.counts == {"rejected": 1}


def test_rounded_ids_are_counted_and_people_who_share_one_are_not_taken(deployment: Deployment) -> None:
    rows = [visit(-3, member="2.98725E+13", sex="F", outcome="kept")]
    rows += [visit(-3, appointment="v2", member="2.98725E+13", sex="M", outcome="kept")]
    result = book(deployment, *rows, visit(-3, appointment="v3", member="5.1E+12", outcome="kept"))
    assert result.notes["rounded_ids"] == 3
    assert result.counts == {"closed": 1, "rejected": 2}


def test_every_row_of_a_damaged_file_is_accounted_for(deployment: Deployment) -> None:
    path = csv_file(visit(), visit(appointment="", time="9:00"), visit(appointment="v3", time="25:00"))
    path.write_text(path.read_text() + 'broken"row\n\nv9,ana,riverside\n', encoding="utf-8")
    result = import_appointments(Request(deployment, OPERATOR), path, column_map())
    assert result.counts == {"created": 1, "rejected": 5}
    assert result.rows == 6
    assert result.rejects == rejects_path(path)
    assert len(rejects_path(path).read_text(encoding="utf-8-sig").splitlines()) == 6


def test_a_corrected_file_removes_the_rejects_of_the_run_before(deployment: Deployment) -> None:
    path = csv_file(visit(time="25:00"))
    import_appointments(Request(deployment, OPERATOR), path, column_map())
    assert rejects_path(path).exists()
    path.write_text(path.read_text().replace("25:00", "15:00"))
    result = import_appointments(Request(deployment, OPERATOR), path, column_map())
    assert (result.rejects, rejects_path(path).exists()) == (None, False)


def test_a_dry_run_leaves_the_database_as_it_was(deployment: Deployment, database: Database) -> None:
    rows = [visit(n, appointment=f"v{n}", outcome="kept" if n < 0 else "") for n in range(-400, 200)]
    before = contents(database)
    tried = book(deployment, *rows, visit(7, appointment="v7"), dry_run=True)
    assert contents(database) == before
    done = book(deployment, *rows, visit(7, appointment="v7"))
    assert tried.counts == done.counts


def test_chunks_do_not_show(deployment: Deployment) -> None:
    rows = [visit(7, appointment=f"v{n}", member=f"m{n % 40}") for n in range(600)]
    result = book(deployment, *rows)
    assert result.counts == {"created": 600, "rejected": 0}
    assert rows_of(deployment, "SELECT count(*) FROM member") == [(41,)]


def test_a_visit_at_a_time_the_clocks_show_twice_is_noted(deployment: Deployment) -> None:
    result = book(deployment, visit(0, date="2027-11-07", time="01:30"))
    assert result.notes["ambiguous_times"] == 1


def test_tim_13_small_moves_add_up_to_a_new_promise(deployment: Deployment) -> None:
    book(deployment, visit(7, time="14:30"))
    versions = []
    for at in ("14:50", "15:00", "15:10"):
        book(deployment, visit(7, time=at))
        versions.append(loop_of(deployment).anchor_version)
    assert versions == [1, 1, 2]
