"""What a call is while it goes on: its state between two requests, what was pressed on it, and who is on call."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, SealedText, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_NOBODY = sa.text("false")


def upgrade() -> None:
    op.create_table(
        "call",
        sa.Column("id", Id, nullable=False, autoincrement=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("touch_id", Id),
        sa.Column("fencing", sa.Integer()),
        sa.Column("program_id", Id),
        sa.Column("contact_point_id", Id, nullable=False),
        sa.Column("member_id", Id),
        sa.Column("loop_id", Id),
        sa.Column("anchor_version", sa.Integer()),
        sa.Column("language", sa.String()),
        sa.Column("state", SealedText),
        sa.Column("turn", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("document", SealedText),
        sa.Column("status", sa.String()),
        sa.Column("sequence", sa.Integer(), nullable=False, server_default="-1"),
        sa.Column("answered_by", sa.String()),
        sa.Column("keys", sa.String(), nullable=False, server_default=""),
        sa.Column("refusal", sa.String()),
        sa.Column("voicemail", sa.Boolean(), nullable=False, server_default=_NOBODY),
        sa.Column("started_at", UtcDateTime, nullable=False),
        sa.Column("answered_at", UtcDateTime),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("seconds", sa.Integer()),
        sa.Column("outcome", sa.String()),
        sa.Column("recording", SealedText),
        sa.Column("recording_seconds", sa.Integer()),
        *(
            sa.ForeignKeyConstraint([f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_call_{name}_id"))
            for name in ("program", "contact_point", "member", "loop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("sid", name=op.f("uq_call_sid")),
    )
    for name in ("touch_id", "contact_point_id"):
        op.create_index(op.f(f"ix_call_{name}"), "call", [name])
    op.add_column("reply", sa.Column("call_id", Id))
    op.add_column("program", sa.Column("voice", sa.JSON(), nullable=False, server_default="{}"))
