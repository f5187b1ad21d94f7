"""Somebody goes away, and nothing of theirs lies about."""

from __future__ import annotations

from console_world import World


def _owner(world: World, task: int):
    return world.row("SELECT owner_person, owner_queue, due_at FROM task WHERE id = :id", id=task)


def test_tasks_go_to_the_cover_with_their_dates_and_nobody_hands_over_to_who_is_away(world):
    task, browser = world.needs_ride(world.visit()), world.browser()
    browser.act(task, "claim")
    before = _owner(world, task)
    assert "You have 1 open task." in browser.get("/away").text
    answer = browser.post("/away", "/away", until="2026-12-10", cover="Lee Park")
    assert answer.status_code == 303
    shown = browser.get("/away").text
    assert "1 task changed hands." in shown
    assert "You are away until Thu Dec 10, 9:00 AM ET." in shown
    after = _owner(world, task)
    assert (after.owner_person, after.owner_queue, after.due_at) == ("Lee Park", before.owner_queue, before.due_at)
    lee = world.browser(name="Lee Park")
    refused = lee.act(task, "hand-over", queue="rides", person="Maya Ortiz", note="Half done.", next_step="Call.")
    assert (refused.status_code, "Maya Ortiz is away. Give it to Lee Park." in refused.text) == (409, True)
    assert lee.post("/away", "/away", until="2026-12-01", cover="Maya Ortiz").status_code == 409
    browser.post("/away/over", "/away")
    assert (
        lee.act(task, "hand-over", queue="rides", person="Maya Ortiz", note="Done.", next_step="Call.").status_code
        == 303
    )


def test_without_a_cover_tasks_are_back_in_their_queue_for_everybody(world):
    task, browser = world.needs_ride(world.visit()), world.browser()
    browser.act(task, "claim")
    browser.post("/away", "/away", until="2026-12-10")
    assert (_owner(world, task).owner_person, _owner(world, task).owner_queue) == (None, "rides")
    assert ">Arrange a ride<" in world.browser(name="Lee Park").get("/tasks?free=1").text


def test_a_day_that_is_past_or_none_moves_nothing(world):
    task, browser = world.needs_ride(world.visit()), world.browser()
    browser.act(task, "claim")
    for until in ("", "2026-11-01", "2027-11-01"):
        assert browser.post("/away", "/away", until=until).status_code == 409
    assert browser.post("/away", "/away", until="2026-12-10", cover="Maya Ortiz").status_code == 409
    assert _owner(world, task).owner_person == "Maya Ortiz"
