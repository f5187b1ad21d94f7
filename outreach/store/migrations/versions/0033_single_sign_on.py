"""Who people are at the organisation's own sign-in, and what was said when a glass was broken."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, SealedText, UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("linked_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_identity_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("account_id", name=op.f("uq_identity_account_id")),
    )
    op.create_index("ix_identity_subject", "identity", ["issuer", "subject"], unique=True)
    op.create_table(
        "glass_note",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("words", SealedText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glass_note")),
    )
    op.create_index(op.f("ix_glass_note_at"), "glass_note", ["at"])
