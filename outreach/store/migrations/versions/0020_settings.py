"""Settings have versions; service levels of a program; open loops are planned again as rows of work."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_UNFINISHED = sa.text("finished_at IS NULL")


def upgrade() -> None:
    op.add_column("program", sa.Column("service_levels", sa.JSON(), server_default="{}", nullable=False))
    op.create_table(
        "setting_version",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_setting_version_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_version")),
        sa.UniqueConstraint("program_id", "thing", "version", name=op.f("uq_setting_version_program_id_thing_version")),
    )
    op.create_table(
        "replanning",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("clinic_id", Id, nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("loops", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("last_loop", Id, nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_replanning_clinic_id")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_replanning_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replanning")),
    )
    op.create_index(
        "ix_replanning_unfinished", "replanning", ["id"], sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED
    )
