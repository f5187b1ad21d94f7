"""Protocol 4, Tell: signals to clinics, signed and in order, retried in their own queue, dead-lettered to a task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from outreach.clinics.webhooks import Delivered, NotDelivered
from outreach.engine.deployment import Deployment
from outreach.engine.holds import name_holds
from outreach.engine.refusals import NotAsked
from outreach.loops.sharing import RULE, Information, Recipient, SharingEvent, Workflow, may_share, of_signal
from outreach.loops.tasks import TaskKind
from outreach.store import loops, programs, sharing, signals, work
from outreach.store.actor import WORKER, Actor
from outreach.store.programs import WEBHOOK_SECRET, StoredClinic
from outreach.store.unit_of_work import UnitOfWork

_BATCH = 8  # so many slow clinics in a row still fit into one lease
CANNOT_WAIT = frozenset({"running-late", "ride-problem"})
_LEASE = timedelta(seconds=120)
_FIRST_WAIT, _LONGEST_WAIT = 10.0, 3600.0
# What each part of a signal's body tells; the rest says no more than its kind does.
_SAYS = MappingProxyType(
    dict.fromkeys(("outcome", "source"), Information.OUTCOME)
    | dict.fromkeys(("reason", "reason_fhir", "barriers", "preferences"), Information.REASON)
)


def tell_clinics(deployment: Deployment) -> int:
    """Deliver due signals; return how many were tried or settled."""
    real_now = deployment.timer.now()
    with deployment.read(WORKER) as uow:
        if not signals.any_due(uow):
            return 0
    with deployment.write(WORKER) as uow:
        claimed = signals.claim(uow, real_now, real_now + _LEASE, _BATCH)
        clinics = programs.clinics(uow, {row.clinic_id for row in claimed})
        uow.commit()
    for row in claimed:
        _tell(deployment, clinics[row.clinic_id], row)
    return len(claimed)


def _tell(deployment: Deployment, clinic: StoredClinic, row: Any) -> None:
    """Only now it is asked what the member lets this clinic know: what was said since the signal was written counts."""
    with deployment.read(WORKER) as uow:
        said = sharing.sharing(uow, [row.member_id]).get(row.member_id, ())
    if not _may_hear(said, of_signal(row.kind)):
        _withhold(deployment, row)
        return
    if clinic.webhook_url is None or clinic.webhook_secret is None:
        _show(deployment, clinic, row)
        return
    secret = deployment.database.keyring.open(WEBHOOK_SECRET, clinic.id, clinic.webhook_secret)
    payload = {"type": row.kind, "appointment_id": row.external_id, "version": row.version, **_shared(row.body, said)}
    answer = deployment.webhooks.deliver(clinic.webhook_url, secret, f"sig_{row.id}", deployment.timer.now(), payload)
    with deployment.write(WORKER) as uow:
        match answer:
            case Delivered(status):
                signals.record(uow, row, "delivered", status, row.due_at)
            case NotDelivered(status, retry_after, permanent):
                _not_delivered(uow, clinic, row, status, retry_after, permanent)
        uow.commit()


def _may_hear(said: tuple[SharingEvent, ...], information: Information) -> bool:
    return may_share(said, information, Recipient.CLINIC, Workflow.CLINIC_SIGNAL)


def _shared(body: Mapping[str, Any], said: tuple[SharingEvent, ...]) -> dict[str, Any]:
    """Return a signal's body without what is not for the clinic; nothing tells that something was taken out."""
    gone = {name for name, information in _SAYS.items() if not _may_hear(said, information)}
    return {name: value for name, value in body.items() if name not in gone}


def _withhold(deployment: Deployment, row: Any) -> None:
    """The member's wish stands: no task asks anybody to phone the clinic instead, and the work is a person's anyway."""
    with deployment.write(WORKER) as uow:
        if signals.record(uow, row, "withheld", None, row.due_at):
            uow.audit("signal.withheld", f"signal:{row.id}", RULE)
        uow.commit()


def _show(deployment: Deployment, clinic: StoredClinic, row: Any) -> None:
    """A clinic without a system reads its signals behind its link; what cannot wait is told to it by phone."""
    with deployment.write(WORKER) as uow:
        loop = loops.lock(uow, [row.loop_id])[0]
        ours = signals.record(uow, row, "shown", None, row.due_at)
        if ours and row.kind in CANNOT_WAIT and not signals.loop_task(uow, row.loop_id, TaskKind.PHONE_CLINIC):
            program = programs.programs(uow, [loop.program])[loop.program]
            clock = program.clock(TaskKind.PHONE_CLINIC, uow.now, clinic.office)
            about = {"loop_id": row.loop_id, "member_id": loop.member, "program_id": loop.program}
            task = work.task_row(uow, TaskKind.PHONE_CLINIC, clock, clinic_id=clinic.id, **about)
            work.open_task(uow, [task])
            name_holds(uow, [loop.loop.id])
        uow.commit()


def acted_upon(deployment: Deployment, actor: Actor, signal_id: int) -> None:
    """A clinic did something about a signal; that it has it is another fact. Raises NotAsked for another clinic's."""
    with deployment.write(actor) as uow:
        if not signals.note_acted(uow, signal_id):
            raise NotAsked("This signal is not yours, or was acted upon already.")
        uow.audit("signal.acted", f"signal:{signal_id}", "FHIR-07")
        uow.commit()


def received(deployment: Deployment, actor: Actor, loop_id: int) -> None:
    """A clinic has read, behind its link, what it was told about a visit; that it acted is another fact."""
    with deployment.write(actor) as uow:
        for signal_id in signals.note_received(uow, loop_id):
            uow.audit("signal.received", f"signal:{signal_id}", "FHIR-07")
        uow.commit()


def _not_delivered(
    uow: UnitOfWork, clinic: StoredClinic, row: Any, status: int | None, retry_after: float | None, permanent: bool
) -> None:
    wait = retry_after or min(_FIRST_WAIT * 2 ** (row.attempts - 1), _LONGEST_WAIT)
    again = uow.now + timedelta(seconds=wait)
    if not permanent and again <= row.give_up_at:
        signals.record(uow, row, "due", status, again)
        return
    ours = signals.record(uow, row, "dead", status, row.due_at)
    if ours and not signals.connection_task(uow, clinic.id, TaskKind.CLINIC_UNREACHABLE):
        program_id = loops.get(uow, [row.loop_id])[0].program
        program = programs.programs(uow, [program_id])[program_id]
        clock = program.clock(TaskKind.CLINIC_UNREACHABLE, uow.now, clinic.office)
        work.open_task(uow, [work.task_row(uow, TaskKind.CLINIC_UNREACHABLE, clock, clinic_id=clinic.id)])
