"""What each promise is about, where it stands, and everything that happened to it."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text
from sqlalchemy import Time as WallTime

from outreach.store.tables.base import metadata
from outreach.store.types import Id, SealedText, UtcDateTime

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
    Column("promised_at", UtcDateTime),  # when it was to start as this version came: small moves add up (TIM-13)
    Column("cancelled", Boolean, nullable=False),
    Column("sensitivity", String, nullable=False),
    UniqueConstraint("program_id", "kind", "external_id"),
    Index(None, "member_id"),
    Index(None, "clinic_id", "starts_at"),
    Index(None, "starts_at", "id"),
    Index(None, "day"),  # reports go by it
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
    Column("preferences", JSON, nullable=False, server_default="{}"),
    Column("ride_need", String, nullable=False, server_default="unknown"),
    Column("ride_revision", Integer, nullable=False, server_default="0"),
    Column("tried", Integer, nullable=False, server_default="0"),  # attempts since the member was last heard
    Column("called", Boolean, nullable=False, server_default=text("false")),
    Column("closed", String),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("held_by", String),
    Column("next_at", UtcDateTime),
    Index(None, "member_id"),
    Index(None, "parent_id"),
    Index(
        "ix_loop_age", "opened_at", "id", sqlite_where=text("closed IS NULL"), postgresql_where=text("closed IS NULL")
    ),
    Index(
        "ix_loop_closed",
        "closed_at",
        "id",
        sqlite_where=text("closed IS NOT NULL"),
        postgresql_where=text("closed IS NOT NULL"),
    ),
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

# One row for each broker trip there ever was: one for each leg, `current` until it is given up (NEMT-04).
trip = Table(
    "trip",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("loop_id", Id, ForeignKey("loop.id"), nullable=False),
    Column("leg", String, nullable=False),
    Column("broker", String, nullable=False),
    Column("trip_id", String, nullable=False),  # the broker's
    Column("status", String, nullable=False),
    Column("pickup_from", UtcDateTime),
    Column("pickup_until", UtcDateTime),
    Column("will_call", Boolean, nullable=False),
    Column("phone", String),
    Column("service", String, nullable=False),  # NEMT-05: level of service
    Column("needs", SealedText),  # pickup place and access, companions, aids: whatever the driver must know
    Column("cancellation", String),  # the broker's number for a cancelled trip
    Column("current", Boolean, nullable=False),
    Column("recorded_by", String, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Index("ix_trip_current", "loop_id", sqlite_where=text("current"), postgresql_where=text("current")),
)
