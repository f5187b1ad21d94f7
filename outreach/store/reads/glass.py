"""Who saw members without the right to: each time stands in the trail under one object, so that it is found quickly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from outreach.store import glass as notes
from outreach.store.entry import Purpose
from outreach.store.tables import audit
from outreach.store.unit_of_work import UnitOfWork

GLASS, BROKEN, MENDED = "glass", "glass.broken", "glass.mended"
MOST = 100


@dataclass(frozen=True, slots=True)
class Broken:
    """Somebody broke the glass, and why; `mended_at` is when they ended it before its time."""

    at: datetime
    who: str
    why: Purpose
    mended_at: datetime | None
    words: str  # their own; blank where the reader has only a part of the organisation


def newest(uow: UnitOfWork) -> list[Broken]:
    """Return who broke the glass, newest first, as far as the newest entries go."""
    columns = (audit.c.id, audit.c.at, audit.c.actor, audit.c.action, audit.c.reason)
    query = select(*columns).where(audit.c.object == GLASS).order_by(audit.c.id.desc()).limit(2 * MOST)
    rows = uow.all(query)
    said = notes.said(uow, rows[-1].at) if rows else {}
    mended: dict[str, datetime] = {}
    found: list[Broken] = []
    for row in rows:
        if row.action == MENDED:
            mended[row.actor] = row.at
        elif row.action == BROKEN:
            who = row.actor.removeprefix("person:")
            words = said.get((row.actor, row.at), "")
            found.append(Broken(row.at, who, Purpose(row.reason), mended.pop(row.actor, None), words))
    return found
