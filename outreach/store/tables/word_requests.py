"""Who is asked to translate or review what, and by when."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, String, Table, text

from outreach.store.tables.base import metadata
from outreach.store.types import Id, UtcDateTime

_OPEN = text("ended_at IS NULL")

word_request = Table(
    "word_request",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("program_id", Id, ForeignKey("program.id"), nullable=False),
    Column("language", String, nullable=False),
    Column("key", String),  # one text; none: all of the language
    Column("work", String, nullable=False),  # translate, review
    Column("asked_of", String, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", String),
    Column("outcome", String),  # done, taken_back
    Index("ix_word_request_open", "program_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
)
