"""A cadence is drafted in the console, and its versions say who wrote them."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.add_column("cadence", sa.Column("written_by", sa.JSON(), nullable=True))
    op.create_table(
        "cadence_draft",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("escalate_after", sa.Integer(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("published_as", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_cadence_draft_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cadence_draft")),
    )
    op.create_index(
        "ux_cadence_draft_open",
        "cadence_draft",
        ["program_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
