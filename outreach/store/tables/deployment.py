"""What a deployment has one of: its id counter, its calendar, its freeze switch, and signed links."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, LargeBinary, String, Table

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
