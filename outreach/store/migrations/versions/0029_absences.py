"""Who is away, until when, and who covers for them."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("cover", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_absence")),
    )
