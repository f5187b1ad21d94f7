"""By what members are found: blind tokens of their names."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, LargeBinary, Table

from outreach.store.tables.base import metadata
from outreach.store.types import Id

# One row for each beginning of each word of a name. What who reads the database alone can learn of it stands in
# docs/retention.md: who shares a beginning with whom, and how often each occurs.
name_token = Table(
    "name_token",
    metadata,
    Column("token", LargeBinary, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), primary_key=True, index=True),
)
