"""Naming what holds a loop, after its touches changed without a decision about the loop itself."""

from __future__ import annotations

from collections.abc import Iterable

from outreach.loops.held import hold
from outreach.store import loops, touches, work
from outreach.store.unit_of_work import UnitOfWork


def name_holds(uow: UnitOfWork, loop_ids: Iterable[int]) -> None:
    """Recompute `held_by` and `next_at` of these locked loops from their rows; closed loops have none."""
    named = loops.held(uow, loop_ids)
    touching, tasks, waits = touches.touching(uow, named), work.open_tasks(uow, named), work.waits(uow, named)
    now = {
        loop_id: hold(
            touching.get(loop_id, ()),
            [task.tasking() for task in tasks.get(loop_id, ())],
            [wait.awaiting() for wait in waits.get(loop_id, ())],
        )
        for loop_id in named
    }
    loops.name_holds(uow, {loop_id: held for loop_id, held in now.items() if held != named[loop_id]})
