"""What is due, by lane: found in a few seeks of the index, whatever else is planned, and whatever has just left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice, zip_longest
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, Row, ScalarSelect, Select, String, bindparam, column, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from outreach.store.tables import program, touch
from outreach.store.types import Id
from outreach.store.unit_of_work import UnitOfWork

Pair = tuple[str, int]  # a sender, and a program that may send from it


class Lane(NamedTuple):
    """One program's texts on one sender: within it they go in due order, from `since` on, and lanes take turns."""

    sender: str
    program: int
    since: datetime


def due(uow: UnitOfWork, queue: str) -> list[Lane]:
    """Return the lanes that have something due in a queue."""
    return lanes_in(every(uow, queue))


def every(uow: UnitOfWork, queue: str) -> dict[Pair, datetime | None]:
    """Return every lane there may be in a queue, and since when something is due in it."""
    rows = uow.all(_EVERY, {"queue": queue, "now": uow.now})
    return {(row.sender, row.program_id): row.since for row in rows}


def above(uow: UnitOfWork, queue: str, lows: Mapping[Pair, datetime]) -> dict[Pair, datetime | None]:
    """Return the same for known lanes, passing over what was due before `lows`. PostgreSQL only.

    While an old transaction is open, the index keeps an entry for each text that left since: without a bound, each look
    would walk past them all.
    """
    senders, programs = [sender for sender, _ in lows], [program_id for _, program_id in lows]
    known = {"senders": senders, "programs": programs, "lows": list(lows.values())}
    rows = uow.all(_ABOVE, known | {"queue": queue, "now": uow.now})
    return {(row.sender, row.program_id): row.since for row in rows}


def lanes_in(found: Mapping[Pair, datetime | None]) -> list[Lane]:
    """Return those lanes that have something due."""
    return [Lane(*pair, since) for pair, since in found.items() if since is not None]


def _first_due(sender: ColumnElement[str], program_id: ColumnElement[int]) -> Select[tuple[datetime]]:
    # One seek for each pair, in the index's order: as a join, or in any order, all that is due would be gathered.
    theirs = (touch.c.sender == sender) & (touch.c.program_id == program_id)
    by_now = touch.c.due_at <= bindparam("now", type_=touch.c.due_at.type)
    return select(touch.c.due_at).where(_planned(), theirs, by_now).order_by(touch.c.due_at, touch.c.id).limit(1)


def _planned() -> ColumnElement[bool]:
    return (touch.c.state == "planned") & (touch.c.queue == bindparam("queue"))


def _senders() -> CTE:
    # From one sender to the next by the index: what is planned for later is never walked through.
    found = select(_first_sender(_planned()).label("sender")).cte("senders", recursive=True)
    further = _first_sender(_planned() & (touch.c.sender > found.c.sender))
    return found.union_all(select(further).where(found.c.sender.is_not(None)))


def _first_sender(where: ColumnElement[bool]) -> ScalarSelect[Any]:
    return select(func.min(touch.c.sender)).where(where).scalar_subquery()


def _every() -> Select[Any]:
    planned = _senders()
    senders = select(planned.c.sender).where(planned.c.sender.is_not(None)).union(select(program.c.sender)).subquery()
    first = _first_due(senders.c.sender, program.c.id).correlate(senders, program).scalar_subquery()
    lanes = select(senders.c.sender, program.c.id.label("program_id"), first.label("since"))
    return lanes.select_from(senders.join(program, true())).order_by(senders.c.sender, program.c.id)


def _above() -> Select[Any]:
    arrays: dict[str, Any] = {"senders": String(), "programs": Id, "lows": touch.c.due_at.type}
    columns = column("sender", String()), column("program_id", Id), column("low", touch.c.due_at.type)
    known = func.unnest(*[bindparam(name, type_=ARRAY(kind)) for name, kind in arrays.items()])
    lane = known.table_valued(*columns).render_derived()
    first = _first_due(lane.c.sender, lane.c.program_id).where(touch.c.due_at > lane.c.low).correlate(lane)
    lanes = select(lane.c.sender, lane.c.program_id, first.scalar_subquery().label("since"))
    return lanes.order_by(lane.c.sender, lane.c.program_id)


_EVERY, _ABOVE = _every(), _above()
_NEXT = (
    select(touch.c.id, touch.c.contact_point_id)
    .where(
        _planned(), touch.c.sender == bindparam("sender"), touch.c.program_id == bindparam("program"),
        touch.c.due_at >= bindparam("since", type_=touch.c.due_at.type),
        touch.c.due_at <= bindparam("now", type_=touch.c.due_at.type),
    )
    .order_by(touch.c.due_at, touch.c.id)
    .limit(bindparam("most"))
)  # fmt: skip


def candidates(uow: UnitOfWork, queue: str, lanes: Sequence[Lane], limit: int, skip: int = 0) -> list[Row[Any]]:
    """Return (id, contact_point_id) of due touches, one of each lane in turn, after the first `skip` of them.

    It is a look without locks. Where there are several lanes, none is looked at much further than its share.
    """
    most = min(skip + limit, 2 * (skip + limit) // max(len(lanes), 1) + 1)
    about = {"queue": queue, "now": uow.now, "most": most}
    queues: Iterable[Sequence[Row[Any]]] = [uow.all(_NEXT, about | lane._asdict()) for lane in lanes]
    turns = (row for turn in zip_longest(*queues) for row in turn if row is not None)
    return list(islice(turns, skip, skip + limit))
