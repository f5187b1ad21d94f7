"""Whether something happened that an open page might show: the latest of the trail, without looks, and of the texts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from outreach.store.tables import audit, touch
from outreach.store.tables.touches import UNCONFIRMED
from outreach.store.unit_of_work import UnitOfWork

Entry = tuple[str, int]  # a table and a row
# Who only looked, or took a copy away, changed nothing.
_LOOKS = (audit.c.action.not_like("%viewed"), audit.c.action.not_like("%exported"))


def latest(uow: UnitOfWork, since: datetime, most: int) -> list[Entry]:
    """Return up to `most` of the newest entries from `since` on (domain time) that changed something, and of texts."""
    trail = select(audit.c.id).where(audit.c.at >= since, *_LOOKS).order_by(audit.c.at.desc(), audit.c.id.desc())
    # A text that leaves is its own record, and in no trail.
    left = select(touch.c.id).where(UNCONFIRMED, touch.c.sent_at >= since)
    texts = left.order_by(touch.c.sent_at.desc(), touch.c.id.desc())
    found = [("audit", row.id) for row in uow.all(trail.limit(most))]
    return found + [("touch", row.id) for row in uow.all(texts.limit(most))]


def any_of(uow: UnitOfWork, entries: Collection[Entry]) -> bool:
    """Whether any of these entries is about what whoever asks may see."""
    for table in (audit, touch):
        rows = [row for name, row in entries if name == table.name]
        if rows and uow.all(select(table.c.id).where(table.c.id.in_(rows)).limit(1)):
            return True
    return False
