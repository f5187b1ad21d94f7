"""What the archive holds, month by month."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import func, select

from outreach.store.tables import ARCHIVED
from outreach.store.unit_of_work import UnitOfWork


def months(uow: UnitOfWork) -> dict[str, dict[str, int]]:
    """Return how many rows of each table every archived month has, the oldest first; it walks through all of them."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for live, archive in ARCHIVED.items():
        query = select(archive.c.month, func.count().label("rows")).group_by(archive.c.month)
        for row in uow.all(query):
            found[row.month][live.name] = row.rows
    return dict(sorted(found.items()))
