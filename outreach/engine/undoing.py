"""A person takes back what they just did with a task, as long as nobody has done anything with it since."""

from __future__ import annotations

from outreach.engine.deployment import Deployment
from outreach.engine.holds import name_holds
from outreach.engine.refusals import NotAsked
from outreach.store import tasks
from outreach.store.actor import Actor


def undo(deployment: Deployment, actor: Actor, task_id: int, note_id: int) -> None:
    """Let a task be as it was before the change that `note_id` tells of.

    Raises NotAsked when it was not the actor's change, when it was no such change, and when something came after it.
    """
    with deployment.write(actor) as uow:
        found = tasks.lock_for_undo(uow, task_id)
        if found is None or found[1].id != note_id or found[1].actor != str(actor) or found[1].before is None:
            raise NotAsked("Somebody did something with this task meanwhile. Nothing was undone.")
        task, note = found
        tasks.put_back(uow, task_id, note.before)
        if task.loop_id is not None:
            name_holds(uow, [task.loop_id])
        uow.commit()
