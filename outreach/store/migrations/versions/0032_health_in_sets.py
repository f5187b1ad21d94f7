"""Which loops nothing holds is found in whole sets, no longer loop by loop."""

from alembic import op

from outreach.store.health import view_sql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DROP VIEW IF EXISTS loop_health")
    op.execute(view_sql(op.get_bind().dialect.name))
