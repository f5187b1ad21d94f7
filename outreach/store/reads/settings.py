"""What the pages of settings show beside the settings themselves: what a sender has sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from outreach.store.tables import sent_tally
from outreach.store.unit_of_work import UnitOfWork


def sent_since(uow: UnitOfWork, program_id: int, since: datetime) -> dict[str, int]:
    """Return how many texts of a program left since an hour, by what they left from."""
    query = select(sent_tally.c.sender, func.sum(sent_tally.c.sent).label("sent"))
    query = query.where(sent_tally.c.program_id == program_id, sent_tally.c.hour >= since)
    return {row.sender: int(row.sent) for row in uow.all(query.group_by(sent_tally.c.sender))}
