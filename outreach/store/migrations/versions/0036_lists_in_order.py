"""Closed loops are listed by when they closed, members found by their language, open tasks by their member."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_CLOSED, _OPEN = sa.text("closed IS NOT NULL"), sa.text("state = 'open'")


def upgrade() -> None:
    op.create_index("ix_loop_closed", "loop", ["closed_at", "id"], sqlite_where=_CLOSED, postgresql_where=_CLOSED)
    op.create_index(op.f("ix_member_language"), "member", ["language"])
    op.create_index("ix_task_open_of_member", "task", ["member_id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
