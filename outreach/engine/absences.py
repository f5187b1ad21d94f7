"""A person goes away: their tasks go to who covers for them, or back to their queues, and stay due when they are."""

from __future__ import annotations

from datetime import datetime, timedelta

from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.store import absences, tasks
from outreach.store.actor import Actor

LONGEST = timedelta(days=92)


def leave(deployment: Deployment, actor: Actor, until: datetime, cover: str | None) -> int:
    """The actor is away until an instant; return how many tasks changed hands.

    Raises NotAsked for a time that is past or too far off, and for a cover who is away too.
    """
    with deployment.write(actor) as uow:
        if not uow.now < until <= uow.now + LONGEST:
            raise NotAsked("Give the day on which you are back, within three months.")
        if cover == actor.name:
            raise NotAsked("Somebody else covers for you. Leave the field empty to give the tasks to their queues.")
        if cover and absences.away(uow, cover) is not None:
            raise NotAsked("%(who)s is away too. Choose somebody else, or give the tasks to their queues.", who=cover)
        owed = absences.lock_tasks_of(uow, actor.name)
        for row in owed:
            tasks.change(uow, row.id, "covered", {"owner_person": cover, "acknowledged_at": None})
        absences.note(uow, actor.name, until, cover)
        uow.audit("absence.began", "absence")
        uow.commit()
    return len(owed)


def come_back(deployment: Deployment, actor: Actor) -> None:
    """The actor is back, and may be given tasks again; what others took on stays with them."""
    with deployment.write(actor) as uow:
        absences.forget(uow, actor.name)
        uow.audit("absence.ended", "absence")
        uow.commit()
