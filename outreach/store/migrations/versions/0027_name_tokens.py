"""Blind tokens by which members are found by name; the audit trail is read by time."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_UNMATCHED = sa.text("state = 'open' AND kind = 'unmatched_text'")


def upgrade() -> None:
    op.create_table(
        "name_token",
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_name_token_member_id")),
        sa.PrimaryKeyConstraint("token", "member_id", name=op.f("pk_name_token")),
    )
    op.create_index(op.f("ix_name_token_member_id"), "name_token", ["member_id"])
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_index("ix_task_unmatched", "task", ["due_at", "id"], sqlite_where=_UNMATCHED, postgresql_where=_UNMATCHED)
