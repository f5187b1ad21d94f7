"""Who is speaking and where the visits are: programs, clinics, cadences, and the words in each language."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from outreach.store.tables.base import metadata
from outreach.store.types import Id, SealedText, UtcDateTime

program = Table(
    "program",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("key", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("sender", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("hours", JSON, nullable=False),
    Column("caps", JSON, nullable=False),
    Column("office", JSON, nullable=False, server_default="{}"),  # when its staff work
    Column("ride", JSON, nullable=False, server_default="{}"),  # its broker's notice, calendar and phone
    Column("cadence_version", Integer, nullable=False),
    Column("state", String),  # where its members live, when nothing says otherwise (LAW-32)
    Column("voice", JSON, nullable=False, server_default="{}"),  # its telephone: who is on call, and when
    Column("double_opt_in", Boolean, nullable=False, server_default=text("false")),
    Column("service_levels", JSON, nullable=False, server_default="{}"),  # how soon its staff take up work
)

clinic = Table(
    "clinic",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("program_id", Id, ForeignKey("program.id"), nullable=False),
    Column("key", String, nullable=False),
    Column("name", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("place", String),
    Column("sensitivity", String, nullable=False),
    Column("webhook_url", String),
    Column("webhook_secret", SealedText),
    Column("office", JSON, nullable=False, server_default="{}"),  # when it is open
    Column("listed", Boolean, nullable=False),  # False: seen in a file, not configured
    UniqueConstraint("program_id", "key"),
)

cadence = Table(
    "cadence",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("program_id", Id, ForeignKey("program.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("steps", JSON, nullable=False),
    Column("escalate_after", Integer, nullable=False, server_default="2"),
    Column("published_at", UtcDateTime, nullable=False),
    Column("published_by", String, nullable=False),
    Column("written_by", JSON(none_as_null=True)),  # who wrote it in the console; none of them published it
    UniqueConstraint("program_id", "version"),
)

_OPEN = text("ended_at IS NULL")

cadence_draft = Table(
    "cadence_draft",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("program_id", Id, ForeignKey("program.id"), nullable=False),
    Column("based_on", Integer, nullable=False),  # the version that was live when it was begun
    Column("version", Integer, nullable=False),  # counts its changes: whoever saw an older one changes nothing
    Column("steps", JSON, nullable=False),
    Column("escalate_after", Integer, nullable=False),
    Column("authors", JSON, nullable=False),  # everybody who changed it, the first one first
    Column("changed_at", UtcDateTime, nullable=False),
    Column("asked_at", UtcDateTime),  # a second person was asked to publish it as it is
    Column("ended_at", UtcDateTime),
    Column("published_as", Integer),  # the version that it became; none where it was discarded
    Index("ux_cadence_draft_open", "program_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
)

message_version = Table(
    "message_version",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("program_id", Id, ForeignKey("program.id"), nullable=False),
    Column("key", String, nullable=False),
    Column("language", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("translator", String),
    Column("translated_at", UtcDateTime),
    Column("reviewer", String),
    Column("reviewed_at", UtcDateTime),
    Column("approver", String),
    Column("approved_at", UtcDateTime),
    Column("source_hash", String, nullable=False),
    Column("author", String),  # who wrote these words here; nobody did where the product brought them
    Column("written_at", UtcDateTime),
    Column("carried", Boolean, nullable=False, server_default=text("false")),  # the old words, for a changed English
    Column("back_english", Text),  # what it says, told in English by who reviewed it (HIP-22)
    Column("ended_by", String),  # who sent it back, or withdrew it
    Column("ended_at", UtcDateTime),
    Column("remark", Text),
    UniqueConstraint("program_id", "key", "language", "version"),
)
