"""What came by the carrier's list, pictures as references, and callbacks that found their text later."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import SealedText, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_UNMATCHED = sa.text("matched_at IS NULL")
_UNCONFIRMED = sa.text("state = 'sent' AND carrier_rank < 5")


def upgrade() -> None:
    op.add_column("reply", sa.Column("media", SealedText(), nullable=True))
    op.add_column("reply", sa.Column("found_at", UtcDateTime(), nullable=True))
    op.add_column("parked_callback", sa.Column("matched_at", UtcDateTime(), nullable=True))
    op.create_index(
        "ix_parked_callback_unmatched",
        "parked_callback",
        ["received_at", "id"],
        sqlite_where=_UNMATCHED,
        postgresql_where=_UNMATCHED,
    )
    op.create_index(
        "ix_touch_unconfirmed", "touch", ["sent_at", "id"], sqlite_where=_UNCONFIRMED, postgresql_where=_UNCONFIRMED
    )
