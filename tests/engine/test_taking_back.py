"""What a person just did is taken back as long as nobody built on it; a talk that is over holds nothing more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from scene import ANA, NOW, VISIT_DAY, Scene, local

from conversations.meaning import Reason
from outreach.engine import staff_texts, talks, tasks
from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.engine.tasks import Finish
from outreach.engine.undoing import undo
from outreach.loops.tasks import Blocker
from outreach.store import presence
from outreach.store import tables as t
from outreach.store.actor import Actor
from outreach.store.conversation import with_people

ROSA, KEVIN = Actor("person", "Rosa"), Actor("person", "Kevin Lee")
BACK = staff_texts.HELD_BACK


@pytest.fixture
def asked(scene: Scene, loop: int) -> int:
    """Ana asked something that a person answers; the task that says so."""
    scene.settle()
    scene.say(ANA, "can my sister come?")
    return int(scene.row(t.task, t.task.c.kind == "answer_member").id)


def _task(scene: Scene, task: int):
    return scene.row(t.task, t.task.c.id == task)


def _say(scene: Scene, task: int, key: str = "reply_call", **when) -> int:
    loop = _task(scene, task).loop_id
    with scene.deployment.read(ROSA) as uow:
        found = staff_texts.composer(uow, loop)
    assert found is not None
    return staff_texts.say(scene.deployment, ROSA, loop, key, found.seen, **({"held_back": BACK} | when))


def _touch(scene: Scene, touch: int):
    return scene.row(t.touch, t.touch.c.id == touch)


Act = Callable[[Deployment, int], "int | None"]
ACTS: dict[str, Act] = {
    "taken": lambda here, task: tasks.claim(here, ROSA, task),
    "put off": lambda here, task: tasks.snooze(here, ROSA, task, NOW + timedelta(hours=1)),
    "handed over": lambda here, task: tasks.hand_over(here, ROSA, task, "nurses", "luis", "She asks about medicine."),
    "blocked": lambda here, task: tasks.block(here, ROSA, task, Blocker.DOCUMENTS, NOW + timedelta(days=2), "A form."),
    "finished": lambda here, task: tasks.resolve(here, ROSA, task, Finish("done")),
}


@pytest.mark.parametrize("what", ACTS)
def test_a_change_is_taken_back_as_if_it_had_never_been(scene: Scene, asked: int, what: str) -> None:
    before = _task(scene, asked)
    note = ACTS[what](scene.deployment, asked)
    assert _task(scene, asked) != before
    assert note is not None
    undo(scene.deployment, ROSA, asked, note)
    assert _task(scene, asked) == before
    assert scene.unheld() == {}
    said = [row.what for row in scene.rows(t.task_note, t.task_note.c.task_id == asked)]
    assert said[-1] == "undone"


@pytest.mark.parametrize("what", ACTS)
def test_nobody_takes_back_what_another_did_or_what_is_not_the_last(scene: Scene, asked: int, what: str) -> None:
    note = ACTS[what](scene.deployment, asked)
    assert note is not None
    after = _task(scene, asked)
    with pytest.raises(NotAsked, match="meanwhile"):
        undo(scene.deployment, KEVIN, asked, note)
    with pytest.raises(NotAsked, match="meanwhile"):
        undo(scene.deployment, ROSA, asked, note + 1)
    undo(scene.deployment, ROSA, asked, note)
    with pytest.raises(NotAsked, match="meanwhile"):
        undo(scene.deployment, ROSA, asked, note)
    assert _task(scene, asked) != after


def test_an_ending_that_moved_its_loop_is_not_offered_back(scene: Scene, loop: int) -> None:
    scene.settle()
    scene.say(ANA, "I need to change my appointment")
    task = scene.row(t.task, t.task.c.kind == "reschedule").id
    assert tasks.resolve(scene.deployment, ROSA, task, Finish("no_new_visit", Reason.NOT_STATED)) is None


def test_an_answer_waits_ten_seconds_and_what_was_taken_back_never_leaves(scene: Scene, asked: int) -> None:
    touch = _say(scene, asked)
    scene.settle()
    assert _touch(scene, touch).state == "planned"
    staff_texts.withdraw(scene.deployment, ROSA, scene.phone(ANA), touch)
    scene.go_to(NOW + BACK)
    assert _touch(scene, touch).state == "cancelled"
    again = _say(scene, asked)
    scene.go_to(NOW + BACK + BACK)
    assert (again != touch, _touch(scene, again).state) == (True, "sent")
    with pytest.raises(NotAsked, match="not waiting any more"):
        staff_texts.withdraw(scene.deployment, ROSA, scene.phone(ANA), again)
    assert scene.unheld() == {}


def test_only_a_persons_text_of_this_phone_is_taken_back(scene: Scene, asked: int) -> None:
    theirs = scene.rows(t.touch, t.touch.c.author.is_(None), t.touch.c.state == "planned")[0].id
    for touch in (theirs, 1):
        with pytest.raises(NotAsked, match="no part of this conversation"):
            staff_texts.withdraw(scene.deployment, ROSA, scene.phone(ANA), touch)


def test_an_answer_for_later_leaves_then_and_is_no_reason_to_keep_quiet_until_then(scene: Scene, asked: int) -> None:
    later = NOW + timedelta(hours=3)
    touch = _say(scene, asked, later=later)
    scene.go_to(later - timedelta(minutes=1))
    assert (_touch(scene, touch).state, _touch(scene, touch).due_at) == ("planned", later)
    scene.go_to(later)
    assert _touch(scene, touch).state == "sent"


@pytest.mark.parametrize("away", [timedelta(), timedelta(days=-1), timedelta(days=8)])
def test_later_is_to_come_and_within_a_week(scene: Scene, asked: int, away: timedelta) -> None:
    with pytest.raises(NotAsked, match="within the next seven days"):
        _say(scene, asked, later=NOW + away)
    assert scene.rows(t.touch, t.touch.c.author.is_not(None)) == []


def test_when_a_person_is_done_what_waited_leaves_and_their_next_text_holds_again(scene: Scene, loop: int) -> None:
    reminded = local(VISIT_DAY - timedelta(days=3), 12)
    scene.settle()
    scene.go_to(reminded)
    scene.say(ANA, "can my sister come?")
    task = int(scene.row(t.task, t.task.c.kind == "answer_member").id)
    _say(scene, task, held_back=timedelta())
    scene.at(reminded + timedelta(minutes=1))
    scene.say(ANA, "1")
    waits = [row.id for row in scene.rows(t.touch, t.touch.c.state == "planned") if row.rule == "TALKING"]
    assert waits
    talks.release(scene.deployment, ROSA, scene.phone(ANA))
    scene.settle()
    assert {_touch(scene, row).state for row in waits} == {"sent"}
    scene.at(reminded + timedelta(minutes=20))
    _say(scene, task, held_back=timedelta())
    with scene.deployment.read(ROSA) as uow:
        assert with_people(uow, [scene.phone(ANA)]) == {scene.phone(ANA): reminded + timedelta(minutes=50)}
    assert scene.unheld() == {}


def test_who_has_a_conversation_open_is_known_for_as_long_as_they_look(scene: Scene, loop: int) -> None:
    phone, timer = scene.phone(ANA), scene.deployment.timer
    talks.arrive(scene.deployment, ROSA, phone)
    with scene.deployment.read(KEVIN) as uow:
        now = timer.now()
        assert presence.others(uow, phone, KEVIN.name, now) == ["Rosa"]
        assert presence.others(uow, phone, ROSA.name, now) == []
        assert presence.is_marked(uow, phone, "Rosa", now)
        assert presence.others(uow, phone, KEVIN.name, now + presence.GONE + timedelta(seconds=1)) == []
