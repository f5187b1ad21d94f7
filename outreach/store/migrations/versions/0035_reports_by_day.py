"""Reports find the visits of their days, the replies to a loop, calls that were made, and archived questions."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_CALLED = sa.text("call_outcome IS NOT NULL")
_OF_A_LOOP = sa.text("loop_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(op.f("ix_anchor_day"), "anchor", ["day"])
    op.create_index(op.f("ix_archived_prompt_loop_id"), "archived_prompt", ["loop_id"])
    _partial("ix_reply_of_loop", "reply", ["loop_id", "received_at"], _OF_A_LOOP)
    for table in ("touch", "archived_touch"):
        _partial(f"ix_{table}_called", table, ["loop_id"], _CALLED)


def _partial(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
