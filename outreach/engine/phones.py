"""The simulated phones' network, kept in our own database so that web and worker see the same phones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from outreach.channels.carrier import Called, CallStatus, Listed, OutgoingCall, OutgoingText
from outreach.channels.phones import NO_ANSWER
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

    def accept(self, messages: Sequence[OutgoingText]) -> Sequence[str]:
        """Store the messages and return a sid for each."""
        rows = [(m.touch, m.attempt, m.to, sha256(m.body.encode()).hexdigest()) for m in messages]
        return [_sid(row_id) for row_id in self._kept(rows)]

    def ring(self, calls: Sequence[OutgoingCall]) -> Sequence[str]:
        """Store the calls and return a sid for each."""
        return [_call_sid(n) for n in self._kept([(c.touch, c.attempt, c.to, simulated.A_CALL) for c in calls])]

    def _kept(self, rows: Sequence[tuple[int, int, str, str]]) -> Sequence[int]:
        with self._database.write(_NETWORK) as uow:
            ids = simulated.accept(uow, rows, self._timer.now())
            uow.commit()
        return ids

    def listed(self, to: str, since: datetime) -> Sequence[Listed]:
        """Return what was accepted for this number."""
        with self._database.read(_NETWORK) as uow:
            rows = simulated.listed(uow, to, since)
        texts = (row for row in rows if row.body_sha256 != simulated.A_CALL)
        return [Listed(_sid(row.id), row.body_sha256, "delivered", row.at) for row in texts]

    def rung(self, to: str, since: datetime) -> Sequence[Called]:
        """Return the calls to this number."""
        with self._database.read(_NETWORK) as uow:
            rows = simulated.listed(uow, to, since)
        return [Called(_call_sid(row.id), NO_ANSWER, row.at) for row in rows if row.body_sha256 == simulated.A_CALL]

    def ends(self, sids: Sequence[str]) -> Sequence[CallStatus]:
        """A phone that nobody picked up has rung out by the time anybody asks."""
        return [CallStatus(sid, NO_ANSWER) for sid in sids if sid.startswith("CA")]


def _call_sid(row_id: int) -> str:
    return f"CA{row_id:032x}"


def _sid(row_id: int) -> str:
    return f"SM{row_id:032x}"
