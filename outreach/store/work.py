"""Tasks, awaited signals and signals to clinics, as rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from outreach.loops.held import Awaiting, Tasking
from outreach.loops.task_clock import Deadlines, Escalation, next_escalation
from outreach.loops.tasks import RULES, TaskKind
from outreach.store.batches import chunks, rows_in
from outreach.store.tables import awaited, signal, task
from outreach.store.unit_of_work import UnitOfWork

GIVE_UP_AFTER = timedelta(hours=24)  # FHIR-07


@dataclass(frozen=True, slots=True)
class StoredTask:
    """An open task of a loop."""

    id: int
    loop_id: int
    kind: str
    owner_queue: str | None
    owner_person: str | None
    due_at: datetime | None

    def tasking(self) -> Tasking:
        """Return what a hold needs."""
        return Tasking(self.id, self.due_at, (self.owner_queue or self.owner_person) is not None)


@dataclass(frozen=True, slots=True)
class StoredWait:
    """A signal a loop waits for."""

    id: int
    loop_id: int
    kind: str
    deadline: datetime | None

    def awaiting(self) -> Awaiting:
        """Return what a hold needs."""
        return Awaiting(self.id, self.deadline)


def open_tasks(uow: UnitOfWork, loop_ids: Iterable[int]) -> dict[int, list[StoredTask]]:
    """Return the open tasks of these loops."""
    columns = [task.c[name] for name in StoredTask.__dataclass_fields__]
    found: dict[int, list[StoredTask]] = defaultdict(list)
    for row in rows_in(uow, select(*columns).where(task.c.state == "open"), task.c.loop_id, loop_ids):
        found[row.loop_id].append(StoredTask(**row._mapping))
    return found


def task_row(uow: UnitOfWork, kind: TaskKind, clock: Deadlines, **about: Any) -> dict[str, Any]:
    """Return a complete row for a new task, owned by its kind's queue; `about` names what it concerns."""
    row: dict[str, Any] = {
        "id": uow.next_id(), "program_id": None, "loop_id": None, "member_id": None, "contact_point_id": None,
        "clinic_id": None, "reply_id": None, "kind": kind, "owner_queue": RULES[kind].queue, "owner_person": None,
        "priority": RULES[kind].priority, "opened_at": uow.now, "state": "open", "about": None,
    }  # fmt: skip
    return row | clock_columns(clock, Escalation.NONE) | about


def clock_columns(clock: Deadlines, level: Escalation) -> dict[str, Any]:
    """Return the columns of a task's clock at a level of escalation."""
    return {
        "acknowledge_by": clock.acknowledge_by,
        "due_at": clock.due_at,
        "manager_at": clock.manager_at,
        "escalation": int(level),
        "escalate_at": next_escalation(level, clock),
    }


def open_task(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new tasks, each made by `task_row`, and note them in the trail."""
    uow.insert(task, rows)
    for row in rows:
        uow.audit(f"task.opened.{row['kind']}", f"task:{row['id']}")


def close_tasks(uow: UnitOfWork, task_ids: Iterable[int], resolution: str, reason: str | None = None) -> None:
    """Resolve open tasks in the name of the actor."""
    ended = {"state": "resolved", "resolution": resolution, "reason": reason}
    for part in chunks(task_ids):
        statement = update(task).where(task.c.id.in_(part), task.c.state == "open")
        uow.execute(statement.values(resolved_at=uow.now, resolved_by=str(uow.actor), **ended))
        for task_id in part:
            uow.audit(f"task.resolved.{resolution}", f"task:{task_id}")


def waits(uow: UnitOfWork, loop_ids: Iterable[int]) -> dict[int, list[StoredWait]]:
    """Return what these loops wait for."""
    columns = [awaited.c[name] for name in StoredWait.__dataclass_fields__]
    found: dict[int, list[StoredWait]] = defaultdict(list)
    for row in rows_in(uow, select(*columns).where(awaited.c.state == "waiting"), awaited.c.loop_id, loop_ids):
        found[row.loop_id].append(StoredWait(**row._mapping))
    return found


def wait_row(uow: UnitOfWork, loop_id: int, kind: str, deadline: datetime, prompt: int | None = None) -> dict[str, Any]:
    """Return a complete row for a new awaited signal."""
    return {
        "id": uow.next_id(), "loop_id": loop_id, "kind": kind, "prompt_id": prompt, "deadline": deadline,
        "state": "waiting",
    }  # fmt: skip


def await_signals(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new awaited signals, each made by `wait_row`."""
    uow.insert(awaited, rows)


def end_waits(uow: UnitOfWork, wait_ids: Iterable[int], state: str) -> None:
    """End waiting: `met`, `missed` or `dropped`."""
    for part in chunks(wait_ids):
        statement = update(awaited).where(awaited.c.id.in_(part), awaited.c.state == "waiting")
        uow.execute(statement.values(state=state, ended_at=uow.now))


def end_waits_for_prompts(uow: UnitOfWork, prompt_ids: Iterable[int], state: str) -> None:
    """End the waiting for replies to these prompts."""
    for part in chunks(prompt_ids):
        statement = update(awaited).where(awaited.c.prompt_id.in_(part), awaited.c.state == "waiting")
        uow.execute(statement.values(state=state, ended_at=uow.now))


def missed(uow: UnitOfWork, limit: int) -> Sequence[Any]:
    """Return awaited signals whose deadline has come: rows of (id, loop_id, kind, prompt_id)."""
    query = select(awaited.c.id, awaited.c.loop_id, awaited.c.kind, awaited.c.prompt_id)
    query = query.where(awaited.c.state == "waiting", awaited.c.deadline <= uow.now)
    return uow.all(query.order_by(awaited.c.deadline, awaited.c.id).limit(limit))


def tell(uow: UnitOfWork, loop_id: int, clinic_id: int, told: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Queue signals (kind, body) for a clinic, numbered in order after those told before."""
    seen = uow.execute(select(func.max(signal.c.version)).where(signal.c.loop_id == loop_id)).scalar_one()
    rows = [
        {
            "id": uow.next_id(),
            "loop_id": loop_id,
            "clinic_id": clinic_id,
            "kind": kind,
            "body": dict(body),
            "version": (seen or 0) + number,
            "occurred_at": uow.now,
            "state": "due",
            "due_at": uow.now,
            "attempts": 0,
            "give_up_at": uow.now + GIVE_UP_AFTER,
        }
        for number, (kind, body) in enumerate(told, start=1)
    ]
    uow.insert(signal, rows)
    for row in rows:
        uow.audit(f"signal.{row['kind']}", f"signal:{row['id']}")


def still_waiting(uow: UnitOfWork, wait_ids: Iterable[int]) -> set[int]:
    """Return those of these awaited signals that nobody ended meanwhile; their loops are locked."""
    query = select(awaited.c.id).where(awaited.c.state == "waiting")
    return {row.id for row in rows_in(uow, query, awaited.c.id, wait_ids)}
