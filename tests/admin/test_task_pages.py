"""What needs a person, who it is about, and how it is worked until it ends."""

from __future__ import annotations

import pytest
from console_world import REMINDED

NOTE = "Called the clinic, Canary answered; call again tomorrow."
NEXT = "Call the broker on Friday."


def test_a_task_says_what_to_do_who_owns_it_and_when_it_is_due(world):
    loop, task = world.missed()
    browser = world.browser()
    shown = browser.get("/tasks").text
    for words in ("Rosa Hernández", ">Reschedule<", "Schedulers", "Wed 5:00 PM", f'href="/tasks/{task}"', ">Take<"):
        assert words in shown
    shown = browser.get(f"/tasks/{task}").text
    for words in ("Book a new visit", "Schedulers, nobody has it yet", "Take by", "Wed Dec 2, 5:00 PM ET", f"L-{loop}"):
        assert words in shown


def test_a_crisis_shows_whom_to_call_and_the_view_is_in_the_trail(world):
    visit, browser = world.visit("Rosa Hernández"), world.browser()
    world.hear(visit, "I want to kill myself")
    task = world.task("crisis")
    shown = browser.get(f"/tasks/{task}").text
    for words in ("Rosa Hernández", f"••• ••• {visit.number[-4:]}", "I want to kill myself", f"L-{visit.loop}"):
        assert words in shown
    assert world.row("SELECT actor FROM audit WHERE action = 'viewed'").actor == "person:Maya Ortiz"
    assert "A safety check by a person" in browser.get(f"/loops/{visit.loop}").text
    assert ">Escalated<" in browser.get("/loops").text


def test_taking_a_task_is_acknowledged_and_it_can_be_given_back(world):
    _, task = world.missed()
    browser = world.browser()
    assert browser.act(task, "claim").headers["Location"] == f"/tasks/{task}"
    shown = browser.get(f"/tasks/{task}").text
    assert "Maya Ortiz took it" in shown
    assert ">Taken<" in shown
    browser.act(task, "release")
    assert "nobody has it yet" in browser.get(f"/tasks/{task}").text


def test_a_task_that_somebody_has_is_not_taken_from_them(world):
    _, task = world.missed()
    world.browser(name="Lee Park").act(task, "claim")
    answer = world.browser().act(task, "claim")
    assert (answer.status_code, "Somebody else has this task" in answer.text) == (409, True)
    assert world.row("SELECT owner_person FROM task").owner_person == "Lee Park"


def test_a_task_put_off_leaves_the_list_which_says_so(world):
    task = world.needs_ride(world.visit())
    browser = world.browser()
    assert browser.act(task, "snooze", until="2026-11-24T11:30").status_code == 303
    shown = browser.get("/tasks").text
    assert ">Arrange a ride<" not in shown
    assert "1 put off" in shown
    shown = browser.get("/tasks?snoozed=1").text
    assert ">Arrange a ride<" in shown
    assert "Put off until 11:30 AM" in shown
    assert "Tue Nov 24, 11:30 AM ET" in browser.get(f"/tasks/{task}").text


@pytest.mark.parametrize(
    "until", ["", "soon", "2026-11-24", "99999-01-01T10:00", "9999-12-31T23:59", "2026-11-01T10:00"]
)
def test_a_task_is_put_off_only_until_a_time_before_it_is_due(world, until):
    task = world.needs_ride(world.visit())
    answer = world.browser().act(task, "snooze", until=until)
    assert (answer.status_code, 'role="alert"' in answer.text) == (409, True)
    assert world.row("SELECT snoozed_until FROM task").snoozed_until is None


def test_what_blocks_a_task_is_said_on_its_page_and_on_its_loop(world):
    loop, task = world.missed()
    browser = world.browser()
    browser.act(task, "block", blocker="documents", look_again="2026-12-04", note=NOTE)
    shown = browser.get(f"/tasks/{task}").text
    for words in ("Documents are missing", "Maya Ortiz said what blocks it: documents are missing", NOTE, "Fri Dec 4"):
        assert words in shown
    shown = browser.get(f"/loops/{loop}").text
    assert "Documents are missing" in shown
    assert "Waiting on documents or authorisation" in shown
    browser.act(task, "unblock")
    assert world.row("SELECT blocker FROM task").blocker is None


@pytest.mark.parametrize(
    "amiss", [{"blocker": ""}, {"look_again": ""}, {"look_again": "2027-12-04"}, {"note": " "}, {"note": "x" * 2001}]
)
def test_a_blocker_needs_its_kind_a_near_date_and_a_note_and_what_was_typed_is_kept(world, amiss):
    _, task = world.missed()
    form = {"blocker": "documents", "look_again": "2026-12-04", "note": NOTE} | amiss
    answer = world.browser().act(task, "block", **form)
    assert (answer.status_code, 'role="alert"' in answer.text) == (409, True)
    kept = [form["note"].strip(), f'value="{form["look_again"]}"']
    assert all(words in answer.text for words in kept)
    assert world.row("SELECT blocker FROM task").blocker is None


def test_a_task_is_handed_over_with_a_note_that_is_stored_sealed(world):
    loop, task = world.missed()
    answer = world.browser().act(task, "hand-over", queue="rides", person="Lee Park", note=NOTE, next_step=NEXT)
    assert answer.status_code == 303
    row = world.row("SELECT owner_queue, owner_person, snoozed_until FROM task")
    assert (row.owner_queue, row.owner_person) == ("rides", "Lee Park")
    assert b"Canary" not in bytes(world.row("SELECT note FROM task_note").note)
    shown = world.browser(name="Lee Park").get(f"/tasks/{task}").text
    assert "Maya Ortiz handed it over" in shown
    assert NOTE in shown
    assert "Canary" not in world.browser().get(f"/loops/{loop}").text


@pytest.mark.parametrize("amiss", [{"queue": ""}, {"queue": "x"}, {"note": ""}, {"person": "x" * 81}])
def test_nothing_is_handed_over_without_a_queue_and_a_note(world, amiss):
    _, task = world.missed()
    answer = world.browser().act(task, "hand-over", **({"queue": "rides", "note": NOTE} | amiss))
    assert (answer.status_code, 'role="alert"' in answer.text) == (409, True)
    assert world.row("SELECT owner_queue FROM task").owner_queue == "schedulers"


def test_a_task_handed_over_is_in_sight_of_whoever_gets_it(world):
    task = world.needs_ride(world.visit())
    browser = world.browser()
    browser.act(task, "snooze", until="2026-11-24T11:30")
    browser.act(task, "hand-over", queue="coordinators", note=NOTE, next_step=NEXT)
    assert ">Arrange a ride<" in browser.get("/tasks").text


def test_a_task_nobody_took_says_how_far_up_it_went(world):
    visit = world.visit()
    task = world.needs_ride(visit)
    world.settle(REMINDED)
    browser = world.browser()
    assert ">Overdue<" in browser.get("/tasks").text
    assert ">Managers<" in browser.get("/tasks").text
    assert ">With the manager<" in browser.get(f"/tasks/{task}").text
    assert ">Escalated<" in browser.get("/loops").text
    assert "Task not finished in time: arrange a ride, with the" in browser.get(f"/loops/{visit.loop}").text


def test_markup_in_a_note_is_shown_as_text(world):
    _, task = world.missed()
    browser = world.browser()
    browser.act(task, "hand-over", queue="rides", person="<b>Lee", note="<script>alert(1)</script>", next_step=NEXT)
    shown = browser.get(f"/tasks/{task}").text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "<b>Lee" not in shown
