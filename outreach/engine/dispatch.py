"""Protocol 2, Send: claim, post, record. Each is committed before the next begins; a crash after any is recoverable."""

from __future__ import annotations

from collections.abc import Sequence

from outreach.channels.carrier import Outgoing, Result
from outreach.engine.claim import claim
from outreach.engine.deployment import Deployment
from outreach.engine.number_lookups import look_up_due
from outreach.engine.record import record
from outreach.loops.cadence import Queue
from outreach.store import claims
from outreach.store.actor import WORKER

SQLITE_BATCH = 50  # a longer transaction would keep inbound replies waiting
SQLITE_PAUSE = 0.005
_RECORD_AT = 100


def send_due(deployment: Deployment, queue: Queue) -> int:
    """Send what is due in one queue, batch by batch, until nothing is; return how many touches were decided."""
    done = 0
    with deployment.read(WORKER) as uow:
        senders = claims.senders_due(uow, queue)
    for sender in senders:
        while decided := _batch(deployment, queue, sender):
            done += decided
    return done


def _batch(deployment: Deployment, queue: Queue, sender: str) -> int:
    embedded = deployment.database.dialect == "sqlite"
    room = min(deployment.carrier.slots, SQLITE_BATCH) if embedded else deployment.carrier.slots
    look_up_due(deployment, queue, sender, room)
    outgoing, decided = claim(deployment, queue, sender, room)
    _post(deployment, outgoing)
    if embedded and decided:
        deployment.timer.sleep(SQLITE_PAUSE)
    return decided


def _post(deployment: Deployment, outgoing: Sequence[Outgoing]) -> None:
    """No transaction is open while the carrier is on the line."""
    if not outgoing:
        return
    results: list[Result] = []
    for result in deployment.carrier.post(outgoing):
        results.append(result)
        if len(results) >= _RECORD_AT:
            record(deployment, results)
            results = []
    record(deployment, results)
