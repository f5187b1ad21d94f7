"""Runs that bring data in: one row each, kept as evidence of who imported what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from outreach.store.tables import import_run, program, task
from outreach.store.unit_of_work import UnitOfWork


def begin(uow: UnitOfWork, program_id: int, kind: str) -> int:
    """Store a new run and return its id."""
    new = uow.next_id()
    row = {"id": new, "program_id": program_id, "at": uow.now, "actor": str(uow.actor), "counts": {"kind": kind}}
    uow.insert(import_run, [row])
    uow.audit(f"import.{kind}.started", f"import_run:{new}")
    return new


def wait_for_others(uow: UnitOfWork, program_id: int) -> None:
    """Let one chunk of a program's files be stored at a time: two could both find a member to be new."""
    uow.all(select(program.c.id).where(program.c.id == program_id).with_for_update(key_share=True))


def note(uow: UnitOfWork, run: int, counts: Mapping[str, Any]) -> None:
    """Store how far a run has come, with the rows it counts."""
    uow.execute(update(import_run).where(import_run.c.id == run).values(counts=dict(counts)))


def describe_task(uow: UnitOfWork, task_id: int, about: Mapping[str, Any]) -> None:
    """Bring up to date what a run's task is about."""
    uow.execute(update(task).where(task.c.id == task_id).values(about=dict(about)))
