"""Taking back, waiting, and being two in one conversation, as a person sees it."""

from __future__ import annotations

import re
from datetime import timedelta

from console_world import REMINDED, Visit, World

_SEEN = re.compile(r'name="version" value="([^"]+)"')
BACK = timedelta(seconds=11)


def _task(world: World, visit: Visit) -> int:
    return int(world.row("SELECT id FROM task WHERE loop_id = :loop AND state = 'open'", loop=visit.loop).id)


def _answer(world: World, visit: Visit, browser, **when: str):
    task = _task(world, visit)
    seen = _SEEN.search(browser.get(f"/tasks/{task}").text)
    assert seen
    return browser.act(task, "say", key="reply_call", version=seen[1], **when)


def _state(world: World) -> str:
    return str(world.row("SELECT state FROM touch WHERE author IS NOT NULL").state)


def test_what_was_just_done_can_be_undone_for_ten_seconds(world):
    task, browser = world.needs_ride(world.visit()), world.browser()
    browser.act(task, "claim")
    shown = browser.get(f"/tasks/{task}").text
    assert 'action="/tasks/undo"' in shown
    answer = browser.post("/tasks/undo", f"/tasks/{task}")
    assert answer.headers["Location"] == f"/tasks/{task}"
    shown = browser.get(f"/tasks/{task}").text
    assert "Undone." in shown
    assert 'action="/tasks/undo"' not in shown
    assert world.row("SELECT owner_person FROM task WHERE id = :id", id=task).owner_person is None
    browser.act(task, "claim")
    world.timer.ahead += BACK
    assert 'action="/tasks/undo"' not in browser.get(f"/tasks/{task}").text
    browser.post("/tasks/undo", f"/tasks/{task}")
    assert "Ten seconds are over. Nothing was undone." in browser.get("/tasks").text
    assert world.row("SELECT owner_person FROM task WHERE id = :id", id=task).owner_person == "Maya Ortiz"


def test_a_finished_task_is_open_again_after_undo(world, asked):
    world.hear(asked, "can my sister come?")
    task, browser = world.task("answer_member"), world.browser()
    browser.act(task, "resolve", resolution="done")
    assert browser.get(f"/tasks/{task}").status_code == 404
    browser.post("/tasks/undo", "/tasks")
    assert browser.get(f"/tasks/{task}").status_code == 200


def test_an_undone_answer_never_leaves(world, asked):
    browser = world.browser()
    assert _answer(world, asked, browser).status_code == 303
    browser.post("/tasks/undo", "/tasks")
    assert "Your text was taken back. It was not sent." in browser.get("/tasks").text
    world.settle(REMINDED + BACK)
    assert _state(world) == "cancelled"


def test_an_answer_for_the_morning_stands_in_the_thread_until_it_leaves_or_is_withdrawn(world, asked):
    browser, task = world.browser(), _task(world, asked)
    assert _answer(world, asked, browser, when="morning").status_code == 303
    shown = browser.get(f"/tasks/{task}").text
    assert "It leaves Mon 9:00 AM ET." in shown
    assert "Mon Nov 30, 9:00 AM ET: A person will call</b>, <bdi>Maya Ortiz</bdi>" in shown
    touch = world.row("SELECT id FROM touch WHERE author IS NOT NULL").id
    other = world.browser(name="Kevin Lee")
    assert other.post(f"/tasks/{task}/texts/{touch}/withdraw", f"/tasks/{task}").status_code == 303
    assert _state(world) == "cancelled"
    assert other.post(f"/tasks/{task}/texts/{touch}/withdraw", f"/tasks/{task}").status_code == 409


def test_a_time_that_is_none_keeps_the_choice_and_sends_nothing(world, asked):
    answer = _answer(world, asked, world.browser(), when="at", at="tomorrow")
    assert answer.status_code == 409
    assert "Give the date and time at which it leaves. Your text was not sent." in answer.text
    assert 'value="reply_call" required checked' in answer.text
    assert world.row("SELECT count(*) AS n FROM touch WHERE author IS NOT NULL").n == 0


def test_while_a_person_talks_the_page_says_what_waits_and_offers_to_release_it(world, asked):
    browser, task = world.browser(), _task(world, asked)
    _answer(world, asked, browser)
    shown = browser.get(f"/tasks/{task}").text
    assert "Automatic texts wait while you talk, until 5:35 PM ET." in shown
    assert "TALKING" in shown
    assert browser.post(f"/tasks/{task}/talk/release", f"/tasks/{task}").status_code == 303
    assert "Automatic texts wait while you talk" not in browser.get(f"/tasks/{task}").text
    assert world.row("SELECT count(*) AS n FROM audit WHERE action = 'talk.released'").n == 1


def test_who_else_is_there_is_said_until_they_leave(world, asked):
    task, maya, kevin = _task(world, asked), world.browser(), world.browser(name="Kevin Lee")
    assert "has this conversation open" not in maya.get(f"/tasks/{task}").text
    assert "<bdi>Maya Ortiz</bdi> has this conversation open too." in kevin.get(f"/tasks/{task}").text
    world.timer.ahead += timedelta(seconds=30)
    assert "has this conversation open" not in kevin.get(f"/tasks/{task}").text


def test_who_gets_a_task_reads_first_what_was_done_and_what_is_next(world, asked):
    task, browser = _task(world, asked), world.browser()
    answer = browser.act(task, "hand-over", queue="rides", note="Called the broker.")
    assert (answer.status_code, "Say what was done and what is next" in answer.text) == (409, True)
    browser.act(task, "hand-over", queue="rides", note="Called the broker.", next_step="Call again at nine.")
    shown = world.browser(name="Lee Park").get(f"/tasks/{task}").text
    assert shown.index("Called the broker.\n→ Call again at nine.") < shown.index('id="thread"')


def test_program_staff_take_nothing_back(world, asked):
    browser = world.browser("program_staff")
    assert browser.post("/tasks/undo", "/tasks").status_code == 403
