"""Tasks as a person works them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from conversations.meaning import Reason
from outreach.store.loops import lock as lock_loops
from outreach.store.people import lock_phones
from outreach.store.tables import task
from outreach.store.unit_of_work import UnitOfWork
from outreach.store.work import close_tasks


def lock_open(uow: UnitOfWork, task_id: int, other_loop: int | None = None) -> Row[Any] | None:
    """Lock a task behind its phone and its loop (the lock order), then return it if it is still open."""
    about = uow.all(select(task.c.contact_point_id, task.c.loop_id).where(task.c.id == task_id))
    if not about:
        return None
    if about[0].contact_point_id is not None:
        lock_phones(uow, [about[0].contact_point_id])
    if about[0].loop_id is not None:
        lock_loops(uow, [about[0].loop_id, *([other_loop] if other_loop else [])])
    rows = uow.all(select(task).where(task.c.id == task_id, task.c.state == "open").with_for_update(key_share=True))
    return rows[0] if rows else None


def resolve(uow: UnitOfWork, task_id: int, resolution: str, reason: Reason | None) -> None:
    """End a task in the actor's name."""
    close_tasks(uow, [task_id], resolution, reason)
