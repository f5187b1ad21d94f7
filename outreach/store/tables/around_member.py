"""What people know about a member beside the visit: what changed and who said so, barriers, proxies."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, String, Table

from outreach.store.tables.base import metadata
from outreach.store.types import Id, SealedText, UtcDateTime

# Append-only: how they speak and by which clock they live, as it was and as it became.
member_change = Table(
    "member_change",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("fact", String, nullable=False),
    Column("before", String),
    Column("after", String, nullable=False),
    Column("source", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
)

# What stands in the way of visits, as somebody told a person; what members text lies with the loop.
barrier = Table(
    "barrier",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("reason", String, nullable=False),
    Column("source", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", String),
)

# Who speaks for a member or stands beside them, and what a person may tell them (HIP-11).
proxy = Table(
    "proxy",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("name", SealedText, nullable=False),
    Column("relation", String, nullable=False),
    Column("may_hear", JSON, nullable=False),
    Column("evidence", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", String),
)
