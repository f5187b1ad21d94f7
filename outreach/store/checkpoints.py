"""Signed checkpoints of the audit trail: each says how far the trail went, and which checkpoint came before it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select

from outreach.store.seal import Keyring
from outreach.store.tables import checkpoint
from outreach.store.unit_of_work import UnitOfWork

_USE = "audit-checkpoint"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The hash of entry `seq`, signed; `after` is the entry of the checkpoint before it, 0 for the first."""

    seq: int
    after: int
    at: datetime
    hash: str
    signature: str

    def holds(self, keyring: Keyring) -> bool:
        """Whether this deployment's key signed it; the first ones were signed without `after` and `at`."""
        earlier = _signed(keyring, f"{self.seq}:{self.hash}")
        return self.signature in (signature(keyring, self.seq, self.after, self.at, self.hash), earlier)


def signature(keyring: Keyring, seq: int, after: int, at: datetime, link: str) -> str:
    """Sign a checkpoint with a key that the database does not hold."""
    return _signed(keyring, f"{after}:{seq}:{link}:{at.astimezone(UTC).isoformat()}")


def key_id(keyring: Keyring) -> str:
    """Return by what the signing key is known, eight hexadecimal digits; they tell nothing else of it."""
    return _signed(keyring, "key id")[:8]


def add(uow: UnitOfWork, seq: int, after: int, link: str) -> None:
    """Sign that the trail goes to entry `seq` with this hash."""
    signed = {"seq": seq, "at": uow.now, "hash": link}
    uow.insert(checkpoint, [signed | {"signature": signature(uow.keyring, seq, after, uow.now, link)}])


def newest(uow: UnitOfWork) -> Checkpoint | None:
    """Return the newest checkpoint, or None while nothing is sealed."""
    rows = uow.all(select(checkpoint).order_by(checkpoint.c.seq.desc()).limit(2))
    if not rows:
        return None
    row, after = rows[0], rows[1].seq if len(rows) > 1 else 0
    return Checkpoint(row.seq, after, row.at, row.hash, row.signature)


def top(uow: UnitOfWork) -> int:
    """Return the entry of the newest checkpoint, 0 for none."""
    return int(uow.execute(select(func.coalesce(func.max(checkpoint.c.seq), 0))).scalar_one())


def first_from(uow: UnitOfWork, seq: int) -> int | None:
    """Return the entry of the first checkpoint at or behind entry `seq`, or None."""
    found: int | None = uow.execute(select(func.min(checkpoint.c.seq)).where(checkpoint.c.seq >= seq)).scalar_one()
    return found


def last_before(uow: UnitOfWork, seq: int) -> Checkpoint | None:
    """Return the last checkpoint before entry `seq`, or None."""
    rows = uow.all(select(checkpoint).where(checkpoint.c.seq < seq).order_by(checkpoint.c.seq.desc()).limit(2))
    if not rows:
        return None
    row, after = rows[0], rows[1].seq if len(rows) > 1 else 0
    return Checkpoint(row.seq, after, row.at, row.hash, row.signature)


def between(uow: UnitOfWork, after: int, seq: int) -> list[Checkpoint]:
    """Return the checkpoints behind the one at `after` (0 for all) as far as entry `seq`, in order."""
    query = select(checkpoint).where(checkpoint.c.seq <= seq).order_by(checkpoint.c.seq)
    rows = uow.all(query.where(checkpoint.c.seq > after) if after else query)
    before = [after, *(row.seq for row in rows)]
    return [Checkpoint(row.seq, last, row.at, row.hash, row.signature) for row, last in zip(rows, before, strict=False)]


def _signed(keyring: Keyring, what: str) -> str:
    return hmac.digest(keyring.derive(_USE), what.encode(), "sha256").hex()
