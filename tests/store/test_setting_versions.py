"""Versions of settings and pages of clinics, on both databases."""

from __future__ import annotations

import pytest
from world import program

from outreach.engine.deployment import Deployment
from outreach.store import configuration, programs, setting_versions
from outreach.store.actor import OPERATOR, Actor
from outreach.store.database import Database

MARIA = Actor("person", "Maria Soto")


@pytest.fixture
def program_id(deployment: Deployment) -> int:
    program(deployment)
    with deployment.read(OPERATOR) as uow:
        return next(iter(programs.programs(uow)))


def test_what_was_set_before_versions_were_kept_is_the_first_one(database: Database, program_id: int) -> None:
    with database.write(MARIA) as uow:
        setting_versions.note(uow, program_id, "clinic:7", {"name": "Old"}, {"name": "New"})
        setting_versions.note(uow, program_id, "clinic:7", {"name": "New"}, {"name": "Newer"})
        uow.commit()
    with database.read(MARIA) as uow:
        kept = setting_versions.history(uow, program_id, "clinic:7", 10)
        newest = setting_versions.newest_of(uow, program_id, "clinic:7")
    assert [(each.version, each.settings["name"], each.actor) for each in kept] == [
        (3, "Newer", "person:Maria Soto"),
        (2, "New", "person:Maria Soto"),
        (1, "Old", setting_versions.BEFORE),
    ]
    assert newest == kept[0]


def test_the_newest_of_everything_is_found_at_once(database: Database, program_id: int) -> None:
    with database.write(MARIA) as uow:
        setting_versions.note(uow, program_id, "caps", None, {"caps": {"per_day": 1}})
        uow.commit()
    with database.read(MARIA) as uow:
        found = setting_versions.newest(uow, program_id)
    assert (found["caps"].version, found["hours"].version) == (2, 1)


def test_versions_are_read_a_page_at_a_time(database: Database, program_id: int) -> None:
    with database.write(MARIA) as uow:
        for number in range(5):
            setting_versions.note(uow, program_id, "clinic:7", None, {"number": number})
        uow.commit()
    with database.read(MARIA) as uow:
        first = setting_versions.history(uow, program_id, "clinic:7", 2)
        then = setting_versions.history(uow, program_id, "clinic:7", 2, before=first[-1].version)
    assert [each.version for each in [*first, *then]] == [5, 4, 3, 2]


def test_clinics_of_one_name_are_each_on_one_page(database: Database, program_id: int) -> None:
    with database.write(MARIA) as uow:
        for number in range(5):
            added = programs.add_unlisted_clinic(uow, program_id, f"c{number}", "America/New_York")
            uow.execute(configuration.clinic.update().where(configuration.clinic.c.id == added.id).values(name="Same"))
        uow.commit()
    seen: list[int] = []
    with database.read(MARIA) as uow:
        after = None
        while page := configuration.clinics_page(uow, program_id, after, 2):
            seen += [row["id"] for row in page]
            after = seen[-1]
        every = configuration.stored_clinics(uow, program_id)
    assert seen == [row["id"] for row in every]
    assert len(seen) == 7
