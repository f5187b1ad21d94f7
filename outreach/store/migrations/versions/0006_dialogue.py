"""Texts that come in pieces, and phones at which a machine answers."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reply", sa.Column("read_from", UtcDateTime(), nullable=True))
    op.add_column("reply", sa.Column("read_with", Id, nullable=True))
    op.add_column("contact_point", sa.Column("quiet_until", UtcDateTime(), nullable=True))
