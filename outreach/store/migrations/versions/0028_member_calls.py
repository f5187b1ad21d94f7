"""Calls that people of ours made to members, beside those that the program places."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, SealedText, UtcDateTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "member_call",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("contact_point_id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("loop_id", Id, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("interpreter", sa.String(), nullable=False),
        sa.Column("note", SealedText(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_member_call_contact_point_id")
        ),
        sa.ForeignKeyConstraint(["loop_id"], ["loop.id"], name=op.f("fk_member_call_loop_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_member_call_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_call")),
    )
    for column in ("contact_point_id", "loop_id", "member_id"):
        op.create_index(op.f(f"ix_member_call_{column}"), "member_call", [column])
