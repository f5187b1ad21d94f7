"""Everything the first thread needs."""

import sqlalchemy as sa
from alembic import op

from outreach.store.types import Id, SealedText, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("seq", Id, nullable=True),
        sa.Column("hash", sa.String(), nullable=True),
        sa.Column("prev", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("seq", name=op.f("uq_audit_seq")),
    )
    op.create_index(
        "ix_audit_unsealed",
        "audit",
        ["id"],
        unique=False,
        sqlite_where=sa.text("seq IS NULL"),
        postgresql_where=sa.text("seq IS NULL"),
    )
    op.create_table(
        "calendar",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
    )
    op.create_table(
        "checkpoint",
        sa.Column("seq", Id, autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_checkpoint")),
    )
    op.create_table(
        "contact_point",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("number_index", sa.LargeBinary(), nullable=False),
        sa.Column("number", SealedText(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
        sa.UniqueConstraint("number_index", name=op.f("uq_contact_point_number_index")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("next", Id, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "link",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_link_token_hash")),
    )
    op.create_table(
        "parked_callback",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("touch_id", Id, nullable=False),
        sa.Column("fencing", sa.Integer(), nullable=True),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parked_callback")),
    )
    op.create_table(
        "program",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("caps", sa.JSON(), nullable=False),
        sa.Column("cadence_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program")),
        sa.UniqueConstraint("key", name=op.f("uq_program_key")),
    )
    op.create_table(
        "simulated_message",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("touch_id", Id, nullable=False),
        sa.Column("fencing", sa.Integer(), nullable=False),
        sa.Column("to_index", sa.LargeBinary(), nullable=False),
        sa.Column("body_sha256", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_simulated_message")),
    )
    op.create_index(op.f("ix_simulated_message_to_index_at"), "simulated_message", ["to_index", "at"], unique=False)
    op.create_table(
        "switch",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_switch")),
    )
    op.create_table(
        "cadence",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_cadence_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cadence")),
        sa.UniqueConstraint("program_id", "version", name=op.f("uq_cadence_program_id_version")),
    )
    op.create_table(
        "clinic",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("sensitivity", sa.String(), nullable=False),
        sa.Column("webhook_url", sa.String(), nullable=True),
        sa.Column("webhook_secret", SealedText(), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_clinic_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic")),
        sa.UniqueConstraint("program_id", "key", name=op.f("uq_clinic_program_id_key")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_import_run_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "member",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("external_index", sa.LargeBinary(), nullable=False),
        sa.Column("external_id", SealedText(), nullable=False),
        sa.Column("name", SealedText(), nullable=True),
        sa.Column("about", SealedText(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("zones", sa.JSON(), nullable=False),
        sa.Column("zone_source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_member_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("program_id", "external_index", name=op.f("uq_member_program_id_external_index")),
    )
    op.create_table(
        "message_version",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=True),
        sa.Column("approver", sa.String(), nullable=True),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("source_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_message_version_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_version")),
        sa.UniqueConstraint(
            "program_id", "key", "language", "version", name=op.f("uq_message_version_program_id_key_language_version")
        ),
    )
    op.create_table(
        "anchor",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("clinic_id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("wall_time", sa.Time(), nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("sensitivity", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_anchor_clinic_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_anchor_member_id")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_anchor_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchor")),
        sa.UniqueConstraint("program_id", "kind", "external_id", name=op.f("uq_anchor_program_id_kind_external_id")),
    )
    op.create_index(op.f("ix_anchor_member_id"), "anchor", ["member_id"], unique=False)
    op.create_table(
        "consent_event",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("contact_point_id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("consent_class", sa.String(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("text_version", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_consent_event_contact_point_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_consent_event_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_event")),
    )
    op.create_index(op.f("ix_consent_event_contact_point_id"), "consent_event", ["contact_point_id"], unique=False)
    op.create_table(
        "member_contact",
        sa.Column("member_id", Id, nullable=False),
        sa.Column("contact_point_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_member_contact_contact_point_id")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_member_contact_member_id")),
        sa.PrimaryKeyConstraint("member_id", "contact_point_id", name=op.f("pk_member_contact")),
    )
    op.create_index(op.f("ix_member_contact_contact_point_id"), "member_contact", ["contact_point_id"], unique=False)
    op.create_table(
        "loop",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("anchor_id", Id, nullable=False),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("barriers", sa.JSON(), nullable=False),
        sa.Column("closed", sa.String(), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("held_by", sa.String(), nullable=True),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["anchor_id"], ["anchor.id"], name=op.f("fk_loop_anchor_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_loop_member_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["loop.id"], name=op.f("fk_loop_parent_id")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_loop_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loop")),
        sa.UniqueConstraint("anchor_id", name=op.f("uq_loop_anchor_id")),
    )
    op.create_index(op.f("ix_loop_member_id"), "loop", ["member_id"], unique=False)
    op.create_index(
        "ix_loop_open",
        "loop",
        ["next_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed IS NULL"),
        postgresql_where=sa.text("closed IS NULL"),
    )
    op.create_table(
        "loop_event",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("loop_id", Id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("consumed_at", UtcDateTime(), nullable=True),
        sa.Column("effects", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["loop_id"], ["loop.id"], name=op.f("fk_loop_event_loop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loop_event")),
    )
    op.create_index(op.f("ix_loop_event_loop_id_id"), "loop_event", ["loop_id", "id"], unique=False)
    op.create_index(
        "ix_loop_event_waiting",
        "loop_event",
        ["id"],
        unique=False,
        sqlite_where=sa.text("consumed_at IS NULL"),
        postgresql_where=sa.text("consumed_at IS NULL"),
    )
    op.create_table(
        "reply",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("contact_point_id", Id, nullable=False),
        sa.Column("loop_id", Id, nullable=True),
        sa.Column("member_id", Id, nullable=True),
        sa.Column("prompt_id", Id, nullable=True),
        sa.Column("body", SealedText(), nullable=False),
        sa.Column("media_count", sa.Integer(), nullable=False),
        sa.Column("provider_word", sa.String(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("safety", sa.JSON(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("intents", sa.JSON(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("trail", SealedText(), nullable=True),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_point.id"], name=op.f("fk_reply_contact_point_id")),
        sa.ForeignKeyConstraint(["loop_id"], ["loop.id"], name=op.f("fk_reply_loop_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_reply_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("sid", name=op.f("uq_reply_sid")),
    )
    op.create_index(
        "ix_reply_unread",
        "reply",
        ["contact_point_id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "signal",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("loop_id", Id, nullable=False),
        sa.Column("clinic_id", Id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("occurred_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("give_up_at", UtcDateTime(), nullable=False),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_signal_clinic_id")),
        sa.ForeignKeyConstraint(["loop_id"], ["loop.id"], name=op.f("fk_signal_loop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sa.UniqueConstraint("loop_id", "version", name=op.f("uq_signal_loop_id_version")),
    )
    op.create_index(
        "ix_signal_due",
        "signal",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.create_table(
        "task",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("program_id", Id, nullable=True),
        sa.Column("loop_id", Id, nullable=True),
        sa.Column("member_id", Id, nullable=True),
        sa.Column("contact_point_id", Id, nullable=True),
        sa.Column("clinic_id", Id, nullable=True),
        sa.Column("reply_id", Id, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner_queue", sa.String(), nullable=True),
        sa.Column("owner_person", sa.String(), nullable=True),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=True),
        sa.Column("note", SealedText(), nullable=True),
        sa.Column("resolution", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=True),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["clinic_id"], ["clinic.id"], name=op.f("fk_task_clinic_id")),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_point.id"], name=op.f("fk_task_contact_point_id")),
        sa.ForeignKeyConstraint(["loop_id"], ["loop.id"], name=op.f("fk_task_loop_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_task_member_id")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_task_program_id")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_task_reply_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(
        "ix_task_open_due",
        "task",
        ["due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_task_open_of_loop",
        "task",
        ["loop_id", "kind"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "touch",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("loop_id", Id, nullable=True),
        sa.Column("member_id", Id, nullable=True),
        sa.Column("program_id", Id, nullable=False),
        sa.Column("contact_point_id", Id, nullable=False),
        sa.Column("anchor_version", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("nth", Id, nullable=False),
        sa.Column("reply_id", Id, nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("exempt", sa.String(), nullable=True),
        sa.Column("planned_for", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("useful_until", UtcDateTime(), nullable=False),
        sa.Column("answers_at", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("carrier_status", sa.String(), nullable=True),
        sa.Column("carrier_rank", sa.Integer(), server_default="-1", nullable=False),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("sid", sa.String(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("heard", sa.Boolean(), server_default=sa.text("(true)"), nullable=False),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_point.id"], name=op.f("fk_touch_contact_point_id")),
        sa.ForeignKeyConstraint(["loop_id"], ["loop.id"], name=op.f("fk_touch_loop_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_touch_member_id")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_touch_program_id")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_touch_reply_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touch")),
        sa.UniqueConstraint(
            "loop_id",
            "anchor_version",
            "step",
            "channel",
            "nth",
            name=op.f("uq_touch_loop_id_anchor_version_step_channel_nth"),
        ),
        sa.UniqueConstraint("reply_id", "words", name=op.f("uq_touch_reply_id_words")),
    )
    op.create_index(op.f("ix_touch_contact_point_id"), "touch", ["contact_point_id"], unique=False)
    op.create_index(
        "ix_touch_due",
        "touch",
        ["queue", "sender", "due_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'planned'"),
        postgresql_where=sa.text("state = 'planned'"),
    )
    op.create_index(
        "ix_touch_lease",
        "touch",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state IN ('claimed', 'unknown')"),
        postgresql_where=sa.text("state IN ('claimed', 'unknown')"),
    )
    op.create_index(
        "ix_touch_sid",
        "touch",
        ["sid"],
        unique=False,
        sqlite_where=sa.text("sid IS NOT NULL"),
        postgresql_where=sa.text("sid IS NOT NULL"),
    )
    op.create_table(
        "attempt",
        sa.Column("touch_id", Id, nullable=False),
        sa.Column("fencing", sa.Integer(), nullable=False),
        sa.Column("contact_point_id", Id, nullable=False),
        sa.Column("proactive", sa.Boolean(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("message_version_id", Id, nullable=False),
        sa.Column("body", SealedText(), nullable=False),
        sa.Column("body_sha256", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_point.id"], name=op.f("fk_attempt_contact_point_id")),
        sa.ForeignKeyConstraint(
            ["message_version_id"], ["message_version.id"], name=op.f("fk_attempt_message_version_id")
        ),
        sa.ForeignKeyConstraint(["touch_id"], ["touch.id"], name=op.f("fk_attempt_touch_id")),
        sa.PrimaryKeyConstraint("touch_id", "fencing", name=op.f("pk_attempt")),
    )
    op.create_index(
        op.f("ix_attempt_contact_point_id_claimed_at"), "attempt", ["contact_point_id", "claimed_at"], unique=False
    )
    op.create_table(
        "prompt",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("contact_point_id", Id, nullable=False),
        sa.Column("loop_id", Id, nullable=True),
        sa.Column("touch_id", Id, nullable=False),
        sa.Column("anchor_version", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("alone_until", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_point.id"], name=op.f("fk_prompt_contact_point_id")),
        sa.ForeignKeyConstraint(["loop_id"], ["loop.id"], name=op.f("fk_prompt_loop_id")),
        sa.ForeignKeyConstraint(["touch_id"], ["touch.id"], name=op.f("fk_prompt_touch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt")),
    )
    op.create_index(op.f("ix_prompt_loop_id"), "prompt", ["loop_id"], unique=False)
    op.create_index(
        "ix_prompt_open",
        "prompt",
        ["contact_point_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "awaited",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("loop_id", Id, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("prompt_id", Id, nullable=True),
        sa.Column("deadline", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["loop_id"], ["loop.id"], name=op.f("fk_awaited_loop_id")),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompt.id"], name=op.f("fk_awaited_prompt_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awaited")),
    )
    op.create_index(
        "ix_awaited_deadline",
        "awaited",
        ["deadline", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_awaited_of_loop", "awaited", ["loop_id", "kind"], unique=False)
    op.execute("INSERT INTO counter (name, next) VALUES ('id', 1000)")
    op.execute("INSERT INTO calendar (id, at) VALUES (1, NULL)")
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute("CREATE SEQUENCE id_block START 1 MINVALUE 1")
    # The view loop_health follows the newest schema: the last migration that touches it creates it.
