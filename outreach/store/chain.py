"""The audit chain: committed rows linked in the order they are sealed, with signed checkpoints."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from outreach.store.tables import audit, checkpoint
from outreach.store.unit_of_work import UnitOfWork

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found: how many entries hold, and the first thing that does not, in words."""

    entries: int
    problem: str | None = None


def head(uow: UnitOfWork) -> tuple[int, str]:
    """Return the last sealed (seq, hash); (0, GENESIS) for an empty chain."""
    rows = uow.all(
        select(audit.c.seq, audit.c.hash).where(audit.c.seq.is_not(None)).order_by(audit.c.seq.desc()).limit(1)
    )
    return (rows[0].seq, rows[0].hash) if rows else (0, GENESIS)


def any_unsealed(uow: UnitOfWork) -> bool:
    """Whether anything waits to be linked."""
    return bool(uow.all(select(audit.c.id).where(audit.c.seq.is_(None)).limit(1)))


def seal_next(uow: UnitOfWork, limit: int) -> int:
    """Link up to `limit` committed rows to the chain and sign a checkpoint; return how many.

    Must run under the sealer's lock: two sealers would fork the chain.
    """
    seq, prev = head(uow)
    columns = (audit.c.id, audit.c.at, audit.c.actor, audit.c.action, audit.c.object, audit.c.rule)
    rows = uow.all(select(*columns).where(audit.c.seq.is_(None)).order_by(audit.c.id).limit(limit))
    sealed = []
    for row in rows:
        seq += 1
        link = entry_hash(prev, seq, row)
        sealed.append({"row": row.id, "new_seq": seq, "new_hash": link, "new_prev": prev})
        prev = link
    if sealed:
        values: dict[str, Any] = {
            "seq": bindparam("new_seq"),
            "hash": bindparam("new_hash"),
            "prev": bindparam("new_prev"),
        }
        uow.execute(update(audit).where(audit.c.id == bindparam("row")).values(**values), sealed)
        signed = {"seq": seq, "at": uow.now, "hash": prev, "signature": signature(uow, seq, prev)}
        uow.insert(checkpoint, [signed])
    return len(sealed)


def entry_hash(prev: str, seq: int, row: Any) -> str:
    """Return the hash that binds one row to all before it."""
    content = [prev, seq, row.id, row.at.isoformat(), row.actor, row.action, row.object, row.rule]
    return sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def signature(uow: UnitOfWork, seq: int, link: str) -> str:
    """Sign a checkpoint with a key that the database does not hold."""
    return hmac.digest(uow.keyring.derive("audit-checkpoint"), f"{seq}:{link}".encode(), "sha256").hex()


def sealed_rows(uow: UnitOfWork, batch: int = 2000) -> Iterator[Row[Any]]:
    """Yield the sealed rows in chain order."""
    seq = 0
    while rows := uow.all(select(audit).where(audit.c.seq > seq).order_by(audit.c.seq).limit(batch)):
        yield from rows
        seq = rows[-1].seq


def checkpoints(uow: UnitOfWork) -> dict[int, Row[Any]]:
    """Return every checkpoint by its seq."""
    return {row.seq: row for row in uow.all(select(checkpoint))}


def verified(uow: UnitOfWork, until: int | None = None) -> Verdict:
    """Recompute the chain from its start and check the signatures (I22).

    All of it, or as far as the first signed checkpoint at or behind entry `until`.
    """
    count, last_signed, prev = 0, 0, GENESIS
    signed = checkpoints(uow)
    for row in sealed_rows(uow):
        if row.seq != count + 1:
            return Verdict(count, f"Entry {count + 1} is missing.")
        if row.prev != prev or row.hash != entry_hash(prev, row.seq, row):
            return Verdict(count, f"Entry {row.seq} was changed after it was sealed.")
        stamp = signed.pop(row.seq, None)
        if stamp is not None and (stamp.hash != row.hash or stamp.signature != signature(uow, row.seq, row.hash)):
            return Verdict(count, f"The checkpoint at entry {row.seq} does not match the trail.")
        count, prev, last_signed = row.seq, row.hash, row.seq if stamp is not None else last_signed
        if until is not None and last_signed >= until:
            return Verdict(count)
    if count > last_signed and not signed:
        return Verdict(count, f"Entries after {last_signed} were added without a signed checkpoint.")
    if signed:
        return Verdict(count, f"The trail ends at entry {count}, but a checkpoint was signed at {max(signed)}.")
    return Verdict(count)


def lock(uow: UnitOfWork) -> bool:
    """Become the one sealer for this transaction; False when another is sealing."""
    if uow.dialect != "postgresql":
        return True  # the write transaction is the lock
    return bool(uow.execute(select(func.pg_try_advisory_xact_lock(8_204_171))).scalar_one())
