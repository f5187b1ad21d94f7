"""What was set, by whom and when, and the open loops that are planned again because of it."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from outreach.store.tables.base import metadata
from outreach.store.types import Id, UtcDateTime

setting_version = Table(
    "setting_version",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("program_id", Id, ForeignKey("program.id"), nullable=False),
    Column("thing", String, nullable=False),  # hours, caps, ...; a clinic is `clinic:ID`
    Column("version", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("settings", JSON, nullable=False),  # its columns as they were from then on; of a secret only that it is set
    UniqueConstraint("program_id", "thing", "version"),
)

_UNFINISHED = text("finished_at IS NULL")

replanning = Table(
    "replanning",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("program_id", Id, ForeignKey("program.id"), nullable=False),
    Column("clinic_id", Id, ForeignKey("clinic.id")),  # only the visits there
    Column("why", String, nullable=False),  # which settings changed
    Column("asked_at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("loops", Integer, nullable=False),  # how many were open when it was asked for
    Column("done", Integer, nullable=False),
    Column("last_loop", Id, nullable=False),  # the highest id that is done; 0 before the first
    Column("finished_at", UtcDateTime),
    Index("ix_replanning_unfinished", "id", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
)
