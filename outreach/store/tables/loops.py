"""What each promise is about, where it stands, and everything that happened to it."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text
from sqlalchemy import Time as WallTime

from outreach.store.tables.base import metadata
from outreach.store.types import Id, UtcDateTime

anchor = Table(
    "anchor",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", String, nullable=False),
    Column("program_id", Id, ForeignKey("program.id"), nullable=False),
    Column("clinic_id", Id, ForeignKey("clinic.id"), nullable=False),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("external_id", String, nullable=False),  # the clinic's id of the visit, its identity
    Column("version", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("wall_time", WallTime),
    Column("zone", String, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("sensitivity", String, nullable=False),
    UniqueConstraint("program_id", "kind", "external_id"),
    Index(None, "member_id"),
)

loop = Table(
    "loop",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("program_id", Id, ForeignKey("program.id"), nullable=False),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("anchor_id", Id, ForeignKey("anchor.id"), nullable=False, unique=True),
    Column("parent_id", Id, ForeignKey("loop.id")),
    Column("lane", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("outcome", String),
    Column("source", String),
    Column("reason", String),
    Column("barriers", JSON, nullable=False),
    Column("closed", String),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("held_by", String),
    Column("next_at", UtcDateTime),
    Index(None, "member_id"),
    Index(
        "ix_loop_open", "next_at", "id", sqlite_where=text("closed IS NULL"), postgresql_where=text("closed IS NULL")
    ),
)

loop_event = Table(
    "loop_event",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("loop_id", Id, ForeignKey("loop.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("body", JSON, nullable=False),
    Column("actor", String, nullable=False),
    Column("consumed_at", UtcDateTime),
    Column("effects", JSON),  # what was decided, and by which rule, for the time line
    Index(None, "loop_id", "id"),
    Index(
        "ix_loop_event_waiting",
        "id",
        sqlite_where=text("consumed_at IS NULL"),
        postgresql_where=text("consumed_at IS NULL"),
    ),
)
