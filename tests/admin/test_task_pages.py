"""What needs a person, who it is about, and how it ends."""

from __future__ import annotations

from console_world import NOW, World

from outreach.engine import handlers
from outreach.loops.outcomes import Outcome
from outreach.store.actor import OPERATOR


def missed(world: World) -> tuple[int, int]:
    """A visit that was not kept, and its reschedule task."""
    visit = world.visit()
    handlers.report_outcome(world.deployment, OPERATOR, visit.loop, Outcome.NO_SHOW, None)
    return visit.loop, world.row("SELECT id FROM task WHERE kind = 'reschedule'").id


def test_a_task_says_what_to_do_who_owns_it_and_when_it_is_due(world):
    loop, _ = missed(world)
    shown = world.browser().get("/tasks").text
    for words in ("Reschedule", "Book a new visit", "Schedulers, due", f"L-{loop}", "No new visit"):
        assert words in shown


def test_stat_work_comes_first_and_says_now(world):
    missed(world)
    world.hear(world.visit(), "I want to kill myself")
    shown = world.browser().get("/tasks").text
    assert shown.index("Crisis") < shown.index("Reschedule")
    assert ">Now<" in shown


def test_a_crisis_shows_whom_to_call_and_the_view_is_in_the_trail(world):
    visit, browser = world.visit("Rosa Hernández"), world.browser()
    world.hear(visit, "I want to kill myself")
    task = world.row("SELECT id FROM task WHERE kind = 'crisis'").id
    shown = browser.get(f"/tasks/{task}").text
    for words in ("Rosa Hernández", visit.number, "I want to kill myself", f"L-{visit.loop}"):
        assert words in shown
    assert world.row("SELECT actor FROM audit WHERE action = 'viewed'").actor == "person:Maya Ortiz"
    assert "A safety check by a person" in browser.get(f"/loops/{visit.loop}").text
    assert ">Escalated<" in browser.get("/loops").text


def test_closing_without_a_new_visit_needs_a_reason(world):
    loop, task = missed(world)
    browser = world.browser()
    answer = browser.post(f"/tasks/{task}/resolve", "/tasks", resolution="no_new_visit")
    assert (answer.status_code, "needs a reason" in answer.text) == (409, True)
    assert world.row("SELECT closed FROM loop").closed is None
    answer = browser.post(f"/tasks/{task}/resolve", "/tasks", resolution="no_new_visit", reason="moved", back=str(loop))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/loops/{loop}")
    row = world.row("SELECT closed, reason FROM loop")
    assert (row.closed, row.reason) == ("no_new_visit", "moved")


def test_a_new_visit_takes_over_the_promise(world):
    visit = world.visit()
    handlers.report_outcome(world.deployment, OPERATOR, visit.loop, Outcome.NO_SHOW, None)
    fresh = world.visit(member=visit.member)
    task = world.row("SELECT id FROM task WHERE kind = 'reschedule'").id
    browser = world.browser()
    assert f'<option value="{fresh.loop}">' in browser.get("/tasks").text
    browser.post(f"/tasks/{task}/resolve", "/tasks", resolution="new_visit", new_loop=str(fresh.loop))
    assert world.row(f"SELECT closed FROM loop WHERE id = {visit.loop}").closed == "new_visit"
    assert f"L-{visit.loop}" in browser.get(f"/loops/{fresh.loop}").text


def test_another_members_visit_takes_over_nothing(world):
    _, task = missed(world)
    stranger = world.visit("Somebody Else")
    answer = world.browser().post(
        f"/tasks/{task}/resolve", "/tasks", resolution="new_visit", new_loop=str(stranger.loop)
    )
    assert answer.status_code == 409
    assert world.row("SELECT state FROM task").state == "open"


def test_a_task_ends_once(world):
    _, task = missed(world)
    browser = world.browser()
    form = {"resolution": "no_new_visit", "reason": "moved"}
    assert browser.post(f"/tasks/{task}/resolve", "/tasks", **form).status_code == 303
    assert browser.post(f"/tasks/{task}/resolve", "/tasks", **form).status_code == 409


def test_the_trail_names_who_resolved_it(world):
    _, task = missed(world)
    world.browser().post(f"/tasks/{task}/resolve", "/tasks", resolution="no_new_visit", reason="moved")
    assert world.row("SELECT resolved_by FROM task").resolved_by == "person:Maya Ortiz"


def test_a_choice_from_another_form_is_refused(world):
    _, task = missed(world)
    browser = world.browser()
    assert browser.post(f"/tasks/{task}/resolve", "/tasks", resolution="kept").status_code == 409
    assert browser.post(f"/tasks/{task}/resolve", "/tasks", resolution="x" * 300).status_code == 409
    assert browser.post(f"/tasks/{task}/resolve", "/tasks", resolution="new_visit", reason="x").status_code == 400
    assert browser.post(f"/tasks/{task}/resolve", "/tasks", resolution="new_visit", new_loop="x").status_code == 400


def test_every_loop_stays_held_whatever_is_resolved(world):
    _, task = missed(world)
    world.browser().post(f"/tasks/{task}/resolve", "/tasks", resolution="no_new_visit", reason="moved")
    world.settle(NOW)
    assert world.row("SELECT count(*) AS n FROM loop_health").n == 0
