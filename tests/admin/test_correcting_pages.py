"""A coordinator says on the page of a task what a reply means: one click, and the visit follows."""

from __future__ import annotations

import pytest
from console_world import Visit, World


def _task(world: World, visit: Visit) -> int:
    return int(world.row("SELECT id FROM task WHERE loop_id = :loop AND state = 'open'", loop=visit.loop).id)


def _reply(world: World) -> int:
    return int(world.row("SELECT max(id) AS id FROM reply").id)


def test_one_click_corrects_a_reply_and_says_who_did(world: World, asked: Visit) -> None:
    task, browser = _task(world, asked), world.browser()
    answer = browser.act(task, f"replies/{_reply(world)}/meaning", intents="question_other")
    assert answer.status_code == 303
    assert "question_other" in str(world.row("SELECT intents FROM correction").intents)
    page = browser.get(f"/tasks/{task}").text
    assert "Corrected by" in page
    assert "Maya Ortiz: question for a person" in page


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ({}, "Choose what the reply means."),
        ({"intents": "blue"}, "Choose from the list."),
        ({"intents": "need_transport", "reason": "transport_failure"}, "That is how it is understood already."),
    ],
)
def test_what_cannot_be_noted_is_said_on_the_page(
    world: World, asked: Visit, typed: dict[str, str], advice: str
) -> None:
    answer = world.browser().act(_task(world, asked), f"replies/{_reply(world)}/meaning", **typed)
    assert answer.status_code in (400, 409, 422)
    assert advice in answer.text
    assert world.row("SELECT count(*) AS made FROM correction").made == 0


def test_a_reason_off_the_list_and_a_reply_of_somebody_else_are_refused(world: World, asked: Visit) -> None:
    task, browser = _task(world, asked), world.browser()
    off = browser.act(task, f"replies/{_reply(world)}/meaning", intents="decline", reason="blue")
    other = browser.act(task, "replies/999999/meaning", intents="decline")
    assert off.status_code == 400
    assert "no part of this conversation" in other.text
    assert world.row("SELECT count(*) AS made FROM correction").made == 0
