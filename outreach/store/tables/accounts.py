"""Who may come in: accounts, what they prove themselves with, where they are signed in, and what part they work for."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from outreach.store.tables.base import metadata
from outreach.store.types import Id, SealedText, UtcDateTime

GOES_ON = text("ended_at IS NULL")

account = Table(
    "account",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("sign_in", String, nullable=False, unique=True),  # an email address, folded: by it people sign in
    Column("name", String, nullable=False),
    Column("name_key", String, nullable=False, unique=True),  # folded: tasks and the trail name people by their name
    Column("role", String, nullable=False),
    Column("state", String, nullable=False),  # invited, active, disabled
    Column("password", Text),  # argon2id, with its parameters; NULL until it is chosen, or where another house signs in
    Column("one_time", SealedText),  # the secret of the one-time codes
    Column("one_time_step", Id),  # the last half minute whose code was used: none is good twice
    Column("language", String),
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("wait_until", UtcDateTime),  # of the Timer: until then no password of theirs is looked at
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String, nullable=False),
)

# Without a row in either the account is for the whole organisation (HIP-15).
account_program = Table(
    "account_program",
    metadata,
    Column("account_id", Id, ForeignKey("account.id"), primary_key=True),
    Column("program_id", Id, ForeignKey("program.id"), primary_key=True),
)
account_clinic = Table(
    "account_clinic",
    metadata,
    Column("account_id", Id, ForeignKey("account.id"), primary_key=True),
    Column("clinic_id", Id, ForeignKey("clinic.id"), primary_key=True),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False, index=True),
    Column("code_hash", LargeBinary, nullable=False),
    Column("used_at", UtcDateTime),
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False, index=True),
    Column("credential", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("signed", Id, nullable=False),  # how often, as the authenticator counts
    Column("name", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

# Who somebody is at the organisation's own sign-in: by issuer and subject, never by an address that may change hands.
identity = Table(
    "identity",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("account_id", Id, ForeignKey("account.id"), nullable=False, unique=True),
    Column("issuer", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("linked_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index("ix_identity_subject", "issuer", "subject", unique=True),
)

# What somebody said when they broke a glass, beside the code in the trail, which has no words of one's own.
glass_note = Table(
    "glass_note",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("who", String, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("words", SealedText, nullable=False),
)

# One browser in which somebody is signed in. All instants are the Timer's.
session = Table(
    "session",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("account_id", Id, ForeignKey("account.id")),  # NULL where a link signed somebody in, in a training
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("proved", Boolean, nullable=False),  # by the second factor too
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("address", String, nullable=False),  # the network it comes from, not the whole address
    Column("browser", String, nullable=False),
    Column("open_until", UtcDateTime),  # of a broken glass: so long members may be seen without the right
    Index("ix_session_account", "account_id", sqlite_where=GOES_ON, postgresql_where=GOES_ON),
    Index("ix_session_seen", "seen_at", sqlite_where=GOES_ON, postgresql_where=GOES_ON),
)
