"""Closed loops are listed by when they closed, and members found by their language."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_CLOSED = sa.text("closed IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_loop_closed", "loop", ["closed_at", "id"], sqlite_where=_CLOSED, postgresql_where=_CLOSED)
    op.create_index(op.f("ix_member_language"), "member", ["language"])
