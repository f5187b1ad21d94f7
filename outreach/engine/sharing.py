"""A member says what may be told about them, and to whom; it counts from this moment on."""

from __future__ import annotations

from outreach.engine.deployment import Deployment
from outreach.engine.provenance import pointer
from outreach.engine.refusals import NotAsked
from outreach.loops.sharing import (
    NEVER,
    Information,
    Recipient,
    SharingAction,
    SharingEvent,
    Workflow,
    may_share,
)
from outreach.store import people
from outreach.store import sharing as store
from outreach.store.actor import Actor


def set_sharing(
    deployment: Deployment,
    actor: Actor,
    member: int,
    information: Information,
    recipient: Recipient,
    workflow: Workflow,
    allowed: bool,
    source: str,
    evidence: str,
) -> None:
    """Note a member's limit or permission; saying again what already holds adds nothing.

    `source` is how they said it, `evidence` where that can be found. Raises NotAsked for what no permission opens, for
    an unknown member, and without evidence.
    """
    if allowed and (information, recipient) in NEVER:
        raise NotAsked("This is told to nobody outside, whoever permits it.")
    how, proof = pointer(source, "Say how the member told you."), pointer(evidence)
    with deployment.write(actor) as uow:
        known = people.members(uow, [member])
        if not known:
            raise NotAsked(NotAsked.__doc__)
        people.lock_phones(uow, known[member].contact_points)  # of two who say so at once, the second sees the first
        said = store.sharing(uow, [member]).get(member, ())
        if may_share(said, information, recipient, workflow) is allowed:
            return
        action = SharingAction.ALLOW if allowed else SharingAction.LIMIT
        store.note(uow, member, SharingEvent(action, uow.now, information, recipient, workflow), how, proof)
        uow.commit()
