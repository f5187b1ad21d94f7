"""Who wrote a text, what it says told back in English, who sent it back or withdrew it; who is asked for what."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    for name, kind in (
        ("author", sa.String()), ("written_at", UtcDateTime()), ("back_english", sa.Text()),
        ("ended_by", sa.String()), ("ended_at", UtcDateTime()), ("remark", sa.Text()),
    ):  # fmt: skip
        op.add_column("message_version", sa.Column(name, kind, nullable=True))
    carried: sa.Column[bool] = sa.Column("carried", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    op.add_column("message_version", carried)
    op.create_table(
        "word_request",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("asked_of", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_word_request_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_word_request")),
    )
    op.create_index("ix_word_request_open", "word_request", ["program_id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
