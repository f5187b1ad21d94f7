"""What the look-up of reassigned numbers answered, each time (LAW-37)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, or_, select

from outreach.loops.numbers import Reassigned
from outreach.store.lanes import Lane
from outreach.store.tables import contact_point, number_check, touch
from outreach.store.unit_of_work import UnitOfWork


def stale_behind(uow: UnitOfWork, queue: str, lanes: Sequence[Lane], limit: int, since: datetime) -> list[int]:
    """Return the phones of the next due, unasked texts that were neither heard from nor looked up since an instant."""
    fresh = exists().where(number_check.c.contact_point_id == contact_point.c.id, number_check.c.at > since)
    unheard = or_(contact_point.c.verified_at.is_(None), contact_point.c.verified_at <= since)
    found: set[int] = set()
    for lane in lanes:
        due = (
            select(touch.c.contact_point_id)
            .where(
                touch.c.state == "planned", touch.c.queue == queue, touch.c.sender == lane.sender,
                touch.c.program_id == lane.program, touch.c.due_at >= lane.since, touch.c.due_at <= uow.now,
                touch.c.answers_at.is_(None),
            )
            .order_by(touch.c.due_at, touch.c.id)
            .limit(limit)
        )  # fmt: skip
        query = select(contact_point.c.id).where(contact_point.c.id.in_(due), unheard, ~fresh)
        found |= {row.id for row in uow.all(query)}
    return sorted(found)


def note(uow: UnitOfWork, answers: Sequence[tuple[int, date, Reassigned]], source: str) -> None:
    """Append what was answered about (phone, date asked about)."""
    rows: list[dict[str, Any]] = [
        {"id": row_id, "contact_point_id": phone, "at": uow.now, "since": since, "answer": answer, "source": source}
        for row_id, (phone, since, answer) in zip(uow.next_ids(len(answers)), answers, strict=True)
    ]
    uow.insert(number_check, rows)
