"""How a task ends: each resolution with what it needs, once, in somebody's name."""

from __future__ import annotations

import pytest
from console_world import NOW, ON_THE_DAY
from healthy import unheld

from outreach.engine import inbound, standing
from outreach.loops.standing import Standing
from outreach.store.actor import OPERATOR


def test_closing_without_a_new_visit_needs_a_reason(world):
    loop, task = world.missed()
    browser = world.browser()
    answer = browser.act(task, "resolve", resolution="no_new_visit")
    assert (answer.status_code, "needs a reason" in answer.text) == (409, True)
    assert 'value="no_new_visit" data-asks="reason" required checked' in answer.text
    assert world.row("SELECT closed FROM loop").closed is None
    answer = browser.act(task, "resolve", resolution="no_new_visit", reason="moved", back=str(loop))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/loops/{loop}")
    row = world.row("SELECT closed, reason FROM loop")
    assert (row.closed, row.reason) == ("no_new_visit", "moved")


def test_a_new_visit_takes_over_the_promise(world):
    loop, task = world.missed()
    fresh = world.visit(member=world.row("SELECT member_id FROM loop").member_id)
    browser = world.browser()
    assert f'<option value="{fresh.loop}">' in browser.get(f"/tasks/{task}").text
    browser.act(task, "resolve", resolution="new_visit", new_loop=str(fresh.loop))
    assert world.row(f"SELECT closed FROM loop WHERE id = {loop}").closed == "new_visit"
    assert f"L-{loop}" in browser.get(f"/loops/{fresh.loop}").text


def test_another_members_visit_takes_over_nothing(world):
    _, task = world.missed()
    stranger = world.visit("Somebody Else")
    assert world.browser().act(task, "resolve", resolution="new_visit", new_loop=str(stranger.loop)).status_code == 409
    assert world.row("SELECT state FROM task").state == "open"


def test_a_pause_is_prolonged_to_another_date_or_ends(world):
    visit, browser = world.visit(), world.browser()
    review = NOW.replace(day=25)
    standing.set_standing(world.deployment, OPERATOR, visit.member, Standing.HOSPITALISED, review)
    world.settle(review)
    task = world.task("review_pause")
    assert browser.act(task, "resolve", resolution="still_away").status_code == 409
    assert browser.act(task, "resolve", resolution="still_away", review="2026-11-27").status_code == 303
    assert "In hospital, look again Fri Nov 27" in browser.get(f"/loops/{visit.loop}").text
    browser.act(world.task("review_pause"), "resolve", resolution="back")
    assert world.row("SELECT standing FROM member").standing == "active"


def test_which_member_of_a_phone_died_is_asked_and_never_guessed(world):
    first, second, browser = world.visit("Rosa Hernández"), world.visit("Luis Hernández"), world.browser()
    world.share(first, second)
    inbound.receive(
        world.deployment, sid="SM1", number=first.number, body="she died last week", media_count=0, provider_word=None
    )
    world.settle(NOW)
    task = world.task("deceased_report")
    shown = browser.get(f"/tasks/{task}").text
    assert "Which member died" in shown
    assert "Luis Hernández" in shown
    assert browser.act(task, "resolve", resolution="member_died").status_code == 409
    assert browser.act(task, "resolve", resolution="member_died", member=str(second.member)).status_code == 303
    rows = world.row("SELECT id FROM member WHERE standing = 'deceased'")
    assert rows.id == second.member


def test_a_task_ends_once(world):
    _, task = world.missed()
    browser = world.browser()
    form = {"resolution": "no_new_visit", "reason": "moved"}
    assert browser.act(task, "resolve", **form).status_code == 303
    assert browser.act(task, "resolve", **form).status_code == 409
    assert browser.get(f"/tasks/{task}").status_code == 404


@pytest.mark.parametrize("what", ["claim", "release", "snooze", "block", "unblock", "hand-over", "resolve"])
def test_only_who_cares_for_members_works_tasks_and_only_with_the_form_token(world, what):
    _, task = world.missed()
    assert world.browser("program_staff").act(task, what).status_code == 403
    assert world.browser().client.post(f"/tasks/{task}/{what}").status_code == 400
    assert world.browser().act(999999, what).status_code == 409
    assert world.row("SELECT owner_person FROM task").owner_person is None


def test_the_trail_names_who_resolved_it(world):
    _, task = world.missed()
    world.browser().act(task, "resolve", resolution="no_new_visit", reason="moved")
    assert world.row("SELECT resolved_by FROM task").resolved_by == "person:Maya Ortiz"


def test_a_choice_from_another_form_is_refused(world):
    _, task = world.missed()
    browser = world.browser()
    assert browser.act(task, "resolve", resolution="").status_code == 409
    assert browser.act(task, "resolve", resolution="kept").status_code == 409
    assert browser.act(task, "resolve", resolution="x" * 300).status_code == 409
    assert browser.act(task, "resolve", resolution="new_visit", reason="x").status_code == 400
    assert browser.act(task, "resolve", resolution="new_visit", new_loop="x").status_code == 400
    assert browser.act(task, "block", blocker="x").status_code == 400


def test_every_loop_stays_held_whatever_is_resolved(world):
    _, task = world.missed()
    world.browser().act(task, "resolve", resolution="no_new_visit", reason="moved")
    world.settle(ON_THE_DAY)
    assert unheld(world.deployment) == {}
