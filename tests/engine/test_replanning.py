"""Open loops are planned again in pieces, by whoever is there: nothing is lost when a process ends between two."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from world import PROGRAM_FILE, book, enrol, member, program, rows_of, visit

from outreach.engine import replanning
from outreach.engine.configure import configure
from outreach.engine.deployment import Deployment
from outreach.engine.pump import pump
from outreach.store import programs
from outreach.store.actor import OPERATOR

EXAMPLE = PROGRAM_FILE.read_text(encoding="utf-8")
LATER = EXAMPLE.replace('weekday = ["09:00", "20:00"]', 'weekday = ["13:00", "20:00"]')


def furnish(deployment: Deployment, visits: int) -> int:
    program(deployment)
    enrol(deployment, *(member(member_id=f"M{n}", phone=f"202-555-{n:04}") for n in range(100, 100 + visits)))
    book(deployment, *(visit(appointment=f"A{n}", member=f"M{n}") for n in range(100, 100 + visits)))
    with deployment.read(OPERATOR) as uow:
        return next(iter(programs.programs(uow)))


def ask(deployment: Deployment, program_id: int) -> int | None:
    with deployment.write(OPERATOR) as uow:
        work = replanning.ask(uow, program_id, "a test")
        uow.commit()
    return work


def standing(deployment: Deployment) -> list[tuple[int, int, bool]]:
    return [tuple(row) for row in rows_of(deployment, "SELECT loops, done, finished_at IS NULL FROM replanning")]


def test_nothing_is_asked_where_nothing_is_open(deployment: Deployment) -> None:
    program(deployment)
    with deployment.read(OPERATOR) as uow:
        program_id = next(iter(programs.programs(uow)))
    assert ask(deployment, program_id) is None


def test_the_worker_does_it_in_pieces(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replanning, "AT_ONCE", 2)
    ask(deployment, furnish(deployment, 3))
    assert [pump(deployment, "replanning") for _ in range(4)] == [2, 1, 0, 0]
    assert standing(deployment) == [(3, 3, False)]


def test_what_one_process_began_another_ends(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replanning, "AT_ONCE", 2)
    work = ask(deployment, furnish(deployment, 5))
    assert work is not None
    pump(deployment, "replanning")
    shown: list[tuple[int, int]] = []
    assert replanning.finish(deployment, OPERATOR, work, lambda done, total: shown.append((done, total))) == 3
    assert (standing(deployment), len(shown)) == ([(5, 5, False)], 2)


def test_asked_twice_it_is_done_once(deployment: Deployment) -> None:
    program_id = furnish(deployment, 1)
    ask(deployment, program_id)
    ask(deployment, program_id)
    assert pump(deployment, "replanning") == 1
    pump(deployment, "replanning")
    assert standing(deployment) == [(1, 0, False), (1, 1, False)]


def test_a_stored_change_whose_process_died_still_moves_the_texts(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(deployment, 1)
    planned = "SELECT step, planned_for FROM touch WHERE state = 'planned' AND step <> 'optin_confirm' ORDER BY id"
    before = rows_of(deployment, planned)

    class Died(Exception):
        pass

    def die(*_: object, **__: object) -> int:
        raise Died

    with monkeypatch.context() as broken:
        broken.setattr(replanning, "finish", die)
        with pytest.raises(Died):
            configure(deployment, OPERATOR, LATER)
    assert rows_of(deployment, planned) == before
    pump(deployment, "replanning")
    assert rows_of(deployment, planned) != before


def test_another_sender_is_the_sender_of_what_is_planned(deployment: Deployment) -> None:
    furnish(deployment, 1)
    configure(deployment, OPERATOR, EXAMPLE.replace('sender = "+12025550100"', 'sender = "+12025550177"'))
    assert set(rows_of(deployment, "SELECT sender FROM touch WHERE state = 'planned'")) == {("+12025550177",)}


def test_hip_05_a_clinic_that_falls_silent_has_no_texts_planned(deployment: Deployment) -> None:
    furnish(deployment, 1)
    assert rows_of(deployment, "SELECT 1 FROM touch WHERE state = 'planned'")
    silent = EXAMPLE.replace('sensitivity = "ordinary"', 'sensitivity = "silent"')
    configure(deployment, OPERATOR, silent)
    assert rows_of(deployment, "SELECT sensitivity FROM anchor") == [("silent",)]
    assert rows_of(deployment, "SELECT 1 FROM touch WHERE state = 'planned'") == []


def test_hip_05_a_clinic_that_says_more_again_waits_for_its_file(deployment: Deployment) -> None:
    furnish(deployment, 1)
    silent = EXAMPLE.replace('sensitivity = "ordinary"', 'sensitivity = "silent"')
    configure(deployment, OPERATOR, silent)
    configure(deployment, OPERATOR, EXAMPLE)
    assert rows_of(deployment, "SELECT sensitivity FROM anchor") == [("silent",)]


def test_care_07_work_is_due_by_the_programs_service_levels(deployment: Deployment) -> None:
    program(deployment)
    sooner = EXAMPLE.replace("[program.caps]", "[program.service_levels]\nurgent_hours = 2\n\n[program.caps]")
    assert configure(deployment, OPERATOR, sooner).changes == ("service_levels",)
    with deployment.read(OPERATOR) as uow:
        stored = next(iter(programs.programs(uow).values()))
        assert uow.execute(text("SELECT service_levels FROM program")).scalar_one()
    assert (stored.levels.asap, stored.levels.urgent, stored.levels.routine) == (
        timedelta(hours=1),
        timedelta(hours=2),
        2,
    )
