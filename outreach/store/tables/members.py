"""The people, their phones, and what they agreed to."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)

from outreach.store.tables.base import metadata
from outreach.store.types import Id, SealedText, UtcDateTime

_LINE = text("line_asked_at IS NOT NULL")

member = Table(
    "member",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("program_id", Id, ForeignKey("program.id"), nullable=False),
    Column("external_index", LargeBinary, nullable=False),  # blind index of the clinic's member id
    Column("external_id", SealedText, nullable=False),
    Column("name", SealedText),
    Column("about", SealedText),  # sex and the years they may be born in, to tell people of one id apart
    Column("language", String, nullable=False, index=True),
    Column("zones", JSON, nullable=False),
    Column("zone_source", String, nullable=False),
    Column("tier", Integer, nullable=False, server_default="1"),  # rulebook 6.1: 1 routine to 4 critical
    Column("standing", String, nullable=False, server_default="active"),  # CARE-10, CARE-11
    Column("review_at", UtcDateTime),
    Column("states", JSON, nullable=False, server_default="[]"),  # where they may be, for a state's hours (LAW-32)
    Column("contact_rule", SealedText),  # how they want to be reached, and how never (HIP-06, CRI-07)
    Column("legal_hold", Boolean, nullable=False, server_default=text("false")),
    Column("purged_at", UtcDateTime),  # LAW-30: nothing personal is left of them
    UniqueConstraint("program_id", "external_index"),
)

contact_point = Table(
    "contact_point",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("number_index", LargeBinary, nullable=False, unique=True),
    Column("number", SealedText, nullable=False),
    Column("state", String, nullable=False),
    Column("verified_at", UtcDateTime),  # somebody was surely there: a reply, a call, a person's word (LAW-38)
    Column("purged_at", UtcDateTime),  # the number is gone; an opt-out of it is not (LAW-30)
    Column("quiet_until", UtcDateTime),  # a machine answers there: none of ours talks to it before (TWI-26)
    Column("line_asked_at", UtcDateTime),  # it may be a landline, and its look-up has not answered yet (TWI-37)
    Index("ix_contact_point_line", "line_asked_at", "id", sqlite_where=_LINE, postgresql_where=_LINE),
)

# What the look-up of reassigned numbers answered, each time (LAW-37).
number_check = Table(
    "number_check",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("contact_point_id", Id, ForeignKey("contact_point.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("since", Date, nullable=False),
    Column("answer", String, nullable=False),
    Column("source", String, nullable=False),
    Index(None, "contact_point_id"),
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
    Column("collector", String),  # the person or system that took it
    Column("organisation", String),  # whose it is: a provider's, a plan's, the program's
    Column("party", String),  # who spoke: the member, or somebody for them (LAW-27)
    Column("expires_at", UtcDateTime),
    Column("prior_id", Id),
    Index(None, "contact_point_id"),
    Index(None, "expires_at"),
)

# Append-only too: what may be told to whom, for which work.
sharing_event = Table(
    "sharing_event",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("information", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("workflow", String, nullable=False),
    Column("action", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("source", String, nullable=False),
    Column("collector", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("evidence", String),
    Index(None, "member_id"),
)
