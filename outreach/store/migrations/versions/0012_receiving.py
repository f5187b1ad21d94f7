"""Callbacks as they came, to be applied in batches, and what the screen found in a text that nobody has read yet."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, SealedText, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Every row is gone a moment after it came.
_PASSING = "autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000"


def upgrade() -> None:
    op.create_table(
        "callback",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("touch_id", Id, nullable=False),
        sa.Column("fencing", sa.Integer(), nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
    )
    op.create_index(op.f("ix_callback_received_at_id"), "callback", ["received_at", "id"])
    op.add_column("reply", sa.Column("screened", SealedText(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE callback SET ({_PASSING})")
