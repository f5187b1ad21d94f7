"""What the pages of settings show beside the settings themselves: visits at clinics, and what a sender has sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from outreach.store.batches import rows_in
from outreach.store.tables import anchor, loop, sent_tally
from outreach.store.unit_of_work import UnitOfWork


def open_visits(uow: UnitOfWork, clinic_ids: Iterable[int]) -> dict[int, int]:
    """Return how many open visits there are at each of these clinics; a clinic without any is left out."""
    counted = select(anchor.c.clinic_id, func.count().label("open")).join(loop, loop.c.anchor_id == anchor.c.id)
    counted = counted.where(loop.c.closed.is_(None)).group_by(anchor.c.clinic_id)
    return {row.clinic_id: row.open for row in rows_in(uow, counted, anchor.c.clinic_id, set(clinic_ids))}


def sent_since(uow: UnitOfWork, program_id: int, since: datetime) -> dict[str, int]:
    """Return how many texts of a program left since an hour, by what they left from."""
    query = select(sent_tally.c.sender, func.sum(sent_tally.c.sent).label("sent"))
    query = query.where(sent_tally.c.program_id == program_id, sent_tally.c.hour >= since)
    return {row.sender: int(row.sent) for row in uow.all(query.group_by(sent_tally.c.sender))}
