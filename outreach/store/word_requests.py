"""Who is asked to translate or review what, and by when; what was done or taken back stays on record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select, update

from outreach.store.batches import chunks
from outreach.store.tables import word_request
from outreach.store.unit_of_work import UnitOfWork


class Work(StrEnum):
    """What somebody is asked for."""

    TRANSLATE = "translate"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """One open request. Without a key it is about every text of the language."""

    id: int
    program_id: int
    language: str
    key: str | None
    work: str
    asked_of: str
    asked_by: str
    asked_at: datetime
    due_on: date


_COLUMNS = [word_request.c[name] for name in StoredRequest.__dataclass_fields__]


def open_requests(uow: UnitOfWork, program_id: int | None = None) -> list[StoredRequest]:
    """Return what people are asked for and have not done, of one program or of all, the earliest due first."""
    query = select(*_COLUMNS).where(word_request.c.ended_at.is_(None))
    if program_id is not None:
        query = query.where(word_request.c.program_id == program_id)
    rows = uow.all(query.order_by(word_request.c.due_on, word_request.c.id))
    return [StoredRequest(**row._mapping) for row in rows]


def add(uow: UnitOfWork, program_id: int, language: str, key: str | None, work: Work, of: str, due_on: date) -> int:
    """Store a request in the name of the actor; return its id."""
    row_id = uow.next_id()
    about = {"program_id": program_id, "language": language, "key": key, "work": work, "asked_of": of}
    asked = {"id": row_id, "asked_by": uow.actor.name, "asked_at": uow.now, "due_on": due_on}
    uow.insert(word_request, [about | asked])
    uow.audit("words.asked", f"word_request:{row_id}", "HIP-22")
    return row_id


def end(uow: UnitOfWork, request_ids: Iterable[int], outcome: str) -> None:
    """End open requests: `done`, or `taken_back`."""
    for part in chunks(request_ids):
        still = update(word_request).where(word_request.c.id.in_(part), word_request.c.ended_at.is_(None))
        uow.execute(still.values(ended_at=uow.now, ended_by=uow.actor.name, outcome=outcome))
        for row_id in part:
            uow.audit(f"words.asked.{outcome}", f"word_request:{row_id}", "HIP-22")
