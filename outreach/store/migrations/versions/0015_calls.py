"""A call is a touch: what became of it, and until when its end is awaited."""

import sqlalchemy as sa
from alembic import op

from outreach.store.health import view_sql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_UNDER_WAY = sa.text("state = 'sent' AND lease_until IS NOT NULL")


def upgrade() -> None:
    for table in ("touch", "archived_touch"):
        op.add_column(table, sa.Column("call_outcome", sa.String()))
    op.create_index("ix_touch_call", "touch", ["lease_until"], sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY)
    op.execute("DROP VIEW IF EXISTS loop_health")
    op.execute(view_sql(op.get_bind().dialect.name))
