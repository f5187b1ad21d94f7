"""Calls, ours and those that come in: where each stands between two requests of the carrier, and what became of it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from outreach.store.tables.base import metadata
from outreach.store.types import Id, SealedText, UtcDateTime

UNENDED = text("direction = 'inbound' AND ended_at IS NULL")  # calls to us that go on

call = Table(
    "call",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("sid", String, nullable=False, unique=True),
    Column("direction", String, nullable=False),
    Column("touch_id", Id),  # NULL where they called; no foreign key: the touch is archived before its call is
    Column("fencing", Integer),
    Column("program_id", Id, ForeignKey("program.id")),
    Column("contact_point_id", Id, ForeignKey("contact_point.id"), nullable=False),
    Column("member_id", Id, ForeignKey("member.id")),  # whom we called; of those who called us, once it is sure
    Column("loop_id", Id, ForeignKey("loop.id")),
    Column("anchor_version", Integer),  # of the visit that the member was told of last (TIM-14)
    Column("language", String),
    Column("state", SealedText),  # where the conversation stands; NULL before anybody answered
    Column("turn", Integer, nullable=False, server_default="0"),
    Column("document", SealedText),  # what was said last: a request that comes twice hears it twice; NULL at the end
    Column("status", String),  # the carrier's
    Column("sequence", Integer, nullable=False, server_default="-1"),  # of the last callback that was applied
    Column("answered_by", String),
    Column("keys", String, nullable=False, server_default=""),  # what was pressed, but for the digits of a birthday
    Column("refusal", String),  # what was asked for on it: no more calls, or that it is the wrong number
    Column("voicemail", Boolean, nullable=False, server_default=text("false")),  # a machine was spoken to
    Column("started_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("seconds", Integer),
    Column("outcome", String),
    Column("recording", SealedText),  # where a message lies at the carrier; never fetched by us (LAW-48)
    Column("recording_seconds", Integer),
    Index(None, "touch_id"),
    Index(None, "contact_point_id"),
    Index("ix_call_unended", "started_at", sqlite_where=UNENDED, postgresql_where=UNENDED),
)
