"""The whole appointment lane: rides, pauses, attempts, and tasks that go up when nobody moves."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, SealedText, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TEXT, _JSON, _NUMBER = sa.String(), sa.JSON(), sa.Integer()
_FALSE = sa.text("false")


def _column(name: str, kind: Any, default: Any = None) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=default is None, server_default=default)


_ADDED = {
    "member": (
        _column("tier", _NUMBER, "1"), _column("standing", _TEXT, "active"), _column("review_at", UtcDateTime()),
    ),
    "program": (_column("office", _JSON, "{}"), _column("ride", _JSON, "{}")),
    "clinic": (_column("office", _JSON, "{}"),),
    "cadence": (_column("escalate_after", _NUMBER, "2"),),
    "anchor": (_column("promised_at", UtcDateTime()),),
    "loop": (
        _column("preferences", _JSON, "{}"), _column("ride_need", _TEXT, "unknown"),
        _column("ride_revision", _NUMBER, "0"), _column("tried", _NUMBER, "0"),
        _column("called", sa.Boolean(), _FALSE),
    ),
    "touch": (_column("of_a_booked_ride", sa.Boolean(), _FALSE),),
    "task": (
        _column("acknowledge_by", UtcDateTime()), _column("manager_at", UtcDateTime()),
        _column("escalation", _NUMBER, "0"), _column("escalate_at", UtcDateTime()),
        _column("acknowledged_at", UtcDateTime()), _column("snoozed_until", UtcDateTime()), _column("blocker", _TEXT),
    ),
    "signal": (_column("acted_at", UtcDateTime()), _column("acted_by", _TEXT)),
}  # fmt: skip


def upgrade() -> None:
    op.execute("DROP VIEW IF EXISTS loop_health")
    for table, columns in _ADDED.items():
        for column in columns:
            op.add_column(table, column)
    _create_trip()
    _create_task_note()
    op.create_index(
        "ix_task_escalate",
        "task",
        ["escalate_at", "id"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.execute("UPDATE anchor SET promised_at = starts_at")
    # Work that is open already was not clocked: it goes to a supervisor when it is due.
    op.execute(
        "UPDATE task SET acknowledge_by = due_at, escalation = 1, escalate_at = due_at,"
        " manager_at = due_at + (due_at - opened_at) WHERE state = 'open' AND due_at IS NOT NULL"
    )
    _rewrite_cadences()


def _create_trip() -> None:
    op.create_table(
        "trip",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("loop_id", Id, nullable=False),
        sa.Column("leg", sa.String(), nullable=False),
        sa.Column("broker", sa.String(), nullable=False),
        sa.Column("trip_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("pickup_from", UtcDateTime(), nullable=True),
        sa.Column("pickup_until", UtcDateTime(), nullable=True),
        sa.Column("will_call", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("needs", SealedText(), nullable=True),
        sa.Column("cancellation", sa.String(), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["loop_id"], ["loop.id"], name=op.f("fk_trip_loop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip")),
    )
    current = sa.text("current")
    op.create_index("ix_trip_current", "trip", ["loop_id"], sqlite_where=current, postgresql_where=current)


def _create_task_note() -> None:
    op.create_table(
        "task_note",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("task_id", Id, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("note", SealedText(), nullable=True),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_note_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_note")),
    )
    op.create_index("ix_task_note_task_id_id", "task_note", ["task_id", "id"])


def _rewrite_cadences() -> None:
    """A step had one condition; now it has a list."""
    cadence = sa.table("cadence", sa.column("id", Id), sa.column("steps", sa.JSON()))
    connection = op.get_bind()
    for row in connection.execute(sa.select(cadence)).all():
        steps = [
            {key: value for key, value in step.items() if key != "condition"} | {"conditions": [step["condition"]]}
            for step in row.steps
        ]
        connection.execute(cadence.update().where(cadence.c.id == row.id).values(steps=steps))
