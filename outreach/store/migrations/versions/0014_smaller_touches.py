"""A planned touch takes less room: no index entry for answers that it is not, and full pages.

Each change of a touch's state moves it between partial indexes, so room left in a page spares no index anything.
"""

import sqlalchemy as sa
from alembic import op

from outreach.store.health import view_sql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ANSWER = sa.text("reply_id IS NOT NULL")


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.drop_constraint("uq_touch_reply_id_words", "touch", type_="unique")
        op.execute("ALTER TABLE touch SET (fillfactor = 100)")
    else:
        op.execute("DROP VIEW IF EXISTS loop_health")
        with op.batch_alter_table("touch") as touch:
            touch.drop_constraint("uq_touch_reply_id_words", type_="unique")
        op.execute(view_sql(dialect))
    op.create_index(
        "uq_touch_answer", "touch", ["reply_id", "words"], unique=True, sqlite_where=_ANSWER, postgresql_where=_ANSWER
    )
