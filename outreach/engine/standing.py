"""A member cannot come for a while, died, or is back: all their open loops hear of it."""

from __future__ import annotations

from datetime import datetime

from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.loops.events import StandingChanged
from outreach.loops.standing import Standing
from outreach.store import events, loops, people
from outreach.store.actor import Actor
from outreach.store.unit_of_work import UnitOfWork


def set_standing(
    deployment: Deployment, actor: Actor, member_id: int, standing: Standing, review_at: datetime | None = None
) -> None:
    """Pause a member's texts until somebody looks again at `review_at`, end them, or begin them anew (CARE-10, 11).

    Raises NotAsked for an unknown member, and for a pause without a date to come.
    """
    with deployment.write(actor) as uow:
        known = people.members(uow, [member_id])
        if not known:
            raise NotAsked(NotAsked.__doc__)
        if standing.paused and (review_at is None or review_at <= uow.now):
            raise NotAsked("A pause needs a date to come, on which somebody looks again.")
        # The phones first: a claim that judges a text to one of them waits, and then sees the pause.
        people.lock_phones(uow, known[member_id].contact_points)
        loops.lock(uow, [loop_id for _, loop_id in loops.open_of_members(uow, [member_id])])
        stands(uow, member_id, standing, review_at if standing.paused else None)
        uow.commit()


def stands(uow: UnitOfWork, member_id: int, standing: Standing, review_at: datetime | None) -> None:
    """Store a member's standing and let all their open loops, locked already, decide."""
    people.set_standing(uow, member_id, standing, review_at)
    open_loops = [loop_id for _, loop_id in loops.open_of_members(uow, [member_id])]
    events.append(uow, [(loop_id, StandingChanged(uow.now, standing, review_at)) for loop_id in open_loops])
    decide(uow, open_loops)
