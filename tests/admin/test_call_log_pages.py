"""A person called the member: it stands in the conversation, and the loop goes on from there."""

from __future__ import annotations

import pytest
from console_world import Visit, World

NOTE = "Canary: her sister picked up."


def _task(world: World, visit: Visit) -> int:
    about = "SELECT id FROM task WHERE loop_id = :loop AND state = 'open' AND kind <> 'call_member'"
    return int(world.row(about, loop=visit.loop).id)


@pytest.mark.parametrize(
    ("ended", "said"),
    [("reached", "Reached"), ("voicemail", "Left a message on voicemail"), ("no_answer", "No answer")],
)
def test_a_call_stands_in_the_conversation_with_who_made_it_and_who_interpreted(world, asked, ended, said):
    task, browser = _task(world, asked), world.browser()
    answer = browser.act(task, "call", ended=ended, interpreter="line", note=NOTE)
    assert answer.status_code == 303
    shown = browser.get(f"/tasks/{task}").text
    assert f"<b>{said}</b> <bdi>Maya Ortiz</bdi>" in shown
    assert "Language line</p>" in shown
    assert NOTE in shown
    row = world.row("SELECT actor, outcome, interpreter, note FROM member_call")
    assert (row.actor, row.outcome, row.interpreter) == ("person:Maya Ortiz", ended, "line")
    assert NOTE not in str(row.note)
    assert world.row("SELECT count(*) AS n FROM audit WHERE action = :what", what=f"call.logged.{ended}").n == 1


def test_a_call_stands_on_the_loops_time_line_and_its_note_is_for_who_cares_for_members(world, asked):
    task, browser = _task(world, asked), world.browser()
    browser.act(task, "call", ended="reached", interpreter="line", note=NOTE)
    for shown in (browser.get(f"/loops/{asked.loop}"), browser.get(f"/loops/{asked.loop}?lines=messages")):
        assert "by Maya Ortiz, Language line" in shown.text
        assert NOTE in shown.text
    staff = world.browser("program_staff").get(f"/loops/{asked.loop}").text
    assert "by Maya Ortiz, Language line" in staff
    assert NOTE not in staff


def test_a_call_in_vain_is_a_try_and_a_person_calls_again_another_time(world, asked):
    task, browser = _task(world, asked), world.browser()
    browser.act(task, "call", ended="no_answer", interpreter="nobody")
    again = world.task("call_member")
    browser.act(again, "call", ended="voicemail", interpreter="nobody")
    ended = world.row("SELECT state, resolution FROM task WHERE id = :id", id=again)
    assert (ended.state, ended.resolution) == ("resolved", "no_answer")


def test_a_wrong_number_gets_no_more_texts_about_the_member(world, asked):
    task, browser = _task(world, asked), world.browser()
    assert browser.act(task, "call", ended="wrong_number", interpreter="nobody").status_code == 303
    world.settle()
    assert world.row("SELECT count(*) AS n FROM consent_event WHERE rule = 'LAW-39'").n == 1
    shown = browser.get(f"/tasks/{task}").text
    assert "<b>Refused.</b>" in shown
    assert "Send in Spanish" not in shown


def test_the_form_names_the_language_to_ask_the_line_for(world, asked):
    shown = world.browser().get(f"/tasks/{_task(world, asked)}").text
    assert "Ask the language line for Spanish before you dial." in shown


def test_a_call_without_its_end_is_not_kept_and_the_note_stays_typed(world, asked):
    task, browser = _task(world, asked), world.browser()
    answer = browser.act(task, "call", note=NOTE)
    assert (answer.status_code, "Choose how the call ended." in answer.text, NOTE in answer.text) == (409, True, True)
    assert world.row("SELECT count(*) AS n FROM member_call").n == 0
