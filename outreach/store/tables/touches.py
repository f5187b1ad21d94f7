"""Outbound contact: touches, their attempts, the prompts they open; callbacks that wait, and those nobody can place."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from outreach.store.tables.base import metadata
from outreach.store.types import Id, SealedText, Small, UtcDateTime

_PLANNED = text("state = 'planned'")
_IN_FLIGHT = text("state IN ('claimed', 'unknown')")
UNDER_WAY = text("state = 'sent' AND lease_until IS NOT NULL")  # calls alone: a text has no lease once it left
_ANSWER = text("reply_id IS NOT NULL")
_OPEN = text("state = 'open'")
UNCONFIRMED = text("state = 'sent' AND carrier_rank < 5")  # below `sent_unconfirmed`: more may be heard of it
CALLED = text("call_outcome IS NOT NULL")  # few: most touches are texts
_FAILED = text("error_code IS NOT NULL")
_FAILED_SID = text("failed_sid IS NOT NULL")
_UNMATCHED = text("matched_at IS NULL")

touch = Table(
    "touch",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("loop_id", Id, ForeignKey("loop.id")),
    Column("member_id", Id, ForeignKey("member.id")),
    Column("program_id", Id, ForeignKey("program.id"), nullable=False),
    Column("contact_point_id", Id, ForeignKey("contact_point.id"), nullable=False),
    Column("anchor_version", Small),
    Column("step", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("nth", Id, nullable=False),
    Column("reply_id", Id, ForeignKey("reply.id")),
    Column("words", String, nullable=False),
    Column("category", String, nullable=False),
    Column("queue", String, nullable=False),
    Column("of_a_booked_ride", Boolean, nullable=False, server_default=text("false")),  # a cap of their own (LAW-35)
    Column("sender", String, nullable=False),
    Column("exempt", String),
    Column("planned_for", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("useful_until", UtcDateTime, nullable=False),
    Column("answers_at", UtcDateTime),
    Column("state", String, nullable=False),
    Column("carrier_status", String),
    Column("carrier_rank", Small, nullable=False, server_default="-1"),
    Column("error_code", Integer),
    Column("rule", String),
    Column("attempts", Small, nullable=False),
    Column("looks", Small, nullable=False),
    Column("claimed_by", String),
    Column("lease_until", UtcDateTime),  # on the Timer
    Column("sid", String),
    Column("sent_at", UtcDateTime),
    Column("heard", Boolean, nullable=False, server_default=text("true")),  # False: its end waits to be consumed
    Column("retries", Small, nullable=False, server_default="0"),  # new attempts after a failure (rulebook 3.5)
    Column("author", String),  # the actor who chose these words; NULL for what leaves by itself
    Column("call_outcome", String),  # what became of a call, once it is over (TWI-40)
    UniqueConstraint("loop_id", "anchor_version", "step", "channel", "nth"),
    # One answer of a kind to a reply; most touches answer none, and a million of them need no entry for that.
    Index("uq_touch_answer", "reply_id", "words", unique=True, sqlite_where=_ANSWER, postgresql_where=_ANSWER),
    # Program before time: each program's next texts are one seek away, however many another has (fairness).
    Index(
        "ix_touch_due",
        "queue",
        "sender",
        "program_id",
        "due_at",
        "id",
        sqlite_where=_PLANNED,
        postgresql_where=_PLANNED,
    ),
    Index("ix_touch_lease", "lease_until", sqlite_where=_IN_FLIGHT, postgresql_where=_IN_FLIGHT),
    Index("ix_touch_call", "lease_until", sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY),
    Index("ix_touch_called", "loop_id", sqlite_where=CALLED, postgresql_where=CALLED),
    Index("ix_touch_unconfirmed", "sent_at", "id", sqlite_where=UNCONFIRMED, postgresql_where=UNCONFIRMED),
    Index("ix_touch_sid", "sid", sqlite_where=text("sid IS NOT NULL"), postgresql_where=text("sid IS NOT NULL")),
    Index(None, "contact_point_id"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("touch_id", Id, ForeignKey("touch.id"), primary_key=True),
    Column("fencing", Integer, primary_key=True),
    Column("contact_point_id", Id, ForeignKey("contact_point.id"), nullable=False),
    Column("proactive", Boolean, nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False),  # on the Calendar: caps count these
    Column("started_at", UtcDateTime, nullable=False),  # on the Timer: the look-up in doubt starts here
    Column("language", String, nullable=False),
    Column("message_version_id", Id, ForeignKey("message_version.id"), nullable=False),
    Column("body", SealedText, nullable=False),
    Column("body_sha256", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("rule", String),  # which rule let it leave
    Column("consent_id", Id),  # under which entry of the ledger
    Column("error_code", Integer),  # how it failed
    Column("failed_sid", String),  # the message that failed: another attempt may have followed
    Index(None, "contact_point_id", "claimed_at"),
    Index("ix_attempt_failed", "claimed_at", sqlite_where=_FAILED, postgresql_where=_FAILED),
    Index("ix_attempt_failed_sid", "failed_sid", sqlite_where=_FAILED_SID, postgresql_where=_FAILED_SID),
)

# What a person wrote in their own words: the author of the touch, in a language that somebody answers for (HIP-22).
own_words = Table(
    "own_words",
    metadata,
    Column("touch_id", Id, ForeignKey("touch.id"), primary_key=True, autoincrement=False),
    Column("language", String, nullable=False),
    Column("vouched", String, nullable=False),  # who answers for the language
    Column("agreed", String, nullable=False),  # the rules whose warnings its author read and agreed to
    Column("written_at", UtcDateTime, nullable=False),
    Column("body", SealedText, nullable=False),
)

prompt = Table(
    "prompt",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("contact_point_id", Id, ForeignKey("contact_point.id"), nullable=False),
    Column("loop_id", Id, ForeignKey("loop.id")),
    Column("touch_id", Id, ForeignKey("touch.id"), nullable=False),
    Column("anchor_version", Integer),
    Column("key", String, nullable=False),
    Column("language", String, nullable=False),
    Column("options", JSON, nullable=False),
    Column("state", String, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("alone_until", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("repeats", Integer, nullable=False),
    Index("ix_prompt_open", "contact_point_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index(None, "loop_id"),
    Index(None, "touch_id"),  # a touch that is archived must not walk through all prompts to leave
)

# How many of a program's texts left by a sender in an hour: what a share of failures is a share of.
sent_tally = Table(
    "sent_tally",
    metadata,
    Column("program_id", Id, ForeignKey("program.id"), primary_key=True),
    Column("words", String, primary_key=True),
    Column("sender", String, primary_key=True),
    Column("hour", UtcDateTime, primary_key=True),
    Column("sent", Integer, nullable=False),
)

# What the carrier said and nobody has applied yet: no foreign key, since it is stored before anybody judges it.
callback = Table(
    "callback",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("touch_id", Id, nullable=False),
    Column("fencing", Integer, nullable=False),
    Column("sid", String, nullable=False),
    Column("status", String, nullable=False),
    Column("error_code", Integer),
    Column("received_at", UtcDateTime, nullable=False),
    Index(None, "received_at", "id"),
)

parked_callback = Table(
    "parked_callback",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("touch_id", Id, nullable=False),
    Column("fencing", Integer),
    Column("sid", String, nullable=False),
    Column("status", String, nullable=False),
    Column("error_code", Integer),
    Column("received_at", UtcDateTime, nullable=False),
    Column("why", String, nullable=False),
    Column("matched_at", UtcDateTime),  # when its text turned up after all
    Index("ix_parked_callback_unmatched", "received_at", "id", sqlite_where=_UNMATCHED, postgresql_where=_UNMATCHED),
)
