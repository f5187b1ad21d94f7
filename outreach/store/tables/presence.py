"""Who has a conversation open, and who said that theirs is over."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from outreach.store.tables.base import metadata
from outreach.store.types import Id, UtcDateTime

presence = Table(
    "presence",
    metadata,
    Column("contact_point_id", Id, ForeignKey("contact_point.id"), primary_key=True),
    Column("person", String, primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),  # on the Timer
    Column("done_at", UtcDateTime),  # when they said that automatic texts may leave again
)
