"""The same sending as a Celery pipeline on Redis: a task for each text, acknowledged once it is recorded.

It does the same work with the same code: the phone and loop locked, the facts, every rule of the gate, the words, the
sealed body, the attempt and what follows of it, one commit; the POST by the same client on kept connections; the record
in a commit of its own. What differs is what carries it: tasks one by one, not rows in batches.
Run by the benchmark: `celery -A celery_pipeline worker --pool threads`.
"""

from __future__ import annotations

import os

from celery import Celery
from sqlalchemy import select

from outreach.bootstrap import bootstrap
from outreach.channels.carrier import Outgoing
from outreach.engine import throughput
from outreach.engine.asking import Decided
from outreach.engine.claim import _decide, _write
from outreach.engine.folder import load_folder, lock_loops
from outreach.engine.holds import name_holds
from outreach.engine.record import record
from outreach.loops.cadence import Queue
from outreach.store import claims, people
from outreach.store.actor import WORKER
from outreach.store.tables import touch

app = Celery("pipeline", broker=os.environ["REDIS_URL"])
app.conf.update(
    task_acks_late=True, task_ignore_result=True, worker_prefetch_multiplier=4, broker_connection_retry_on_startup=True
)
deployment = bootstrap()


@app.task(name="send")  # type: ignore[untyped-decorator] # Celery has no types
def send(touch_id: int) -> None:
    """Claim, post and record one text."""
    record(deployment, list(deployment.carrier.post(claim_one(touch_id))))


def claim_one(touch_id: int) -> list[Outgoing]:
    """Return a text that may leave, or nothing."""
    with deployment.write(WORKER) as uow:
        found = uow.all(select(touch.c.contact_point_id, touch.c.sender).where(touch.c.id == touch_id))
        phones, sender = {row.contact_point_id for row in found}, deployment.settings.sender_for(found[0].sender)
        seen = throughput.look(deployment, uow, Queue.BULK, sender)
        people.lock_phones(uow, phones)
        stored = lock_loops(uow, [touch_id], phones)
        batch = claims.still_due(uow, [touch_id])
        decided, meter = Decided(), throughput.lock(uow, seen)
        folder = load_folder(uow, batch, stored, sender)
        for each in batch:
            _decide(deployment, uow, folder, each, decided, meter)
        _write(uow, decided)
        throughput.store(uow, meter)
        name_holds(uow, [each.loop.id for each in stored])
        uow.commit()
    return decided.outgoing
