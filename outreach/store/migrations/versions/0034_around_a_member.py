"""What people know about a member beside the visit: language and clock with who said so, barriers, proxies."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, SealedText, UtcDateTime

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _table(
        "member_change",
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        *_noted(),
    )
    _table(
        "barrier",
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        *_noted(),
        *_ended(),
    )
    _table(
        "proxy",
        sa.Column("name", SealedText(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("may_hear", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        *_noted(),
        *_ended(),
    )


def _table(name: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f(f"fk_{name}_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(op.f(f"ix_{name}_member_id"), name, ["member_id"])


def _noted() -> list[sa.Column[object]]:
    return [sa.Column("at", UtcDateTime(), nullable=False), sa.Column("actor", sa.String(), nullable=False)]


def _ended() -> list[sa.Column[object]]:
    return [sa.Column("ended_at", UtcDateTime(), nullable=True), sa.Column("ended_by", sa.String(), nullable=True)]
