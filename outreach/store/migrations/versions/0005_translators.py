"""Who translated and who reviewed a text, and when."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message_version", sa.Column("translator", sa.String(), nullable=True))
    op.add_column("message_version", sa.Column("translated_at", UtcDateTime(), nullable=True))
    op.add_column("message_version", sa.Column("reviewed_at", UtcDateTime(), nullable=True))
