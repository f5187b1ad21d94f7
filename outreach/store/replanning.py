"""Open loops that are to be planned again, as rows of work: how far each has come, and what is next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from outreach.store.tables import anchor, loop, replanning
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Replanning:
    """One piece of it: a program's open loops, or only those of a clinic. `last_loop` is the highest id done."""

    id: int
    program_id: int
    clinic_id: int | None
    why: str
    asked_at: datetime
    actor: str
    loops: int
    done: int
    last_loop: int


_COLUMNS = [replanning.c[name] for name in Replanning.__dataclass_fields__]
_UNFINISHED = select(*_COLUMNS).where(replanning.c.finished_at.is_(None)).order_by(replanning.c.id)


def count(uow: UnitOfWork, program_id: int, clinic_id: int | None = None) -> int:
    """Return how many loops of a program are open, or of one of its clinics."""
    query = select(func.count(loop.c.id))
    if clinic_id is not None:
        query = query.join(anchor, anchor.c.id == loop.c.anchor_id)
    return int(uow.all(query.where(*_of(program_id, clinic_id)))[0][0])


def add(uow: UnitOfWork, program_id: int, clinic_id: int | None, why: str, loops: int) -> int:
    """Store a new piece of work and return its id; an unfinished one of the same loops is done with it."""
    same = replanning.c.clinic_id == clinic_id if clinic_id else replanning.c.clinic_id.is_(None)
    older = (replanning.c.program_id == program_id) & same & replanning.c.finished_at.is_(None)
    uow.execute(update(replanning).where(older).values(finished_at=uow.now))
    new = uow.next_id()
    row = {"id": new, "program_id": program_id, "clinic_id": clinic_id, "why": why, "asked_at": uow.now}
    uow.insert(replanning, [row | {"actor": str(uow.actor), "loops": loops, "done": 0, "last_loop": 0}])
    return new


def unfinished(uow: UnitOfWork, program_id: int) -> list[Replanning]:
    """Return what is still to be done for a program."""
    rows = uow.all(_UNFINISHED.where(replanning.c.program_id == program_id))
    return [Replanning(**row._mapping) for row in rows]


def any_unfinished(uow: UnitOfWork) -> bool:
    """Whether there is anything to do at all."""
    return bool(uow.all(_UNFINISHED.limit(1)))


def take(uow: UnitOfWork, replanning_id: int | None = None) -> Replanning | None:
    """Lock and return what is to be done next, or this piece; None when there is none that nobody else works on."""
    wanted = _UNFINISHED.where(replanning.c.id == replanning_id) if replanning_id else _UNFINISHED
    # Whoever waits for one piece waits for who has it; a worker takes the next.
    rows = uow.all(wanted.limit(1).with_for_update(skip_locked=replanning_id is None, of=replanning))
    return Replanning(**rows[0]._mapping) if rows else None


def next_loops(uow: UnitOfWork, work: Replanning, most: int) -> list[int]:
    """Return the next open loops of a piece of work, by id."""
    query = select(loop.c.id).where(*_of(work.program_id, work.clinic_id), loop.c.id > work.last_loop)
    if work.clinic_id is not None:
        query = query.join(anchor, anchor.c.id == loop.c.anchor_id)
    return [row.id for row in uow.all(query.order_by(loop.c.id).limit(most))]


def advance(uow: UnitOfWork, work: Replanning, loops: list[int]) -> None:
    """Store how far it has come; without any loops it is finished."""
    if loops:
        values: dict[str, object] = {"done": work.done + len(loops), "last_loop": loops[-1]}
    else:
        values = {"finished_at": uow.now}
    uow.execute(update(replanning).where(replanning.c.id == work.id).values(**values))


def _of(program_id: int, clinic_id: int | None) -> list[ColumnElement[bool]]:
    found = [loop.c.program_id == program_id, loop.c.closed.is_(None)]
    return found if clinic_id is None else [*found, anchor.c.clinic_id == clinic_id]
