"""Calls that people of ours made to members; what the program itself dials is a `call`."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from outreach.store.tables.base import metadata
from outreach.store.types import Id, SealedText, UtcDateTime

member_call = Table(
    "member_call",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("contact_point_id", Id, ForeignKey("contact_point.id"), nullable=False),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("loop_id", Id, ForeignKey("loop.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("interpreter", String, nullable=False),
    Column("note", SealedText),
    Index(None, "contact_point_id"),
    Index(None, "loop_id"),
    Index(None, "member_id"),
)
