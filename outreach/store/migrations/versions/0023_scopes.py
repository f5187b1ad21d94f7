"""A clinic's visits, and the work about an unknown phone, each in one seek."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_BESIDE_LOOPS = sa.text("loop_id IS NULL")


def upgrade() -> None:
    op.create_index("ix_anchor_clinic_id_starts_at", "anchor", ["clinic_id", "starts_at"])
    op.create_index(
        "ix_task_of_phone", "task", ["contact_point_id"], sqlite_where=_BESIDE_LOOPS, postgresql_where=_BESIDE_LOOPS
    )
