"""Whether something happened that an open page might show: the latest of the trail, without looks at it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from outreach.store.tables import audit
from outreach.store.unit_of_work import UnitOfWork

# Who only looked, or took a copy away, changed nothing.
_LOOKS = (audit.c.action.not_like("%viewed"), audit.c.action.not_like("%exported"))


def latest(uow: UnitOfWork, since: datetime, most: int) -> list[int]:
    """Return up to `most` of the newest entries from `since` on (domain time) that changed something."""
    query = select(audit.c.id).where(audit.c.at >= since, *_LOOKS)
    return [row.id for row in uow.all(query.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(most))]


def any_of(uow: UnitOfWork, entries: Collection[int]) -> bool:
    """Whether any of these entries is about what whoever asks may see."""
    return bool(uow.all(select(audit.c.id).where(audit.c.id.in_(entries)).limit(1)))
