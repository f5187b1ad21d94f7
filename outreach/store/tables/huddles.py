"""What a huddle kept: the figures as they stood, and what was decided. Never changed afterwards."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table

from outreach.store.tables.base import metadata
from outreach.store.types import Id, SealedText, UtcDateTime

huddle = Table(
    "huddle",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("program_id", Id, ForeignKey("program.id")),  # NULL: of all programs
    Column("clinic_id", Id, ForeignKey("clinic.id")),  # NULL: of all clinics
    Column("at", UtcDateTime, nullable=False),
    Column("kept_by", String, nullable=False),
    Column("who_was_there", String, nullable=False),  # colleagues, as they were typed
    Column("figures", JSON, nullable=False),  # counts, and the loops that were overdue by their ids
    Column("decisions", SealedText),
    Index(None, "at"),
)
