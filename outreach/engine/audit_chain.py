"""Sealing the audit trail, and proving that nobody changed it since."""

from __future__ import annotations

from outreach.engine.deployment import Deployment
from outreach.store import chain
from outreach.store.actor import WORKER
from outreach.store.chain import Verdict

_BATCH = 2000


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
    with deployment.read(WORKER) as uow:
        return chain.verified(uow)
