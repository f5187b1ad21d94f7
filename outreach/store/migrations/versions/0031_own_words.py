"""What people write to members in their own words."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, SealedText, UtcDateTime

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    touch = sa.ForeignKeyConstraint(["touch_id"], ["touch.id"], name=op.f("fk_own_words_touch_id"))
    op.create_table("own_words", *_columns(), touch, sa.PrimaryKeyConstraint("touch_id", name=op.f("pk_own_words")))
    month, key = sa.Column("month", sa.String(), nullable=False), op.f("pk_archived_own_words")
    op.create_table("archived_own_words", *_columns(), month, sa.PrimaryKeyConstraint("touch_id", name=key))


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("touch_id", Id, autoincrement=False, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("vouched", sa.String(), nullable=False),
        sa.Column("agreed", sa.String(), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("body", SealedText(), nullable=False),
    ]
