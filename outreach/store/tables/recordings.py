"""What people recorded where no machine speaks: each sentence of a program in a language, with all its versions."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint, text

from outreach.store.tables.base import metadata
from outreach.store.types import Id, UtcDateTime

_DRAFT, _APPROVED = text("state = 'draft'"), text("state = 'approved'")
_SENTENCE = ("program_id", "language", "key", "variant")

recording = Table(
    "recording",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("program_id", Id, ForeignKey("program.id"), nullable=False),
    Column("language", String, nullable=False),
    Column("key", String, nullable=False),
    Column("variant", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String, nullable=False),  # draft, approved, superseded, retired
    Column("revision", Integer, nullable=False),  # how often the state was set: the sum of all never falls
    Column("source_hash", String, nullable=False),  # of the words it was read from
    Column("sha256", String, nullable=False),
    Column("millis", Integer, nullable=False),
    Column("recorded_by", String, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("approver", String),
    Column("approved_at", UtcDateTime),
    Column("retired_by", String),
    Column("retired_at", UtcDateTime),
    Column("audio", LargeBinary, nullable=False),  # last, so that no other column is read through it
    UniqueConstraint(*_SENTENCE, "version"),
    # One waits and one is played, of each sentence.
    Index("uq_recording_draft", *_SENTENCE, unique=True, sqlite_where=_DRAFT, postgresql_where=_DRAFT),
    Index("uq_recording_approved", *_SENTENCE, unique=True, sqlite_where=_APPROVED, postgresql_where=_APPROVED),
    Index(None, "program_id", "revision"),
)
