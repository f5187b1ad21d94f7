"""Who is in a conversation: that somebody has it open, and that they are done and automatic texts may leave again."""

from __future__ import annotations

from outreach.engine.deployment import Deployment
from outreach.engine.holds import name_holds
from outreach.store import loops, people, presence, touches
from outreach.store.actor import Actor


def arrive(deployment: Deployment, actor: Actor, phone: int) -> bool:
    """Note that the actor has the conversation of a phone open; return whether they had not. It lapses by itself."""
    with deployment.write(actor) as uow:
        new = not presence.is_there(uow, phone, actor.name, deployment.timer.now())
        presence.mark(uow, phone, actor.name, deployment.timer.now())
        uow.commit()
    return new


def release(deployment: Deployment, actor: Actor, phone: int) -> None:
    """The actor is done talking: what waited for that is looked at again now. A later text of theirs holds it anew."""
    with deployment.write(actor) as uow:
        people.lock_phones(uow, [phone])
        waiting = touches.held_on(uow, phone, "TALKING")
        loops_of = sorted({row.loop_id for row in waiting if row.loop_id is not None})
        loops.lock(uow, loops_of)
        presence.mark(uow, phone, actor.name, deployment.timer.now(), uow.now)
        touches.look_again(uow, [row.id for row in waiting], uow.now)
        name_holds(uow, loops_of)
        uow.audit("talk.released", f"contact_point:{phone}")
        uow.commit()
