"""Decide: events are consumed once and in order, and the rows become what the loop now wants."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from scene import ANA, CLINIC, NOW, OPERATOR, VISIT_DAY, Scene, local

from conversations.meaning import Reason
from outreach.engine.decide import decide
from outreach.engine.handlers import close_loop, report_outcome
from outreach.engine.pump import pump
from outreach.engine.refusals import NotAsked
from outreach.engine.tasks import Finish, resolve
from outreach.loops.events import DeadlinePassed, Event, OutcomeReported, VisitCancelled, VisitMoved
from outreach.loops.outcomes import Outcome, Source
from outreach.store import events, loops
from outreach.store import tables as t
from outreach.store.actor import Actor
from outreach.store.loops import LoopChangedMeanwhile

AFTER = local(VISIT_DAY, 17)
KEPT = OutcomeReported(AFTER, Outcome.KEPT, Source.CLINIC_STAFF)
MISSED = OutcomeReported(AFTER, Outcome.NO_SHOW, Source.EHR)


def test_opening_a_visit_plans_its_touches_and_waits_for_its_outcome(scene: Scene, loop: int) -> None:
    steps = {row.step: row.state for row in scene.rows(t.touch)}
    assert steps == dict.fromkeys(["welcome", "reminder", "day_before", "dayof", "postvisit"], "planned")
    assert [row.kind for row in scene.rows(t.awaited)] == ["outcome"]
    assert scene.row(t.loop).held_by == f"touch:{scene.touch(loop, 'welcome').id}"
    assert scene.unheld() == {}


def test_deciding_again_without_events_changes_nothing(scene: Scene, loop: int) -> None:
    before = [(row.id, row.due_at, row.state) for row in scene.rows(t.touch)]
    scene.happens(loop)
    assert [(row.id, row.due_at, row.state) for row in scene.rows(t.touch)] == before


def test_every_event_is_consumed_once_with_what_was_decided(scene: Scene, loop: int) -> None:
    scene.happens(loop, VisitCancelled(NOW))
    consumed = scene.rows(t.loop_event)
    assert [row.kind for row in consumed] == ["Opened", "VisitCancelled"]
    assert all(row.consumed_at for row in consumed)
    assert "not_kept: OpenTask reschedule" in consumed[1].effects
    assert pump(scene.deployment, "decisions") == 0


HISTORIES: list[tuple[Event, ...]] = [
    (VisitCancelled(NOW), VisitMoved(NOW, materially=True)),
    (KEPT, MISSED),
    (MISSED, KEPT),
    (DeadlinePassed(NOW, "outcome"), KEPT, MISSED),
    (DeadlinePassed(NOW, "outcome"), VisitMoved(NOW, materially=True), VisitCancelled(NOW)),
    (DeadlinePassed(NOW, "reply"), DeadlinePassed(NOW, "reply"), KEPT, MISSED, VisitMoved(NOW, materially=True)),
]


@pytest.mark.parametrize("history", HISTORIES, ids=lambda h: "-".join(type(e).__name__ for e in h))
def test_events_decided_together_end_as_those_decided_one_by_one(scene: Scene, history: tuple[Event, ...]) -> None:
    together, apart = (scene.visit(scene.member(number)) for number in ("+12025550111", "+12025550112"))
    scene.happens(together, *history)
    for event in history:
        scene.happens(apart, event)

    def seen(loop: int) -> object:
        row = scene.row(t.loop, t.loop.c.id == loop)
        tasks = sorted(task.kind for task in scene.rows(t.task, t.task.c.loop_id == loop, t.task.c.state == "open"))
        waiting = scene.rows(t.awaited, t.awaited.c.loop_id == loop, t.awaited.c.state == "waiting")
        return row.stage, row.outcome, row.closed, tasks, [wait.kind for wait in waiting]

    assert seen(together) == seen(apart)
    assert scene.unheld() == {}


def test_work_about_the_person_outlives_the_loop_and_holds_it_when_it_opens_again(scene: Scene, loop: int) -> None:
    scene.settle()
    scene.say(ANA, "blue bicycle")
    assert scene.open_tasks() == ["answer_member"]
    scene.happens(loop, replace(KEPT, source=Source.CLAIM), MISSED)
    assert {"answer_member", "reschedule"} <= set(scene.open_tasks())
    assert scene.unheld() == {}


def test_a_moved_visit_moves_its_touches_and_tells_who_was_told(scene: Scene, loop: int) -> None:
    scene.settle()
    scene.go_to(local(VISIT_DAY - timedelta(days=3), 12))
    later = VISIT_DAY + timedelta(days=2)
    scene.move_visit(loop, day=later, starts_at=local(later, 14, 30))
    scene.happens(loop, VisitMoved(NOW, materially=True))
    scene.settle()
    assert scene.carrier.bodies[-1].startswith("CareLink: Your visit has a new time. It is now Thu 3/11")
    planned = scene.rows(t.touch, t.touch.c.state == "planned")
    assert {row.anchor_version for row in planned} == {2}
    assert scene.unheld() == {}


def test_a_clinic_closes_its_own_visit_and_no_other(scene: Scene, loop: int) -> None:
    stranger = Actor("clinic", "link", clinic=CLINIC + 90)
    scene.at(AFTER)
    with pytest.raises(NotAsked):
        report_outcome(scene.deployment, stranger, loop, Outcome.KEPT, None)
    report_outcome(scene.deployment, Actor("clinic", "link", clinic=CLINIC), loop, Outcome.KEPT, None)
    row = scene.row(t.loop)
    assert (row.closed, row.held_by, row.next_at) == ("visit_completed", None, None)
    assert {touch.state for touch in scene.rows(t.touch)} == {"cancelled"}


def test_when_a_loop_closed_is_not_moved_by_what_happens_later(scene: Scene, loop: int) -> None:
    close_loop(scene.deployment, OPERATOR, loop, Reason.OTHER)
    scene.at(NOW + timedelta(days=2))
    scene.happens(loop, KEPT)
    assert scene.row(t.loop).closed_at == NOW


def test_closing_without_a_new_visit_needs_a_reason(scene: Scene, loop: int) -> None:
    scene.happens(loop, VisitCancelled(NOW))
    task = scene.row(t.task).id
    with pytest.raises(NotAsked, match="needs a reason"):
        resolve(scene.deployment, OPERATOR, task, Finish("no_new_visit"))
    resolve(scene.deployment, OPERATOR, task, Finish("no_new_visit", Reason.MEMBER_DECLINED))
    assert (scene.row(t.loop).closed, scene.row(t.loop).reason) == ("no_new_visit", "member_declined")


def test_a_new_visit_takes_over_the_promise_of_the_one_that_was_missed(scene: Scene, loop: int) -> None:
    scene.happens(loop, VisitCancelled(NOW))
    member = scene.row(t.loop, t.loop.c.id == loop).member_id
    after = scene.visit(member, day=VISIT_DAY + timedelta(days=9))
    with pytest.raises(NotAsked):
        resolve(scene.deployment, OPERATOR, scene.row(t.task).id, Finish("new_visit", new_loop=loop))
    resolve(scene.deployment, OPERATOR, scene.row(t.task).id, Finish("new_visit", new_loop=after))
    assert scene.row(t.loop, t.loop.c.id == loop).closed == "new_visit"
    assert scene.row(t.loop, t.loop.c.id == after).parent_id == loop


def test_a_task_is_resolved_once_and_only_as_its_kind_allows(scene: Scene, loop: int) -> None:
    scene.happens(loop, *[DeadlinePassed(NOW, "reply")] * 2)
    task = scene.row(t.task).id
    with pytest.raises(NotAsked):
        resolve(scene.deployment, OPERATOR, task, Finish("new_visit"))
    resolve(scene.deployment, OPERATOR, task, Finish("reached"))
    with pytest.raises(NotAsked):
        resolve(scene.deployment, OPERATOR, task, Finish("reached"))
    assert scene.unheld() == {}


def test_an_outcome_nobody_reported_becomes_a_task_when_its_deadline_passes(scene: Scene, loop: int) -> None:
    scene.settle()
    for hours in range(0, 24 * 16, 6):
        scene.go_to(NOW + timedelta(hours=hours))
        assert scene.unheld() == {}
    assert scene.row(t.loop).stage == "outcome_missing"
    assert "find_outcome" in scene.open_tasks()


def test_a_loop_stored_meanwhile_is_not_stored_over(scene: Scene, loop: int) -> None:
    with scene.deployment.write(OPERATOR) as uow:
        (seen,) = loops.lock(uow, [loop])
        events.append(uow, [(loop, KEPT)])
        decide(uow, [loop])
        with pytest.raises(LoopChangedMeanwhile):
            loops.save(uow, [(seen, seen.loop, None)])


def test_a_member_without_a_phone_is_held_by_the_awaited_outcome(scene: Scene) -> None:
    scene.visit(scene.member())
    assert scene.rows(t.touch) == []
    assert scene.unheld() == {}
