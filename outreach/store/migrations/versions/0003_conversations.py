"""Conversations: who chose the words of a text, and what a number said and what was done to one loop, found quickly."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("touch", sa.Column("author", sa.String(), nullable=True))
    op.create_index("ix_reply_contact_point_id_received_at", "reply", ["contact_point_id", "received_at"])
    op.create_index("ix_audit_object", "audit", ["object"])
    op.create_index("ix_loop_parent_id", "loop", ["parent_id"])
