"""Planning open loops again because something changed: a row of work, done a few loops at a time by the worker.

Whoever changed it may do the work at once (`finish`); what is left when a process ends, the next worker does.
What was sent is never planned twice, so a piece of work may be begun anew at any time.
"""

from __future__ import annotations

from collections.abc import Callable

from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.loops.consent import Channel
from outreach.settings import by_call
from outreach.store import programs, replanning, touches
from outreach.store.actor import WORKER, Actor
from outreach.store.unit_of_work import UnitOfWork

AT_ONCE = 100  # loops in a transaction: on SQLite a STOP waits for no longer than this takes


def ask(uow: UnitOfWork, program_id: int, why: str, clinic_id: int | None = None) -> int | None:
    """Let the open loops of a program, or of one of its clinics, be planned again; return the work, or None for none.

    Call it in the transaction that changes what plans rest on: both are stored, or neither.
    """
    open_loops = replanning.count(uow, program_id, clinic_id)
    return replanning.add(uow, program_id, clinic_id, why, open_loops) if open_loops else None


def replan_waiting(deployment: Deployment) -> int:
    """Plan the next loops again; return how many. What another worker has in hand is left to it."""
    with deployment.read(WORKER) as uow:
        if not replanning.any_unfinished(uow):
            return 0
    return _some(deployment, WORKER, None)[0]


def finish(
    deployment: Deployment, actor: Actor, work_id: int, progress: Callable[[int, int], None] = lambda done, total: None
) -> int:
    """Plan all that is left of one piece of work again, here and now; return how many loops it was in all."""
    more, done = True, 0
    while more:
        count, total = _some(deployment, actor, work_id)
        more, done = count > 0, done + count
        if more:
            progress(done, max(total, done))
    return done


def _some(deployment: Deployment, actor: Actor, work_id: int | None) -> tuple[int, int]:
    """Plan a few loops again; return how many, and how many the piece of work had when it was asked for."""
    with deployment.write(actor) as uow:
        work = replanning.take(uow, work_id)
        if work is None:
            return 0, 0
        loops = replanning.next_loops(uow, work, AT_ONCE)
        if loops:
            decide(uow, loops)
            sender = programs.programs(uow, [work.program_id])[work.program_id].sender
            touches.send_from(uow, loops, sender, Channel.SMS)
            touches.send_from(uow, loops, by_call(sender), Channel.VOICE)
        replanning.advance(uow, work, loops)
        uow.commit()
        return len(loops), work.loops
