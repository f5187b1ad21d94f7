"""A delivery is on the loop's time line, and no loop is woken by it: nothing ever follows from one."""

from __future__ import annotations

from dataclasses import replace

from scene import ANA, OPERATOR, Scene
from sqlalchemy import select

from outreach.loops.advance import advance
from outreach.loops.events import TouchDelivered
from outreach.loops.loop import Stage
from outreach.store import events, loops
from outreach.store.tables import loop_event


def test_a_delivery_is_told_and_wakes_no_loop(scene: Scene) -> None:
    loop_id = scene.visit(scene.member(ANA))
    with scene.deployment.write(OPERATOR) as uow:
        events.append(uow, [(loop_id, TouchDelivered(uow.now, "reminder"))])
        assert events.loops_waiting(uow, 10) == []
        told = uow.all(select(loop_event).where(loop_event.c.kind == "TouchDelivered"))
    assert [(row.loop_id, row.consumed_at, row.effects) for row in told] == [(loop_id, uow.now, [])]


def test_nothing_follows_from_a_delivery_in_any_stage(scene: Scene) -> None:
    loop_id = scene.visit(scene.member(ANA))
    with scene.deployment.read(OPERATOR) as uow:
        (stored,) = loops.get(uow, [loop_id])
        for stage in Stage:
            before = replace(stored.loop, stage=stage)
            step = advance(before, TouchDelivered(uow.now, "reminder"))
            assert (step.loop, list(step.effects)) == (before, [])
