"""One door for every clock: `pump(queue)` does what is due in a queue and says how much that was."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from outreach.engine import (
    archive,
    audit_chain,
    call_repairs,
    callbacks,
    deadlines,
    escalations,
    expiring,
    line_types,
    looks,
    missed,
    repairs,
    replanning,
    signals,
    understanding,
)
from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.engine.dispatch import send_due
from outreach.loops.cadence import Queue
from outreach.store import events, loops
from outreach.store.actor import WORKER
from outreach.store.loops import LoopChangedMeanwhile

_BATCH = 100  # loops a transaction
_WORKERS_BEFORE = 4  # batches that others may have in hand


def decide_waiting(deployment: Deployment) -> int:
    """Let loops consume what happened to them; return how many loops did."""
    with deployment.read(WORKER) as uow:
        waiting = events.loops_waiting(uow, _BATCH * _WORKERS_BEFORE)
    if not waiting:
        return 0
    with deployment.write(WORKER) as uow:
        # What another worker decides right now needs nobody to wait for it.
        free = loops.lock_free(uow, waiting, _BATCH)
        decide(uow, free)
        uow.commit()
    return len(free)


def _sending(queue: Queue) -> Callable[[Deployment], int]:
    return lambda deployment: send_due(deployment, queue)


# In this order: what people said, what the carrier said, what was awaited, what follows, what lapses, what is in doubt,
# and only then what to send. What they said and never reached us comes before it all.
QUEUES: Mapping[str, Callable[[Deployment], int]] = {
    "missed": missed.hear_missed,
    "replies": understanding.understand_waiting,
    "callbacks": callbacks.apply_waiting,
    "deadlines": deadlines.pass_deadlines,
    "escalations": escalations.escalate_tasks,
    "decisions": decide_waiting,
    "consents": expiring.renew_expiring,
    "leases": looks.expire_leases,
    "looks": looks.look_up_unknown,
    "lines": line_types.ask_line_types,
    "statuses": repairs.ask_for_statuses,
    "calls": call_repairs.ask_for_ends,
    "parked": repairs.match_parked,
    **{queue.value: _sending(queue) for queue in Queue},
    "signals": signals.tell_clinics,
    "replanning": replanning.replan_waiting,
    "archive": archive.archive_old,
    "audit": audit_chain.seal,
}


# Seconds between two looks at a queue in which nothing is due; what members wait for is looked at more often.
_PAUSES = {"replies": 0.1, "decisions": 0.25, "callbacks": 0.5} | {queue.value: 0.1 for queue in Queue}
# What trickles in is worked together: with fewer rows than these such a queue has nothing more that could not wait.
_FEW = {"replies": 20, "decisions": _BATCH, "callbacks": 50, "audit": 500}


def rest(queue: str, worked: int) -> float:
    """Return for how many seconds to leave a queue alone in which so many rows were just worked."""
    return 0.0 if worked >= _FEW.get(queue, 1) else _PAUSES.get(queue, 1.0)


def pump(deployment: Deployment, queue: str) -> int:
    """Do what is due in one queue; return how many rows were worked. Safe to call from any number of processes."""
    try:
        return QUEUES[queue](deployment)
    except LoopChangedMeanwhile:
        return 1  # another process was faster; the rows are still there for the next call


def pump_all(deployment: Deployment) -> int:
    """Pump every queue once, in order; return how many rows were worked, sealing of the audit trail aside."""
    worked = 0
    for queue in QUEUES:
        count = pump(deployment, queue)
        worked += 0 if queue == "audit" else count
    return worked


def settle(deployment: Deployment) -> int:
    """Pump until nothing is due; return how many rows were worked. For the simulator, the demo and tests."""
    total = 0
    while worked := pump_all(deployment):
        total += worked
    return total
