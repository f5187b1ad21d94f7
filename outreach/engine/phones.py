"""The simulated phones' network, kept in our own database so that web and worker see the same phones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from outreach.channels.carrier import Listed, Outgoing
from outreach.engine.deployment import Timer
from outreach.store import simulated
from outreach.store.actor import Actor
from outreach.store.database import Database

_NETWORK = Actor("carrier", "simulated-phones")


class StoredNetwork:
    """A carrier that accepts everything and delivers at once."""

    def __init__(self, database: Database, timer: Timer) -> None:
        self._database = database
        self._timer = timer

    def accept(self, messages: Sequence[Outgoing]) -> Sequence[str]:
        """Store the messages and return a sid for each."""
        rows = [(m.touch, m.attempt, m.to, sha256(m.body.encode()).hexdigest()) for m in messages]
        with self._database.write(_NETWORK) as uow:
            ids = simulated.accept(uow, rows, self._timer.now())
            uow.commit()
        return [_sid(row_id) for row_id in ids]

    def listed(self, to: str, since: datetime) -> Sequence[Listed]:
        """Return what was accepted for this number."""
        with self._database.read(_NETWORK) as uow:
            rows = simulated.listed(uow, to, since)
        return [Listed(_sid(row.id), row.body_sha256, "delivered", row.at) for row in rows]


def _sid(row_id: int) -> str:
    return f"SM{row_id:032x}"
