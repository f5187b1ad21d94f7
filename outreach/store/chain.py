"""The audit chain: committed rows linked in the order they are sealed, with signed checkpoints.

An entry is committed with the change that it tells of, and linked within two seconds by the one sealer (HIP-14). Until
then an edit of it is found by its code, but its deletion cannot be seen: nothing has counted it yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from outreach.store import checkpoints, entry
from outreach.store.batches import update_rows
from outreach.store.entry import GENESIS
from outreach.store.tables import audit, checkpoint
from outreach.store.unit_of_work import UnitOfWork

CONTENT = tuple(audit.c[name] for name in entry.CONTENT)


def head(uow: UnitOfWork) -> tuple[int, str]:
    """Return the last (seq, hash) that was sealed; (0, GENESIS) for an empty chain.

    Where the end of the trail was cut off, its checkpoint counts: no number is given twice, and the gap stays.
    """
    last = select(audit.c.seq, audit.c.hash).where(audit.c.seq.is_not(None)).order_by(audit.c.seq.desc()).limit(1)
    signed = select(checkpoint.c.seq, checkpoint.c.hash).order_by(checkpoint.c.seq.desc()).limit(1)
    found = [(row.seq, row.hash) for row in (*uow.all(last), *uow.all(signed))]
    return max(found, key=lambda each: each[0], default=(0, GENESIS))


def any_unsealed(uow: UnitOfWork) -> bool:
    """Whether anything waits to be linked."""
    return bool(uow.all(select(audit.c.id).where(audit.c.seq.is_(None)).limit(1)))


def has_codes(uow: UnitOfWork) -> bool:
    """Whether an entry with a code is sealed: those after it must all have one."""
    return bool(uow.all(select(audit.c.id).where(audit.c.seq.is_not(None), audit.c.mac.is_not(None)).limit(1)))


def seal_next(uow: UnitOfWork, limit: int) -> int:
    """Link up to `limit` committed rows to the chain and sign a checkpoint; return how many.

    A forged row is linked as it stands, and reported by each verification: to leave it out would hide it.
    Must run under the sealer's lock: two sealers would fork the chain.
    """
    after, prev = head(uow)
    seq, sealed = after, []
    waiting = select(audit.c.mac, *CONTENT).where(audit.c.seq.is_(None))
    rows: Sequence[Sequence[Any]] = uow.all(waiting.order_by(audit.c.id).limit(limit))
    for mac, *values in rows:
        seq += 1
        link = entry.link(prev, seq, entry.content(values), mac, values)
        sealed.append({"id": values[0], "seq": seq, "hash": link, "prev": prev})
        prev = link
    if sealed:
        update_rows(uow, audit, ("id",), sealed)
        checkpoints.add(uow, seq, after, prev)
    return len(sealed)


def lock(uow: UnitOfWork) -> bool:
    """Become the one sealer for this transaction; False when another is sealing."""
    if uow.dialect != "postgresql":
        return True  # the write transaction is the lock
    return bool(uow.execute(select(func.pg_try_advisory_xact_lock(8_204_171))).scalar_one())
