"""What proves what was done: the audit trail with its chain, and the runs that brought data in."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, text

from outreach.store.tables.base import metadata
from outreach.store.types import Id, UtcDateTime

_UNSEALED = text("seq IS NULL")

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("object", String, nullable=False),
    Column("rule", String),
    Column("reason", String),  # why somebody looked: a code
    Column("mac", String),  # who has no key cannot add an entry
    Column("seq", Id, unique=True),
    Column("hash", String),
    Column("prev", String),
    Index(None, "object"),
    Index(None, "at"),
    Index("ix_audit_unsealed", "id", sqlite_where=_UNSEALED, postgresql_where=_UNSEALED),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("seq", Id, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("hash", String, nullable=False),
    Column("signature", String, nullable=False),
)

import_run = Table(
    "import_run",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("program_id", Id, ForeignKey("program.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("counts", JSON, nullable=False),
)
