"""What a person says that a reply means, where the program read it otherwise."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("id", Id, primary_key=True, autoincrement=False),
        sa.Column("reply_id", Id, sa.ForeignKey("reply.id"), nullable=False),
        sa.Column("intents", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_correction_reply_id", "correction", ["reply_id"])
