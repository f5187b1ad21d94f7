"""Who is away, until when, and who does their work meanwhile."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from outreach.store.tables.base import metadata
from outreach.store.types import UtcDateTime

absence = Table(
    "absence",
    metadata,
    Column("person", String, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
    Column("cover", String),  # NULL: their queues have it
)
