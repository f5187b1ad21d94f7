"""Who has a conversation open and when they were done with it; what a task was like before somebody changed it."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "presence",
        sa.Column("contact_point_id", Id, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_point.id"], name=op.f("fk_presence_contact_point_id")),
        sa.PrimaryKeyConstraint("contact_point_id", "person", name=op.f("pk_presence")),
    )
    op.add_column("task_note", sa.Column("before", sa.JSON(), nullable=True))
