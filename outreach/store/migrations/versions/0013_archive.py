"""Archives of finished contact: touches, attempts, prompts, events and waits, each row with its month."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, SealedText, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TYPES: dict[str, Any] = {
    "at": UtcDateTime(),
    "id": Id,
    "int": sa.Integer(),
    "json": sa.JSON(),
    "sealed": SealedText(),
    "text": sa.String(),
    "yes": sa.Boolean(),
}
_KEYS = {"attempt": ("touch_id", "fencing")}
# Each column with its type; NULL is allowed where a question mark says so.
_COLUMNS = {
    "touch": (
        "id:id loop_id:id? member_id:id? program_id:id contact_point_id:id anchor_version:int? step:text channel:text "
        "nth:id reply_id:id? words:text category:text queue:text of_a_booked_ride:yes sender:text exempt:text? "
        "planned_for:at due_at:at useful_until:at answers_at:at? state:text carrier_status:text? carrier_rank:int "
        "error_code:int? rule:text? attempts:int looks:int claimed_by:text? lease_until:at? sid:text? sent_at:at? "
        "heard:yes retries:int author:text? month:text"
    ),
    "attempt": (
        "touch_id:id fencing:int contact_point_id:id proactive:yes claimed_at:at started_at:at language:text "
        "message_version_id:id body:sealed body_sha256:text outcome:text rule:text? consent_id:id? error_code:int? "
        "failed_sid:text? month:text"
    ),
    "prompt": (
        "id:id contact_point_id:id loop_id:id? touch_id:id anchor_version:int? key:text language:text options:json "
        "state:text opened_at:at alone_until:at expires_at:at ended_at:at? repeats:int month:text"
    ),
    "loop_event": ("id:id loop_id:id kind:text at:at body:json actor:text consumed_at:at? effects:json? month:text"),
    "awaited": ("id:id loop_id:id kind:text prompt_id:id? deadline:at? state:text ended_at:at? month:text"),
}
_INDEXES = {
    "touch": (("loop_id",), ("contact_point_id",), ("member_id",)),
    "attempt": (("contact_point_id", "claimed_at"),),
    "loop_event": (("loop_id", "id"),),
    "awaited": (("loop_id",),),
}
_PARTIAL = {"rule": ("refused", sa.text("state = 'refused'")), "author": ("author", sa.text("author IS NOT NULL"))}


def upgrade() -> None:
    for table, columns in _COLUMNS.items():
        name = f"archived_{table}"
        op.create_table(
            name,
            *(_column(written) for written in columns.split()),
            sa.PrimaryKeyConstraint(*_KEYS.get(table, ("id",)), name=op.f(f"pk_{name}")),
        )
        for indexed in _INDEXES.get(table, ()):
            op.create_index(op.f(f"ix_{name}_{'_'.join(indexed)}"), name, list(indexed))
    for column, (of, where) in _PARTIAL.items():
        index = f"ix_archived_touch_{of}"
        op.create_index(index, "archived_touch", [column], sqlite_where=where, postgresql_where=where)
    # What is deleted must not walk through a whole table to see that nothing points to it.
    op.create_index(op.f("ix_prompt_touch_id"), "prompt", ["touch_id"])
    given = sa.text("prompt_id IS NOT NULL")
    op.create_index("ix_awaited_prompt", "awaited", ["prompt_id"], sqlite_where=given, postgresql_where=given)


def _column(written: str) -> sa.Column[Any]:
    name, kind = written.split(":")
    nullable = kind.endswith("?")
    return sa.Column(name, _TYPES[kind.rstrip("?")], autoincrement=False, nullable=nullable)
