"""Open loops are listed by their age and by their visit too."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_OPEN = sa.text("closed IS NULL")


def upgrade() -> None:
    op.create_index("ix_loop_age", "loop", ["opened_at", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index(op.f("ix_anchor_starts_at_id"), "anchor", ["starts_at", "id"])
