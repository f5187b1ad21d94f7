"""The simulated phone network's own memory: what it accepted, as a carrier's list would show it."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table

from outreach.store.tables.base import metadata
from outreach.store.types import Id, UtcDateTime

simulated_message = Table(
    "simulated_message",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("touch_id", Id, nullable=False),
    Column("fencing", Integer, nullable=False),
    Column("to_index", LargeBinary, nullable=False),
    Column("body_sha256", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "to_index", "at"),
)
