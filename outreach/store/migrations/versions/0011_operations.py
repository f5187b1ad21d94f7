"""Who is working, who waits for the carrier's tokens, and hot tables that PostgreSQL keeps small."""

import sqlalchemy as sa
from alembic import op

from outreach.store.health import view_sql
from outreach.store.types import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_GROWING = "autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02"
_SMALL = "fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200"
_TUNED = {
    # Room in the page for the next version of a row: what changes no indexed column then writes no index.
    "attempt": f"fillfactor = 85, {_GROWING}",
    "loop": f"fillfactor = 80, {_GROWING}",
    "touch": f"fillfactor = 80, {_GROWING}, autovacuum_vacuum_cost_delay = 1",
    "reply": f"fillfactor = 90, {_GROWING}",
    # A few rows that every claim or heartbeat writes anew.
    "bucket": _SMALL,
    "counter": _SMALL,
    "rate_wait": _SMALL,
    "worker": _SMALL,
}


def upgrade() -> None:
    op.create_table(
        "worker",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("queues", sa.JSON(), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("lag", sa.Float(), nullable=False),
    )
    op.create_table(
        "rate_wait",
        sa.Column("queue", sa.String(), primary_key=True),
        sa.Column("sender", sa.String(), primary_key=True),
        sa.Column("until", UtcDateTime(), nullable=False),
    )
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        for table, options in _TUNED.items():
            op.execute(f"ALTER TABLE {table} SET ({options})")
    op.execute("DROP VIEW IF EXISTS loop_health")
    op.execute(view_sql(dialect))
