"""One short function for each thing that people and clinics can ask."""

from __future__ import annotations

from conversations.meaning import Reason
from outreach.engine.decide import decide
from outreach.engine.deployment import Deployment
from outreach.engine.looks import settle_by_person
from outreach.loops.events import Event, NewVisitLinked, OutcomeReported, StaffClosed, TaskResolved
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.tasks import RULES, TaskKind
from outreach.store import events, links, loops, switches, tasks
from outreach.store.actor import Actor
from outreach.store.unit_of_work import UnitOfWork


class NotAsked(Exception):
    """This cannot be asked here: it does not exist, is already done, or is not one of the choices."""


def report_outcome(deployment: Deployment, actor: Actor, loop_id: int, outcome: Outcome, reason: Reason | None) -> None:
    """A clinic says how a visit ended; from its link or by its staff. Raises NotAsked for another clinic's visit."""
    with deployment.write(actor) as uow:
        found = loops.lock(uow, [loop_id])
        if not found or (actor.clinic is not None and found[0].clinic != actor.clinic):
            raise NotAsked(NotAsked.__doc__)
        _happened(uow, loop_id, OutcomeReported(uow.now, outcome, Source.CLINIC_STAFF, reason))
        uow.audit(f"outcome.{outcome}", f"loop:{loop_id}", "OUT-03")
        uow.commit()


def resolve_task(
    deployment: Deployment,
    actor: Actor,
    task_id: int,
    resolution: str,
    reason: Reason | None = None,
    new_loop: int | None = None,
) -> None:
    """A person finishes a task. `new_visit` needs the open loop of the new visit, `no_new_visit` a reason.

    Raises NotAsked when the task is not open, or the resolution is not one of its kind's.
    """
    with deployment.write(actor) as uow:
        task = tasks.lock_open(uow, task_id, new_loop)
        if task is None or resolution not in RULES[TaskKind(task.kind)].resolutions:
            raise NotAsked(NotAsked.__doc__)
        if resolution == "no_new_visit" and reason is None:
            raise NotAsked("Closing without a new visit needs a reason.")
        tasks.resolve(uow, task_id, resolution, reason)
        if task.kind == TaskKind.SEND_UNKNOWN:
            settle_by_person(uow, task.loop_id, task.contact_point_id, resolution == "was_sent", uow.now)
        if task.loop_id is not None:
            _after(uow, task.loop_id, TaskKind(task.kind), resolution, reason, new_loop)
        uow.commit()


def _after(
    uow: UnitOfWork, loop_id: int, kind: TaskKind, resolution: str, reason: Reason | None, new_loop: int | None
) -> None:
    if resolution == "new_visit":
        if new_loop is None or not loops.link_parent(uow, new_loop, loop_id):
            raise NotAsked("A new visit must be an open loop of the same member; choose it, or give a reason instead.")
        _happened(uow, loop_id, NewVisitLinked(uow.now))
    else:
        _happened(uow, loop_id, TaskResolved(uow.now, kind, resolution, reason))


def close_loop(deployment: Deployment, actor: Actor, loop_id: int, reason: Reason) -> None:
    """A person ends a loop, with a reason."""
    with deployment.write(actor) as uow:
        loops.lock(uow, [loop_id])
        _happened(uow, loop_id, StaffClosed(uow.now, reason))
        uow.commit()


def set_freeze(deployment: Deployment, actor: Actor, on: bool) -> None:
    """Hold every text, or release them; what became useless meanwhile is refused by the gate."""
    with deployment.write(actor) as uow:
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
        uow.audit(f"link.issued.{purpose}", "link")
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


def _happened(uow: UnitOfWork, loop_id: int, event: Event) -> None:
    events.append(uow, [(loop_id, event)])
    decide(uow, [loop_id])
