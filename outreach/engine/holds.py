"""Naming what holds a loop, after its touches changed without a decision about the loop itself."""

from __future__ import annotations

from collections.abc import Iterable

from outreach.loops.held import hold
from outreach.store import loops, touches, work
from outreach.store.loops import StoredLoop
from outreach.store.unit_of_work import UnitOfWork


def name_holds(uow: UnitOfWork, stored: Iterable[StoredLoop]) -> None:
    """Recompute `held_by` and `next_at` of these locked loops from their rows; closed loops have none."""
    ids = [found.loop.id for found in stored if found.loop.open]
    touching, tasking, awaiting = touches.of_loops(uow, ids), work.open_tasks(uow, ids), work.waits(uow, ids)
    loops.name_holds(
        uow,
        [
            (
                loop_id,
                hold(
                    [touch.touching() for touch in touching.get(loop_id, [])],
                    [task.tasking() for task in tasking.get(loop_id, [])],
                    [wait.awaiting() for wait in awaiting.get(loop_id, [])],
                ),
            )
            for loop_id in ids
        ],
    )
