"""Recordings of what no machine can say: one draft and one that is played of each sentence, and all before them."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_SENTENCE = ["program_id", "language", "key", "variant"]


def upgrade() -> None:
    op.create_table(
        "recording",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("program_id", Id, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("language", "key", "variant")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source_hash", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("millis", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("approver", sa.String(), nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("retired_by", sa.String(), nullable=True),
        sa.Column("retired_at", UtcDateTime(), nullable=True),
        sa.Column("audio", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_recording_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint(*_SENTENCE, "version", name=op.f("uq_recording_program_id_language_key_variant_version")),
    )
    for state in ("draft", "approved"):
        where = sa.text(f"state = '{state}'")
        name = f"uq_recording_{state}"
        op.create_index(name, "recording", _SENTENCE, unique=True, sqlite_where=where, postgresql_where=where)
    op.create_index(op.f("ix_recording_program_id_revision"), "recording", ["program_id", "revision"])
