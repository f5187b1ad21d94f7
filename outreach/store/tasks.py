"""Tasks as a person works them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from conversations.meaning import Reason
from outreach.loops.business_days import NO_PROGRAM, BusinessCalendar
from outreach.store import programs
from outreach.store.batches import rows_in
from outreach.store.loops import lock as lock_loops
from outreach.store.loops import lock_rows
from outreach.store.people import lock_phones, members, members_on
from outreach.store.tables import task, task_note
from outreach.store.types import UtcDateTime
from outreach.store.unit_of_work import UnitOfWork
from outreach.store.work import close_tasks

NOTE = "task_note:note"


def lock_open(
    uow: UnitOfWork, task_id: int, other_loop: int | None = None, more_loops: Iterable[int] = ()
) -> Row[Any] | None:
    """Lock a task behind its phone and its loops (the lock order), then return it if it is still open."""
    about = uow.all(select(task.c.contact_point_id, task.c.loop_id).where(task.c.id == task_id))
    if not about:
        return None
    phones = [] if about[0].contact_point_id is None else [about[0].contact_point_id]
    if more_loops:
        phones += [phone for found in members(uow, members_of(uow, task_id)).values() for phone in found.contact_points]
    lock_phones(uow, phones)
    wanted = {about[0].loop_id, other_loop, *more_loops} - {None}
    lock_loops(uow, [loop_id for loop_id in wanted if loop_id is not None])
    rows = uow.all(select(task).where(task.c.id == task_id, task.c.state == "open").with_for_update(key_share=True))
    return rows[0] if rows else None


def lock_many(uow: UnitOfWork, task_ids: Iterable[int]) -> list[Row[Any]]:
    """Lock tasks behind all their phones and loops (the lock order); return those that are still open."""
    columns = select(task.c.id, task.c.contact_point_id, task.c.loop_id)
    about = rows_in(uow, columns, task.c.id, task_ids)
    lock_phones(uow, {row.contact_point_id for row in about} - {None})
    lock_rows(uow, {row.loop_id for row in about} - {None})
    open_ones = select(task).where(task.c.state == "open").order_by(task.c.id).with_for_update(key_share=True)
    return list(rows_in(uow, open_ones, task.c.id, sorted(row.id for row in about)))


def members_of(uow: UnitOfWork, task_id: int) -> list[int]:
    """Return the members a task may be about: its own, or everybody on its phone."""
    row = uow.all(select(task.c.member_id, task.c.contact_point_id).where(task.c.id == task_id))[0]
    if row.member_id is not None:
        return [row.member_id]
    return members_on(uow, [row.contact_point_id] if row.contact_point_id else []).get(row.contact_point_id, [])


def resolve(uow: UnitOfWork, task_id: int, resolution: str, reason: Reason | None) -> None:
    """End a task in the actor's name."""
    close_tasks(uow, [task_id], resolution, reason)


def change(uow: UnitOfWork, task_id: int, what: str, values: Mapping[str, Any], note: str = "") -> int:
    """Change a locked task, and note who did what, with their words sealed; return the note.

    What a person changed is kept as it was before, so that they can take it back.
    """
    before = _as_it_is(uow, task_id, values) if uow.actor.kind == "person" else None
    uow.execute(update(task).where(task.c.id == task_id).values(**values))
    return _noted(uow, task_id, what, before, note)


def ended(uow: UnitOfWork, task_id: int) -> int:
    """Note that the actor finished a task, in a way that leaves nothing behind and can be taken back."""
    open_again = {"state": "open", "resolution": None, "reason": None, "resolved_at": None, "resolved_by": None}
    return _noted(uow, task_id, "finished", open_again)


def lock_for_undo(uow: UnitOfWork, task_id: int) -> tuple[Row[Any], Row[Any]] | None:
    """Lock a task, open or not, behind its phone and its loop; return it with its newest note, None without one."""
    rows = uow.all(select(task).where(task.c.id == task_id))
    if not rows:
        return None
    lock_phones(uow, [] if rows[0].contact_point_id is None else [rows[0].contact_point_id])
    lock_loops(uow, [] if rows[0].loop_id is None else [rows[0].loop_id])
    rows = uow.all(select(task).where(task.c.id == task_id).with_for_update(key_share=True))
    query = select(task_note).where(task_note.c.task_id == task_id)
    notes = uow.all(query.order_by(task_note.c.id.desc()).limit(1))
    return (rows[0], notes[0]) if notes else None


def put_back(uow: UnitOfWork, task_id: int, before: Mapping[str, Any]) -> None:
    """Let a locked task be as a note says that it was before."""
    times = {name for name in before if isinstance(task.c[name].type, UtcDateTime) and before[name] is not None}
    values = {name: datetime.fromisoformat(was) if name in times else was for name, was in before.items()}
    uow.execute(update(task).where(task.c.id == task_id).values(**values))
    _noted(uow, task_id, "undone", None)


def _as_it_is(uow: UnitOfWork, task_id: int, names: Iterable[str]) -> dict[str, Any]:
    row = uow.all(select(*(task.c[name] for name in names)).where(task.c.id == task_id))[0]
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row._mapping.items()}


def _noted(uow: UnitOfWork, task_id: int, what: str, before: Mapping[str, Any] | None, note: str = "") -> int:
    new = uow.next_id()
    sealed = uow.keyring.seal(NOTE, new, note) if note else None
    by = {"id": new, "task_id": task_id, "at": uow.now, "actor": str(uow.actor)}
    uow.insert(task_note, [by | {"what": what, "note": sealed, "before": before}])
    uow.audit(f"task.{what}", f"task:{task_id}")
    return new


def office_of(uow: UnitOfWork, row: Row[Any]) -> BusinessCalendar:
    """Return the calendar a task's clock runs on."""
    known = programs.programs(uow, [row.program_id] if row.program_id else [])
    return known[row.program_id].office if known else NO_PROGRAM


def to_escalate(uow: UnitOfWork, limit: int) -> Sequence[Row[Any]]:
    """Return (id, loop_id) of open tasks whose next escalation has come: a look without locks."""
    query = select(task.c.id, task.c.loop_id).where(task.c.state == "open", task.c.escalate_at <= uow.now)
    return uow.all(query.order_by(task.c.escalate_at, task.c.id).limit(limit))


def still_to_escalate(uow: UnitOfWork, task_ids: Iterable[int]) -> list[Row[Any]]:
    """Lock and return those of these tasks that are still open and late; their loops are locked."""
    query = select(task).where(task.c.state == "open", task.c.escalate_at <= uow.now).order_by(task.c.id)
    return list(rows_in(uow, query.with_for_update(key_share=True), task.c.id, task_ids))


def open_of_members(uow: UnitOfWork, member_ids: Iterable[int], kinds: Iterable[str]) -> list[int]:
    """Return the open tasks of these kinds about these members."""
    mine = select(task.c.id).where(task.c.state == "open", task.c.kind.in_(list(kinds)))
    return sorted(row.id for row in rows_in(uow, mine, task.c.member_id, member_ids))


def members_with(uow: UnitOfWork, member_ids: Iterable[int], kind: str) -> set[int]:
    """Return those of these members about whom a task of this kind is open."""
    mine = select(task.c.member_id).where(task.c.state == "open", task.c.kind == kind)
    return {row.member_id for row in rows_in(uow, mine, task.c.member_id, member_ids)}
