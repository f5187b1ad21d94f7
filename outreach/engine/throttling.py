"""What follows a 429: the sender waits, for all workers, and the text that met it has lost nothing (rulebook 3.5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from outreach.engine.deployment import Deployment
from outreach.engine.throughput import limits, sender_key
from outreach.loops.rates import TRIES, backoff, pause
from outreach.store import buckets, claims
from outreach.store.unit_of_work import UnitOfWork


def hold_back(deployment: Deployment, uow: UnitOfWork, touch: Any, retry_after: float | None) -> dict[str, Any]:
    """Close the sender's bucket as long as the carrier said, and our own backoff at least; return the touch's columns.

    The text keeps its place in the queue. After five tries it rests for some minutes and lets others try.
    """
    sender = deployment.settings.sender_for(touch.sender)
    key, now = sender_key(sender), deployment.timer.now()
    tries = claims.times_throttled(uow, touch.id) % (TRIES + 1) + 1  # this one is not stored yet
    # A carrier that says "after 0 seconds" would be asked in a circle.
    wait = max(backoff(touch.id, tries), timedelta(seconds=retry_after or 0))
    buckets.close(uow, key, limits(deployment.settings, sender)[key], now + wait, now)
    again = {"state": "planned", "lease_until": None}
    return again if tries <= TRIES else again | {"due_at": uow.now + pause(touch.id, tries)}
