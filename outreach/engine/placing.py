"""A text from an unknown number is placed: somebody found out whose phone it is."""

from __future__ import annotations

from outreach.engine.deployment import Deployment
from outreach.engine.reached import ask_where_none, reached
from outreach.engine.refusals import NotAsked
from outreach.loops.tasks import TaskKind
from outreach.store import consents, enrolment, people, tasks
from outreach.store.actor import Actor
from outreach.store.reads import unmatched


def place(deployment: Deployment, actor: Actor, task_id: int, member: int) -> int:
    """Let the phone of an unmatched text be a member's, and end its task; return the phone.

    It carries no consent (LAW-40): somebody is asked to get it. Raises NotAsked when the text was placed already, and
    for a member who is not there.
    """
    with deployment.read(actor) as uow:
        if not people.members(uow, [member]):
            raise NotAsked("This member is not there. Search again.")
    with deployment.write(actor) as uow:
        phone = unmatched.phone_of(uow, task_id)
        if phone is None:
            raise NotAsked("This text was placed already, or it has no number. Look at the list again.")
        known = people.members(uow, [member])[member]
        people.lock_phones(uow, [phone, *known.contact_points])
        if phone not in known.contact_points:
            enrolment.link_phones(uow, [(member, phone)])
            uow.audit("phone.linked", f"member:{member}", "LAW-40")
            ask_where_none(uow, known, consents.consents(uow, [phone]).get(phone, ()))
        reached(uow, [member], (TaskKind.VERIFY_PHONE,))
        if tasks.lock_open(uow, task_id) is None:
            raise NotAsked("Somebody placed this text meanwhile. Look at the list again.")
        tasks.resolve(uow, task_id, "done", None)
        uow.audit("text.placed", f"contact_point:{phone}")
        uow.commit()
    return phone
