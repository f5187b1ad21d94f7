"""What people and clinics owe a loop: tasks, awaited signals, and the signals we owe the clinics."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from outreach.store.tables.base import metadata
from outreach.store.types import Id, SealedText, UtcDateTime

_OPEN = text("state = 'open'")
_UNMATCHED = text("state = 'open' AND kind = 'unmatched_text'")
_BESIDE_LOOPS = text("loop_id IS NULL")
_WAITING = text("state = 'waiting'")
_FOR_A_REPLY = text("prompt_id IS NOT NULL")

# owner_queue and due_at may be NULL so that the health view, not a failed insert, shows a broken hold.
task = Table(
    "task",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("program_id", Id, ForeignKey("program.id")),
    Column("loop_id", Id, ForeignKey("loop.id")),
    Column("member_id", Id, ForeignKey("member.id")),
    Column("contact_point_id", Id, ForeignKey("contact_point.id")),
    Column("clinic_id", Id, ForeignKey("clinic.id")),
    Column("reply_id", Id, ForeignKey("reply.id")),
    Column("kind", String, nullable=False),
    Column("owner_queue", String),
    Column("owner_person", String),
    Column("priority", String, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("acknowledge_by", UtcDateTime),
    Column("due_at", UtcDateTime),
    Column("manager_at", UtcDateTime),
    Column("escalation", Integer, nullable=False, server_default="0"),
    Column("escalate_at", UtcDateTime),  # when it next goes up; NULL at the top
    Column("acknowledged_at", UtcDateTime),
    Column("snoozed_until", UtcDateTime),
    Column("blocker", String),
    Column("state", String, nullable=False),
    Column("about", JSON),
    Column("note", SealedText),
    Column("resolution", String),
    Column("reason", String),
    Column("resolved_by", String),
    Column("resolved_at", UtcDateTime),
    Index("ix_task_open_of_loop", "loop_id", "kind", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_task_open_of_member", "member_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_task_open_due", "due_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_task_unmatched", "due_at", "id", sqlite_where=_UNMATCHED, postgresql_where=_UNMATCHED),
    Index("ix_task_escalate", "escalate_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_task_of_phone", "contact_point_id", sqlite_where=_BESIDE_LOOPS, postgresql_where=_BESIDE_LOOPS),
)

# What people told each other about a task: claims, hand-overs, snoozes, blockers, in order.
task_note = Table(
    "task_note",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("task_id", Id, ForeignKey("task.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("what", String, nullable=False),
    Column("note", SealedText),
    Column("before", JSON),  # what the change put aside, in codes: with it a person takes their own change back
    Index(None, "task_id", "id"),
)

awaited = Table(
    "awaited",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("loop_id", Id, ForeignKey("loop.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("prompt_id", Id, ForeignKey("prompt.id")),
    Column("deadline", UtcDateTime),
    Column("state", String, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_awaited_of_loop", "loop_id", "kind"),
    Index("ix_awaited_prompt", "prompt_id", sqlite_where=_FOR_A_REPLY, postgresql_where=_FOR_A_REPLY),
    Index("ix_awaited_deadline", "deadline", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
)

signal = Table(
    "signal",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("loop_id", Id, ForeignKey("loop.id"), nullable=False),
    Column("clinic_id", Id, ForeignKey("clinic.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", JSON, nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("state", String, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("give_up_at", UtcDateTime, nullable=False),
    Column("delivered_at", UtcDateTime),  # the clinic has it
    Column("acted_at", UtcDateTime),  # the clinic did something about it: another fact
    Column("acted_by", String),
    Column("last_status", Integer),
    UniqueConstraint("loop_id", "version"),
    Index("ix_signal_due", "due_at", "id", sqlite_where=text("state = 'due'"), postgresql_where=text("state = 'due'")),
)
