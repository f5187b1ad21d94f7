"""What may still leave in each limit of the carrier, shared by all workers; due texts found by program."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PLANNED = sa.text("state = 'planned'")


def upgrade() -> None:
    op.create_table(
        "bucket",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("level", sa.Float(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("closed_until", UtcDateTime(), nullable=True),
        sa.Column("turn", Id, nullable=True),
    )
    op.drop_index("ix_touch_due", "touch")
    columns = ["queue", "sender", "program_id", "due_at", "id"]
    op.create_index("ix_touch_due", "touch", columns, sqlite_where=_PLANNED, postgresql_where=_PLANNED)
