"""What huddles kept."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, SealedText, UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "huddle",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("program_id", Id, nullable=True),
        sa.Column("clinic_id", Id, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kept_by", sa.String(), nullable=False),
        sa.Column("who_was_there", sa.String(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("decisions", SealedText(), nullable=True),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_huddle_program_id")),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_huddle_clinic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_huddle")),
    )
    op.create_index(op.f("ix_huddle_at"), "huddle", ["at"])
