"""The people, their phones, and what they agreed to."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from outreach.store.tables.base import metadata
from outreach.store.types import Id, SealedText, UtcDateTime

member = Table(
    "member",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("program_id", Id, ForeignKey("program.id"), nullable=False),
    Column("external_index", LargeBinary, nullable=False),  # blind index of the clinic's member id
    Column("external_id", SealedText, nullable=False),
    Column("name", SealedText),
    Column("about", SealedText),  # sex and the years they may be born in, to tell people of one id apart
    Column("language", String, nullable=False),
    Column("zones", JSON, nullable=False),
    Column("zone_source", String, nullable=False),
    Column("tier", Integer, nullable=False, server_default="1"),  # rulebook 6.1: 1 routine to 4 critical
    Column("standing", String, nullable=False, server_default="active"),  # CARE-10, CARE-11
    Column("review_at", UtcDateTime),
    UniqueConstraint("program_id", "external_index"),
)

contact_point = Table(
    "contact_point",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("number_index", LargeBinary, nullable=False, unique=True),
    Column("number", SealedText, nullable=False),
    Column("state", String, nullable=False),
)

member_contact = Table(
    "member_contact",
    metadata,
    Column("member_id", Id, ForeignKey("member.id"), primary_key=True),
    Column("contact_point_id", Id, ForeignKey("contact_point.id"), primary_key=True),
    Index(None, "contact_point_id"),
)

# Append-only. Consent and suppression are folds over it; nothing else stores them.
consent_event = Table(
    "consent_event",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("contact_point_id", Id, ForeignKey("contact_point.id"), nullable=False),
    Column("member_id", Id, ForeignKey("member.id")),
    Column("action", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("category", String, nullable=False),
    Column("consent_class", String),
    Column("at", UtcDateTime),
    Column("received_at", UtcDateTime, nullable=False),
    Column("source", String, nullable=False),
    Column("text_version", String),
    Column("language", String),
    Column("rule", String),
    Column("evidence", String),
    Index(None, "contact_point_id"),
)
