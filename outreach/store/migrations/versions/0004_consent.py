"""Consent with its whole provenance, what may be shared, numbers looked up, and a trail that nobody can add to."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, SealedText, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXT = sa.String()


def _column(name: str, kind: sa.types.TypeEngine[Any], default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=default is None, server_default=sa.text(default) if default else None)


_ADDED = {
    "audit": (_column("reason", _TEXT), _column("mac", _TEXT)),
    "attempt": (_column("rule", _TEXT), _column("consent_id", Id)),
    "consent_event": (
        _column("collector", _TEXT), _column("organisation", _TEXT), _column("party", _TEXT),
        _column("expires_at", UtcDateTime()), _column("prior_id", Id),
    ),
    "contact_point": (_column("verified_at", UtcDateTime()), _column("purged_at", UtcDateTime())),
    "member": (
        _column("states", sa.JSON(), "'[]'"), _column("contact_rule", SealedText()),
        _column("legal_hold", sa.Boolean(), "false"), _column("purged_at", UtcDateTime()),
    ),
    "program": (_column("state", _TEXT), _column("double_opt_in", sa.Boolean(), "false")),
}  # fmt: skip


def upgrade() -> None:
    for table, columns in _ADDED.items():
        for column in columns:
            op.add_column(table, column)
    _create_sharing_event()
    _create_number_check()
    op.create_table(
        "guest",
        sa.Column("number_index", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number_index", name=op.f("pk_guest")),
    )
    op.create_index("ix_consent_event_expires_at", "consent_event", ["expires_at"])


def _create_sharing_event() -> None:
    op.create_table(
        "sharing_event",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("information", _TEXT, nullable=False),
        sa.Column("recipient", _TEXT, nullable=False),
        sa.Column("workflow", _TEXT, nullable=False),
        sa.Column("action", _TEXT, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("source", _TEXT, nullable=False),
        sa.Column("collector", _TEXT, nullable=False),
        sa.Column("rule", _TEXT, nullable=False),
        sa.Column("evidence", _TEXT, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_sharing_event_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_event")),
    )
    op.create_index("ix_sharing_event_member_id", "sharing_event", ["member_id"])


def _create_number_check() -> None:
    op.create_table(
        "number_check",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("contact_point_id", Id, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("answer", _TEXT, nullable=False),
        sa.Column("source", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_number_check_contact_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_check")),
    )
    op.create_index("ix_number_check_contact_point_id", "number_check", ["contact_point_id"])
