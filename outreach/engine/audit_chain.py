"""Sealing the audit trail, and proving that nobody changed it since."""

from __future__ import annotations

from dataclasses import dataclass

from outreach.engine.deployment import Deployment
from outreach.store import chain
from outreach.store.actor import WORKER

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found: how many entries hold, and the first thing that does not, in words."""

    entries: int
    problem: str | None = None


def seal(deployment: Deployment) -> int:
    """Chain what was committed since the last time; return how many entries."""
    with deployment.read(WORKER) as uow:
        if not chain.any_unsealed(uow):
            return 0
    with deployment.write(WORKER) as uow:
        if not chain.lock(uow):
            return 0
        sealed = chain.seal_next(uow, _BATCH)
        if sealed:
            uow.commit()
    return sealed


def verify(deployment: Deployment) -> Verdict:
    """Recompute the chain and check every checkpoint's signature (I22)."""
    count, last_signed, prev = 0, 0, chain.GENESIS
    with deployment.read(WORKER) as uow:
        signed = chain.checkpoints(uow)
        for row in chain.sealed_rows(uow):
            if row.seq != count + 1:
                return Verdict(count, f"Entry {count + 1} is missing.")
            if row.prev != prev or row.hash != chain.entry_hash(prev, row.seq, row):
                return Verdict(count, f"Entry {row.seq} was changed after it was sealed.")
            stamp = signed.pop(row.seq, None)
            if stamp is not None and (
                stamp.hash != row.hash or stamp.signature != chain.signature(uow, row.seq, row.hash)
            ):
                return Verdict(count, f"The checkpoint at entry {row.seq} does not match the trail.")
            count, prev, last_signed = row.seq, row.hash, row.seq if stamp is not None else last_signed
    if count > last_signed and not signed:
        return Verdict(count, f"Entries after {last_signed} were added without a signed checkpoint.")
    if signed:
        return Verdict(count, f"The trail ends at entry {count}, but a checkpoint was signed at {max(signed)}.")
    return Verdict(count)
