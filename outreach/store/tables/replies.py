"""Inbound messages: stored before anything else happens to them."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, text

from outreach.store.tables.base import metadata
from outreach.store.types import Id, SealedText, UtcDateTime

_UNREAD = text("read_at IS NULL")
_OF_A_LOOP = text("loop_id IS NOT NULL")

reply = Table(
    "reply",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("sid", String, nullable=False, unique=True),
    Column("contact_point_id", Id, ForeignKey("contact_point.id"), nullable=False),
    Column("loop_id", Id, ForeignKey("loop.id")),
    Column("member_id", Id, ForeignKey("member.id")),
    Column("prompt_id", Id),  # no foreign key: touch, prompt and reply would point round in a circle
    Column("body", SealedText, nullable=False),
    Column("call_id", Id),  # the call in which it was pressed or said; NULL for a text
    Column("media_count", Integer, nullable=False),
    Column("media", SealedText),  # where pictures and files lie at the carrier, and of what kind; never opened
    Column("provider_word", String),  # OptOutType
    Column("received_at", UtcDateTime, nullable=False),  # by the carrier, where we only found it later
    Column("found_at", UtcDateTime),  # when it was found in the carrier's list; NULL where its webhook came
    Column("safety", JSON, nullable=False),
    Column("screened", SealedText),  # what the screen found in this text alone, for whoever reads it; NULL once read
    Column("read_from", UtcDateTime),  # more of it may come until then; NULL is at once
    Column("read_with", Id),  # the later text that this one was a piece of
    Column("read_at", UtcDateTime),
    Column("intents", JSON),
    Column("reason", String),
    Column("trail", SealedText),  # rules and the words they rest on
    Index(None, "contact_point_id", "received_at"),  # a conversation belongs to a number
    Index("ix_reply_of_loop", "loop_id", "received_at", sqlite_where=_OF_A_LOOP, postgresql_where=_OF_A_LOOP),
    Index("ix_reply_unread", "contact_point_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
)

# What a person says a reply means; the newest holds, and all of them are labelled data.
correction = Table(
    "correction",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("reply_id", Id, ForeignKey("reply.id"), nullable=False, index=True),
    Column("intents", JSON, nullable=False),
    Column("reason", String),
    Column("actor", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
