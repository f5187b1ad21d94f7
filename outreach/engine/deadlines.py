"""Deadlines: what was awaited and did not come is told to its loop, once."""

from __future__ import annotations

from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.loops.events import DeadlinePassed
from outreach.store import events, loops, people, replies, work
from outreach.store.actor import WORKER

_BATCH = 200


def pass_deadlines(deployment: Deployment) -> int:
    """End every wait whose deadline has come, and the prompt it was for; return how many."""
    with deployment.read(WORKER) as uow:
        missed = work.missed(uow, _BATCH)
    if not missed:
        return 0
    with deployment.write(WORKER) as uow:
        prompts = replies.expired_prompts(uow, [row.prompt_id for row in missed if row.prompt_id])
        people.lock_phones(uow, prompts.values())
        loops.lock(uow, [row.loop_id for row in missed])
        still = work.still_waiting(uow, [row.id for row in missed])
        ours = [row for row in missed if row.id in still]
        replies.end_prompts(uow, prompts, "expired")
        work.end_waits(uow, [row.id for row in ours], "missed")
        events.append(uow, [(row.loop_id, DeadlinePassed(uow.now, row.kind)) for row in ours])
        decide(uow, {row.loop_id for row in ours})
        uow.commit()
    return len(missed)
