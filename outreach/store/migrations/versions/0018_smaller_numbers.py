"""A planned touch takes less room once more: what is counted on fingers needs two bytes."""

from alembic import op

from outreach.store.health import view_sql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_SMALL = ("anchor_version", "carrier_rank", "attempts", "looks", "retries")


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect != "postgresql":
        return  # SQLite stores every number as short as it is
    op.execute("DROP VIEW IF EXISTS loop_health")
    changes = ", ".join(f"ALTER COLUMN {name} TYPE SMALLINT" for name in _SMALL)
    for table in ("touch", "archived_touch"):
        op.execute(f"ALTER TABLE {table} {changes}")
    op.execute(view_sql(dialect))
