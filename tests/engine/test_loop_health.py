"""The view that lists loops nobody holds: empty for a healthy world, and a reason for each way of breaking one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scene import ANA, NOW, OPERATOR, VISIT_DAY, Scene, local
from sqlalchemy import delete, text, update

from outreach.engine.handlers import set_freeze
from outreach.engine.pump import pump
from outreach.loops.events import VisitCancelled
from outreach.store import tables as t

NOTHING = "nothing holds it"
MISNAMED = "the hold it names is not the earliest of its rows"
LONG_AGO = NOW - timedelta(days=1)


@pytest.fixture
def loop(scene: Scene) -> int:
    """A loop that its first touches and the awaited outcome hold."""
    return scene.visit(scene.member(ANA))


@pytest.fixture
def tasked(scene: Scene, loop: int) -> int:
    """A loop that a person's task holds, and nothing else."""
    scene.happens(loop, VisitCancelled(NOW))
    assert scene.open_tasks() == ["reschedule"]
    return loop


def _waits(scene: Scene, loop: int) -> int:
    return int(scene.row(t.awaited, t.awaited.c.loop_id == loop, t.awaited.c.state == "waiting").id)


def _task(scene: Scene, loop: int) -> int:
    return int(scene.row(t.task, t.task.c.loop_id == loop, t.task.c.state == "open").id)


def test_a_healthy_world_is_empty_from_the_first_touch_to_the_last(scene: Scene, loop: int) -> None:
    assert scene.unheld() == {}
    for hour in (10, 12, 18):
        scene.go_to(local(VISIT_DAY - timedelta(days=1), hour))
        assert scene.unheld() == {}


def test_a_closed_loop_needs_no_hold(scene: Scene, loop: int) -> None:
    scene.change(t.loop, loop, closed="staff", held_by=None, next_at=None)
    assert scene.unheld() == {}


def test_a_deleted_touch_leaves_a_name_that_nothing_answers_to(scene: Scene, loop: int) -> None:
    with scene.deployment.write(OPERATOR) as uow:
        uow.execute(delete(t.touch).where(t.touch.c.loop_id == loop))
        uow.commit()
    assert scene.unheld() == {loop: MISNAMED}


def test_a_loop_whose_every_hold_is_gone_is_found(scene: Scene, loop: int) -> None:
    with scene.deployment.write(OPERATOR) as uow:
        uow.execute(delete(t.touch).where(t.touch.c.loop_id == loop))
        uow.execute(update(t.awaited).where(t.awaited.c.loop_id == loop).values(state="dropped"))
        uow.execute(update(t.loop).where(t.loop.c.id == loop).values(held_by=None, next_at=None))
        uow.commit()
    assert scene.unheld() == {loop: NOTHING}


def test_a_task_without_an_owner_is_found(scene: Scene, tasked: int) -> None:
    scene.change(t.task, _task(scene, tasked), owner_queue=None)
    assert scene.unheld() == {tasked: "a task has no owner"}


def test_a_person_owns_a_task_as_well_as_a_queue_does(scene: Scene, tasked: int) -> None:
    scene.change(t.task, _task(scene, tasked), owner_queue=None, owner_person="ana")
    assert scene.unheld() == {}


def test_a_task_without_a_due_date_is_found(scene: Scene, tasked: int) -> None:
    scene.change(t.task, _task(scene, tasked), due_at=None)
    assert scene.unheld() == {tasked: "a task has no due date"}


def test_an_awaited_signal_without_a_deadline_is_found(scene: Scene, loop: int) -> None:
    scene.change(t.awaited, _waits(scene, loop), deadline=None)
    assert scene.unheld() == {loop: "an awaited signal has no deadline"}


def test_an_awaited_signal_past_its_deadline_is_found_after_one_sweep(scene: Scene, loop: int) -> None:
    deadline = scene.row(t.awaited, t.awaited.c.loop_id == loop).deadline
    with scene.deployment.write(OPERATOR) as uow:
        uow.execute(update(t.touch).where(t.touch.c.loop_id == loop).values(state="cancelled"))
        name = {"held_by": f"signal:{_waits(scene, loop)}", "next_at": deadline}
        uow.execute(update(t.loop).where(t.loop.c.id == loop).values(**name))
        uow.commit()
    scene.at(deadline + timedelta(seconds=59))
    assert scene.unheld() == {}
    scene.at(deadline + timedelta(seconds=61))
    assert scene.unheld() == {loop: "an awaited signal is past its deadline"}


@pytest.mark.parametrize("state", ["claimed", "unknown"])
def test_a_touch_in_flight_is_found_when_its_lease_is_long_over(scene: Scene, loop: int, state: str) -> None:
    touch = scene.touch(loop, "welcome").id
    real = scene.timer.now()
    scene.change(t.touch, touch, state=state, attempts=1, lease_until=real - timedelta(seconds=30))
    assert scene.unheld() == {}
    scene.change(t.touch, touch, lease_until=real - timedelta(seconds=90))
    assert scene.unheld() == {loop: "a touch is in flight past its lease"}


def test_a_claimed_touch_without_a_lease_is_found(scene: Scene, loop: int) -> None:
    scene.change(t.touch, scene.touch(loop, "welcome").id, state="claimed", attempts=1, lease_until=None)
    assert scene.unheld() == {loop: "a touch is in flight past its lease"}


def test_a_wrong_name_is_found(scene: Scene, loop: int) -> None:
    scene.change(t.loop, loop, held_by=f"signal:{_waits(scene, loop)}")
    assert scene.unheld() == {loop: MISNAMED}


def test_a_wrong_instant_is_found(scene: Scene, loop: int) -> None:
    scene.change(t.loop, loop, next_at=NOW + timedelta(days=3))
    assert scene.unheld() == {loop: MISNAMED}


def test_a_missing_name_is_found(scene: Scene, loop: int) -> None:
    scene.change(t.loop, loop, held_by=None)
    assert scene.unheld() == {loop: MISNAMED}


def test_an_overdue_touch_is_found_after_a_quarter_of_an_hour(scene: Scene, loop: int) -> None:
    scene.at(NOW + timedelta(minutes=14))
    assert scene.unheld() == {}
    scene.at(NOW + timedelta(minutes=16))
    assert scene.unheld() == {loop: "a touch is overdue"}


def test_nothing_is_overdue_while_sending_is_frozen(scene: Scene, loop: int) -> None:
    set_freeze(scene.deployment, OPERATOR, True)
    scene.at(NOW + timedelta(minutes=16))
    assert scene.unheld() == {}
    set_freeze(scene.deployment, OPERATOR, False)
    assert scene.unheld() == {loop: "a touch is overdue"}


def test_a_refusal_that_no_loop_hears_is_found(scene: Scene, loop: int) -> None:
    scene.change(t.touch, scene.touch(loop, "welcome").id, state="refused", heard=False, due_at=LONG_AGO)
    assert scene.unheld() == {loop: "a touch is overdue"}


def test_a_question_that_gives_way_to_another_visits_no_longer_names_the_hold_of_its_loop(scene: Scene) -> None:
    asked = scene.visit(scene.member(ANA))
    other = scene.visit(scene.member(ANA), day=VISIT_DAY + timedelta(days=7))
    scene.settle()
    scene.go_to(local(VISIT_DAY - timedelta(days=3), 12))
    scene.say(ANA, "3")  # "why?" is asked, and its answer is what the loop waits for next
    later = local(VISIT_DAY - timedelta(days=2), 13)
    urgent = {"state": "planned", "queue": "day-of", "due_at": later, "useful_until": later + timedelta(hours=3)}
    scene.change(t.touch, scene.touch(other, "reminder").id, rule=None, **urgent)
    waiting = scene.row(
        t.awaited, t.awaited.c.loop_id == asked, t.awaited.c.kind == "reply", t.awaited.c.state == "waiting"
    )
    scene.change(t.awaited, waiting.id, deadline=later + timedelta(hours=2))
    scene.change(t.loop, asked, held_by=f"signal:{waiting.id}", next_at=later + timedelta(hours=2))
    scene.at(later)
    pump(scene.deployment, "day-of")
    assert [row.state for row in scene.rows(t.prompt, t.prompt.c.loop_id == asked)][-1] == "superseded"
    assert asked not in scene.unheld()


def test_however_many_loops_there_are_the_rows_that_hold_them_are_gathered_once(scene: Scene, loop: int) -> None:
    explain = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}[scene.deployment.database.dialect]
    with scene.deployment.database.engine.connect() as connection:
        rows = connection.execute(text(f"{explain} SELECT * FROM loop_health")).all()
    plan = "\n".join(str(row[-1]) for row in rows)
    # Held rows looked through for each loop would be a scan of what was gathered; only paused lanes, a few, are.
    assert "CTE Scan on held" not in plan
    assert plan.count("CORRELATED") <= 1
