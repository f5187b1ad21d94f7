"""What a deployment has one of: its id counter, its calendar, its switches, its workers, and signed links."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, Integer, LargeBinary, String, Table

from outreach.store.tables.base import metadata
from outreach.store.types import Id, UtcDateTime

counter = Table("counter", metadata, Column("name", String, primary_key=True), Column("next", Id, nullable=False))

# `at` is the warped domain time; NULL means real time. All processes read this row.
calendar = Table(
    "calendar", metadata, Column("id", Id, primary_key=True, autoincrement=False), Column("at", UtcDateTime)
)

switch = Table(
    "switch",
    metadata,
    Column("name", String, primary_key=True),
    Column("on", Boolean, nullable=False),
    Column("actor", String, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("code", Integer),  # the carrier's error that turned it on
)

# What every worker may still send in one carrier's limit (TWI-35): segments left at an instant on the Timer, how long
# the carrier asked us to wait, and which program came last.
bucket = Table(
    "bucket",
    metadata,
    Column("key", String, primary_key=True),
    Column("level", Float, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("closed_until", UtcDateTime),
    Column("turn", Id),
)

# Until when a sender's due texts of one queue have no tokens, on the Timer: they wait, and nobody forgot them.
rate_wait = Table(
    "rate_wait",
    metadata,
    Column("queue", String, primary_key=True),
    Column("sender", String, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)

# Who is working, as each process says of itself every few seconds, on the Timer: what it did in the last minute.
worker = Table(
    "worker",
    metadata,
    Column("name", String, primary_key=True),
    Column("host", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("version", String, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("queues", JSON, nullable=False),
    Column("decided", Integer, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("lag", Float, nullable=False),
)

# Whom a trial may reach, by the blind index of their number; the switch "trial" says whether one is on.
guest = Table("guest", metadata, Column("number_index", LargeBinary, primary_key=True))

# Single-purpose, expiring capability links: only the hash of the token is kept.
link = Table(
    "link",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("purpose", String, nullable=False),
    Column("subject", JSON, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)
