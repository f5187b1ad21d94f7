"""Calls to us whose end nobody told are found by their beginning."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_UNENDED = sa.text("direction = 'inbound' AND ended_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_call_unended", "call", ["started_at"], sqlite_where=_UNENDED, postgresql_where=_UNENDED)
