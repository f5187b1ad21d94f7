"""The domain's calendar: one row that every process reads; empty means real time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from outreach.store.tables import calendar
from outreach.store.unit_of_work import UnitOfWork


def set_time(uow: UnitOfWork, at: datetime | None) -> None:
    """Let the domain time be `at`, or real time again."""
    uow.execute(update(calendar).where(calendar.c.id == 1).values(at=at))
