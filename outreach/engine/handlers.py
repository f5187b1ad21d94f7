"""One short function for each thing that people and clinics can ask."""

from __future__ import annotations

from conversations.meaning import Reason
from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.engine.refusals import NotAsked
from outreach.loops.events import ArrivalReported, Event, OutcomeReported, StaffClosed
from outreach.loops.outcomes import Outcome, Source
from outreach.store import events, links, loops, switches
from outreach.store.actor import Actor
from outreach.store.unit_of_work import UnitOfWork

TOLD_BY = (Source.CLINIC_STAFF, Source.RIDE_VENDOR, Source.MEMBER)  # whom a person may have an outcome from


def report_outcome(
    deployment: Deployment,
    actor: Actor,
    loop_id: int,
    outcome: Outcome,
    reason: Reason | None,
    source: Source = Source.CLINIC_STAFF,
) -> None:
    """A clinic says how a visit ended on its link, or a person does and says where they know it from.

    Raises NotAsked for another clinic's visit, and for a source that is not theirs to name.
    """
    if source not in (TOLD_BY if actor.clinic is None else (Source.CLINIC_STAFF,)):
        raise NotAsked("Say who told you: the clinic's staff, the ride's driver or broker, or the member.")
    with deployment.write(actor) as uow:
        found = loops.lock(uow, [loop_id])
        if not found or (actor.clinic is not None and found[0].clinic != actor.clinic):
            raise NotAsked(NotAsked.__doc__)
        happened(uow, loop_id, OutcomeReported(uow.now, outcome, source, reason))
        uow.audit(f"outcome.{outcome}", f"loop:{loop_id}", "OUT-03")
        uow.commit()


def report_arrival(deployment: Deployment, actor: Actor, loop_id: int) -> None:
    """A clinic says that the member is there. Raises NotAsked for another clinic's visit, and on any other day."""
    with deployment.write(actor) as uow:
        found = loops.lock(uow, [loop_id])
        if not found or (actor.clinic is not None and found[0].clinic != actor.clinic):
            raise NotAsked(NotAsked.__doc__)
        if not found[0].loop.on_its_day(uow.now):
            raise NotAsked("The visit is not today.")
        happened(uow, loop_id, ArrivalReported(uow.now))
        uow.audit("arrival.reported", f"loop:{loop_id}", "OUT-03")
        uow.commit()


def close_loop(deployment: Deployment, actor: Actor, loop_id: int, reason: Reason) -> None:
    """A person ends a loop, with a reason."""
    with deployment.write(actor) as uow:
        loops.lock(uow, [loop_id])
        happened(uow, loop_id, StaffClosed(uow.now, reason))
        uow.commit()


RESTORING = "restore"  # the switch of restore mode


def set_freeze(deployment: Deployment, actor: Actor, on: bool) -> None:
    """Hold every text, or release them; what became useless meanwhile is refused by the gate.

    Raises NotAsked in restore mode: what left since the backup would leave again (I28).
    """
    with deployment.write(actor) as uow:
        if not on and switches.is_on(uow, RESTORING):
            raise NotAsked(
                "Restore mode: no text leaves before `outreach restore finish` has found everything in order."
            )
        switches.turn(uow, "freeze", on)
        uow.audit(f"sends.{'freeze' if on else 'unfreeze'}", "switch:freeze")
        uow.commit()


def frozen(deployment: Deployment, actor: Actor) -> bool:
    """Whether sending is held."""
    with deployment.read(actor) as uow:
        return switches.is_on(uow, "freeze")


def issue_link(deployment: Deployment, actor: Actor, purpose: str, subject: dict[str, object], hours: float) -> str:
    """Return the token of a new single-purpose link that expires after `hours` of real time."""
    token = deployment.timer.token()
    with deployment.write(actor) as uow:
        links.issue(uow, token, purpose, subject, deployment.timer.now(), hours)
        uow.audit(f"link.issued.{purpose}", f"loop:{subject['loop']}" if "loop" in subject else "link")
        uow.commit()
    return token


def redeem_link(deployment: Deployment, actor: Actor, purpose: str, token: str, once: bool) -> dict[str, object] | None:
    """Return a link's subject, or None when it is unknown, expired, of another purpose, or used (when `once`)."""
    with deployment.write(actor) as uow:
        subject = links.redeem(uow, token, purpose, deployment.timer.now(), once)
        if subject is not None:
            uow.audit(f"link.redeemed.{purpose}", "link")
        uow.commit()
    return subject


def happened(uow: UnitOfWork, loop_id: int, event: Event) -> None:
    """Let a locked loop hear of something and decide, in this transaction."""
    events.append(uow, [(loop_id, event)])
    decide(uow, [loop_id])
