"""What holds loops: texts on their way or planned, open tasks, awaited signals; and tasks about a member's phone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from outreach.store.batches import rows_in
from outreach.store.tables import awaited, member_contact, task, touch
from outreach.store.unit_of_work import UnitOfWork

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class HoldRow:
    """One thing that holds a loop: a text (`what` is its step), a task or a signal (`what` is its kind)."""

    kind: str
    what: str
    at: datetime | None
    who: str | None = None
    state: str = ""
    blocker: str | None = None
    escalation: int = 0


_TASK = (
    task.c.kind, task.c.due_at, task.c.owner_queue, task.c.owner_person, task.c.blocker, task.c.escalation,
)  # fmt: skip


def holds(uow: UnitOfWork, loop_ids: Sequence[int]) -> dict[int, list[HoldRow]]:
    """Return what holds each of these loops, the next first."""
    found: dict[int, list[HoldRow]] = defaultdict(list)
    touches = select(touch.c.loop_id, touch.c.step, touch.c.due_at, touch.c.state)
    live = touch.c.state.in_(("planned", "claimed", "unknown"))
    for row in rows_in(uow, touches.where(live), touch.c.loop_id, loop_ids):
        found[row.loop_id].append(HoldRow("text", row.step, row.due_at, state=row.state))
    tasks = select(task.c.loop_id, *_TASK).where(task.c.state == "open")
    for row in rows_in(uow, tasks, task.c.loop_id, loop_ids):
        found[row.loop_id].append(_of_task(row))
    waits = select(awaited.c.loop_id, awaited.c.kind, awaited.c.deadline)
    for row in rows_in(uow, waits.where(awaited.c.state == "waiting"), awaited.c.loop_id, loop_ids):
        found[row.loop_id].append(HoldRow("signal", row.kind, row.deadline))
    for held in found.values():
        held.sort(key=lambda hold: (hold.at or _EPOCH, hold.kind))
    return found


def alarms(uow: UnitOfWork, member_ids: set[int]) -> dict[int, list[HoldRow]]:
    """Return the open tasks about these members' phones, which belong to no loop."""
    query = (
        select(member_contact.c.member_id, *_TASK)
        .join(task, task.c.contact_point_id == member_contact.c.contact_point_id)
        .where(task.c.state == "open", task.c.loop_id.is_(None))
    )
    found: dict[int, list[HoldRow]] = defaultdict(list)
    for row in rows_in(uow, query, member_contact.c.member_id, member_ids):
        found[row.member_id].append(_of_task(row))
    return found


def _of_task(row: Any) -> HoldRow:
    who = row.owner_person or row.owner_queue
    return HoldRow("task", row.kind, row.due_at, who, blocker=row.blocker, escalation=row.escalation)
