"""Where finished contact goes after its time in the working tables: the same columns, and the month it belongs to.

No foreign keys: what a row names is never deleted, and the rows that named each other come here together.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table, text

from outreach.store.tables.base import metadata
from outreach.store.tables.loops import loop_event
from outreach.store.tables.touches import CALLED, attempt, own_words, prompt, touch
from outreach.store.tables.work import awaited

_REFUSED = text("state = 'refused'")
_BY_PEOPLE = text("author IS NOT NULL")


def _archived(live: Table, *indexes: Index) -> Table:
    columns = [
        Column(column.name, column.type, primary_key=column.primary_key, autoincrement=False, nullable=column.nullable)
        for column in live.columns
    ]
    month = Column(
        "month", String, nullable=False
    )  # `2026-02`, in UTC: when its loop closed, or it was due without one
    return Table(f"archived_{live.name}", metadata, *columns, month, *indexes)


# In this order they can be deleted: whatever points to another comes first.
ARCHIVED: dict[Table, Table] = {
    awaited: _archived(awaited, Index(None, "loop_id")),
    loop_event: _archived(loop_event, Index(None, "loop_id", "id")),
    prompt: _archived(prompt, Index(None, "loop_id")),
    attempt: _archived(attempt, Index(None, "contact_point_id", "claimed_at")),
    own_words: _archived(own_words),
    touch: _archived(
        touch,
        Index(None, "loop_id"),
        Index(None, "contact_point_id"),
        Index(None, "member_id"),
        # Counted at every scrape, and never to fall: a counter that falls has begun anew.
        Index("ix_archived_touch_refused", "rule", sqlite_where=_REFUSED, postgresql_where=_REFUSED),
        Index("ix_archived_touch_called", "loop_id", sqlite_where=CALLED, postgresql_where=CALLED),
        Index("ix_archived_touch_author", "author", sqlite_where=_BY_PEOPLE, postgresql_where=_BY_PEOPLE),
    ),
}
