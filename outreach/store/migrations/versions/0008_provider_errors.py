"""How attempts failed, what the carrier's answers pause, and numbers that may be landlines."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_FAILED = sa.text("error_code IS NOT NULL")
_FAILED_SID = sa.text("failed_sid IS NOT NULL")
_LINE = sa.text("line_asked_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("touch", sa.Column("retries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("attempt", sa.Column("error_code", sa.Integer(), nullable=True))
    op.add_column("attempt", sa.Column("failed_sid", sa.String(), nullable=True))
    op.add_column("switch", sa.Column("code", sa.Integer(), nullable=True))
    op.add_column("contact_point", sa.Column("line_asked_at", UtcDateTime(), nullable=True))
    op.create_index("ix_attempt_failed", "attempt", ["claimed_at"], sqlite_where=_FAILED, postgresql_where=_FAILED)
    op.create_index(
        "ix_attempt_failed_sid", "attempt", ["failed_sid"], sqlite_where=_FAILED_SID, postgresql_where=_FAILED_SID
    )
    op.create_index(
        "ix_contact_point_line", "contact_point", ["line_asked_at", "id"], sqlite_where=_LINE, postgresql_where=_LINE
    )
    op.create_table(
        "sent_tally",
        sa.Column("program_id", Id, sa.ForeignKey("program.id"), primary_key=True),
        sa.Column("words", sa.String(), primary_key=True),
        sa.Column("sender", sa.String(), primary_key=True),
        sa.Column("hour", UtcDateTime(), primary_key=True),
        sa.Column("sent", sa.Integer(), nullable=False),
    )
