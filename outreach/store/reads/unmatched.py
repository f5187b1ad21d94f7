"""Texts from numbers that are nobody's we know, as an inbox: each an open task that a queue owns until it is placed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, select, tuple_

from conversations.meaning import Safety
from outreach.loops.tasks import TaskKind
from outreach.store.batches import rows_in
from outreach.store.people import NUMBER
from outreach.store.reads.said import said
from outreach.store.tables import contact_point, program, reply, task
from outreach.store.unit_of_work import UnitOfWork

_OPEN: ColumnElement[bool] = and_(task.c.state == "open", task.c.kind == TaskKind.UNMATCHED_TEXT)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """One text that waits to be placed; of its number the last four digits, and no words where they are sensitive."""

    task: int
    phone: int | None
    digits: str
    words: str | None = field(repr=False)
    opened_at: datetime
    due_at: datetime | None
    owner_queue: str | None
    owner_person: str | None
    zone: str | None


def count(uow: UnitOfWork) -> int:
    """Return how many texts wait to be placed."""
    return int(uow.execute(select(func.count()).select_from(task).where(_OPEN)).scalar_one())


def phone_of(uow: UnitOfWork, task_id: int) -> int | None:
    """Return the phone of an open task to place a text; None where there is none."""
    rows = uow.all(select(task.c.contact_point_id).where(task.c.id == task_id, _OPEN))
    return rows[0].contact_point_id if rows else None


def page(uow: UnitOfWork, after: int | None, most: int) -> list[Unmatched]:
    """Return up to `most` of them behind a task, what is due first; the caller audits the view."""
    query = _rows()
    if after is not None:
        last = select(task.c.due_at, task.c.id).where(task.c.id == after).subquery()
        query = query.where(tuple_(task.c.due_at, task.c.id) > tuple_(last.c.due_at, last.c.id))
    return _read(uow, uow.all(query.order_by(task.c.due_at, task.c.id).limit(most)))


def one(uow: UnitOfWork, task_id: int) -> Unmatched | None:
    """Return one of them, or None when it was placed or never was; the caller audits the view."""
    found = _read(uow, uow.all(_rows().where(task.c.id == task_id)))
    return found[0] if found else None


def _rows() -> Select[Any]:
    columns = (
        task.c.id, task.c.contact_point_id, task.c.reply_id, task.c.opened_at, task.c.due_at, task.c.owner_queue,
        task.c.owner_person, program.c.zone,
    )  # fmt: skip
    return select(*columns).outerjoin(program, program.c.id == task.c.program_id).where(_OPEN)


def _read(uow: UnitOfWork, rows: Sequence[Row[Any]]) -> list[Unmatched]:
    numbers = rows_in(
        uow, select(contact_point.c.id, contact_point.c.number), contact_point.c.id,
        {row.contact_point_id for row in rows} - {None},
    )  # fmt: skip
    digits = {row.id: uow.keyring.open(NUMBER, row.id, row.number)[-4:] for row in numbers}
    texts = {row.id: row for row in rows_in(uow, _TEXTS, reply.c.id, {row.reply_id for row in rows} - {None})}
    return [
        Unmatched(
            task=row.id,
            phone=row.contact_point_id,
            digits=digits.get(row.contact_point_id, ""),
            words=_words(uow, texts.get(row.reply_id)),
            opened_at=row.opened_at,
            due_at=row.due_at,
            owner_queue=row.owner_queue,
            owner_person=row.owner_person,
            zone=row.zone,
        )
        for row in rows
    ]


_TEXTS = select(reply.c.id, reply.c.body, reply.c.media_count, reply.c.call_id, reply.c.safety)


def _words(uow: UnitOfWork, text: Row[Any] | None) -> str | None:
    if text is None or not set(Safety).isdisjoint(text.safety or ()):
        return None
    return said(uow, text)
