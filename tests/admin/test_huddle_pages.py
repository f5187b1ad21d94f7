"""A supervisor runs the weekly huddle: what is stuck and why, who has how much, what was decided; it is kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from outreach.engine import huddles, tasks
from outreach.engine.refusals import NotAsked
from outreach.loops.tasks import Blocker
from outreach.store.actor import OPERATOR, Actor
from outreach.store.reads.huddle import Part

MAYA, LEE = Actor("person", "Maya Ortiz"), Actor("person", "Lee Park")


@pytest.fixture
def late(world):
    """A visit that was missed, whose task nobody finished in time; and one that is only planned."""
    world.visit("Canary Quiet")
    _, task = world.missed()
    tasks.claim(world.deployment, MAYA, task)
    world.at(world.deployment.database.now() + timedelta(days=9))
    return task


def look(world, part=Part()):  # noqa: B008 - frozen
    with world.deployment.read(OPERATOR) as uow:
        return huddles.look(uow, part)


def test_every_open_loop_is_counted_once(world, late):
    found = look(world)
    opened = world.row("SELECT count(*) AS n FROM loop WHERE closed IS NULL").n
    assert found.board.loops == opened == 2
    assert found.board.overdue == 1


def test_the_page_shows_what_is_stuck_and_who_has_it(world, late):
    page = world.browser("supervisor").get("/huddle").text
    assert f"/tasks/{late}" in page
    assert "Maya Ortiz" in page
    assert "Open loops by status and age" in page


def test_what_blocks_people_is_counted(world, late):
    until = world.deployment.database.now() + timedelta(days=2)
    tasks.block(world.deployment, MAYA, late, Blocker.DOCUMENTS, until, "The referral is missing.")
    assert look(world).board.blocked == {"documents": 1}


def test_a_clinic_sees_only_its_own_in_its_huddle(world, late):
    other = world.row("SELECT id FROM clinic WHERE key = 'lakeview'").id
    assert look(world, Part(clinic=other)).board.loops == 0
    page = world.browser("supervisor").get(f"/huddle?clinic={other}").text
    assert f"/tasks/{late}" not in page
    assert world.browser("supervisor").get("/huddle?clinic=999").status_code == 404


def test_a_snapshot_is_kept_as_it_stood_and_compared(world, late):
    browser = world.browser("supervisor", "Ruth Adeyemi")
    answer = browser.post("/huddle/keep", "/huddle", who="Ruth, Maya", decisions="Maya calls the clinic by Friday.")
    first = answer.headers["Location"]
    page = browser.get(first).text
    assert "Maya calls the clinic by Friday." in page
    assert "Ruth, Maya" in page
    assert "Not moved" not in page
    world.at(world.deployment.database.now() + timedelta(days=7))
    browser.client.get("/tasks", base_url=browser.base)
    second = browser.post("/huddle/keep", "/huddle", who="Ruth").headers["Location"]
    assert "Not moved" in browser.get(second).text
    assert browser.get(first).text.count("Not moved") == 0
    assert first in browser.get("/huddle").text or second in browser.get("/huddle").text


def test_a_snapshot_names_no_member_and_seals_what_was_decided(world, late):
    huddles.keep(world.deployment, MAYA, Part(), "Ruth", "Canary decision")
    kept = world.row("SELECT * FROM huddle")
    assert "Canary" not in str(kept.figures)
    assert b"Canary" not in bytes(kept.decisions)


@pytest.mark.parametrize("who", ["", "   "])
def test_a_huddle_without_people_is_not_kept(world, who):
    with pytest.raises(NotAsked):
        huddles.keep(world.deployment, MAYA, Part(), who, "")
    assert world.browser("supervisor").post("/huddle/keep", "/huddle", who=who).status_code == 409


def test_tasks_change_hands_all_at_once_with_a_note(world, late):
    browser = world.browser("supervisor")
    page = "/huddle/rebalance?giver=Maya+Ortiz&taker=Lee+Park"
    assert f'value="{late}"' in browser.get(page).text
    form = {"giver": "Maya Ortiz", "taker": "Lee Park", "task": str(late)}
    assert browser.post("/huddle/rebalance", page, **form).status_code == 409  # without a note
    assert browser.post("/huddle/rebalance", page, **form, note="Maya is away.").status_code == 303
    assert world.row("SELECT owner_person FROM task WHERE id = :id", id=late).owner_person == "Lee Park"
    with world.deployment.read(OPERATOR) as uow:
        assert "task.handed_over" in [row.action for row in uow.all(text("SELECT action FROM audit"))]


def test_what_changed_hands_meanwhile_stays_where_it_is(world, late):
    tasks.hand_over(world.deployment, MAYA, late, "coordinators", "Lee Park", "Yours.")
    assert huddles.give(world.deployment, MAYA, [late], "Maya Ortiz", "Ben Cho", "Even it out.") == 0
    assert world.row("SELECT owner_person FROM task WHERE id = :id", id=late).owner_person == "Lee Park"


def test_back_to_the_queue_leaves_the_due_date(world, late):
    due = world.row("SELECT due_at FROM task WHERE id = :id", id=late).due_at
    huddles.give(world.deployment, MAYA, [late], "Maya Ortiz", "", "Back.")
    row = world.row("SELECT owner_person, due_at FROM task WHERE id = :id", id=late)
    assert (row.owner_person, row.due_at) == (None, due)


@pytest.mark.parametrize("role", ["coordinator", "program_staff", "administrator", "translator"])
def test_the_huddle_is_for_supervisors(world, role):
    assert world.browser(role).get("/huddle").status_code == 403


def test_an_open_page_is_not_counted_again_every_three_seconds(world, late):
    browser = world.browser("supervisor")
    answer = browser.client.get("/huddle", base_url=browser.base, headers={"Outreach-Live": "1"})
    assert answer.status_code == 200
    assert not re.search(r"Open loops by status", answer.text)
