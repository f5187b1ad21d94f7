"""Tasks that nobody finished in time change hands: warned at half, the supervisor's when due, then the manager's."""

from __future__ import annotations

from typing import Any

from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.loops.events import TaskEscalated
from outreach.loops.task_clock import Deadlines, Escalation, escalated, next_escalation, owner_at
from outreach.store import events, loops, tasks
from outreach.store.actor import WORKER
from outreach.store.unit_of_work import UnitOfWork

_BATCH = 200


def escalate_tasks(deployment: Deployment) -> int:
    """Move every late task to whoever owns it now (CARE-07); return how many moved."""
    with deployment.read(WORKER) as uow:
        late = tasks.to_escalate(uow, _BATCH)
    if not late:
        return 0
    with deployment.write(WORKER) as uow:
        loops.lock(uow, {row.loop_id for row in late if row.loop_id})
        ours = tasks.still_to_escalate(uow, [row.id for row in late])
        for task in ours:
            _escalate(uow, task)
        decide(uow, {task.loop_id for task in ours if task.loop_id})
        uow.commit()
    return len(late)


def _escalate(uow: UnitOfWork, task: Any) -> None:
    clock = Deadlines(task.acknowledge_by, task.due_at, task.manager_at)
    level = escalated(Escalation(task.escalation), clock, uow.now)
    values: dict[str, Any] = {"escalation": int(level), "escalate_at": next_escalation(level, clock)}
    if level >= Escalation.SUPERVISOR:
        # Whoever had it did not move: it is taken from them, not only marked.
        values |= {"owner_queue": owner_at(level, task.owner_queue), "owner_person": None, "snoozed_until": None}
    tasks.change(uow, task.id, f"escalated.{level.name.lower()}", values)
    if task.loop_id is not None:
        events.append(uow, [(task.loop_id, TaskEscalated(uow.now, task.kind, level))])
