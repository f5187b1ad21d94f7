"""What people see of a loop: one of eight names, derived from its stage and from what holds it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from outreach.loops.loop import Stage
from outreach.loops.task_clock import Escalation
from outreach.loops.tasks import RULES, Blocker, Priority, TaskKind

TEXT = "text"
OUTCOME = "outcome"
REPLY = "reply"
HOME = "home"


class Status(StrEnum):
    """The eight names."""

    NEW = "new"
    NEEDS_OUTREACH = "needs outreach"
    WAITING_ON_MEMBER = "waiting on member"
    WAITING_ON_CLINIC = "waiting on clinic or partner"
    WAITING_ON_DOCUMENTS = "waiting on documents or authorisation"
    SCHEDULED = "scheduled or in progress"
    ESCALATED = "escalated"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class HeldBy:
    """One hold as a status sees it: a task's kind, an awaited signal's kind, or "text"."""

    name: str
    level: Escalation = Escalation.NONE
    blocker: Blocker | None = None


_PRESSING = frozenset(kind for kind, rule in RULES.items() if rule.priority in (Priority.STAT, Priority.ASAP))
_OF_THE_CLINIC = frozenset(kind for kind, rule in RULES.items() if rule.queue == "clinic_liaison")
_UNDONE = frozenset({Stage.WANTS_CHANGE, Stage.CANNOT_COME, Stage.NOT_KEPT, Stage.UNREACHED})
_PAPERS = frozenset({Blocker.DOCUMENTS, Blocker.AUTHORISATION, Blocker.ELIGIBILITY})
_PARTNERS = frozenset(
    {Blocker.SCHEDULING_CAPACITY, Blocker.TRANSPORT, Blocker.EXTERNAL_PROVIDER, Blocker.CLINICAL_REVIEW}
)


def status_of(stage: Stage, holds: Iterable[HeldBy], told: bool = True) -> Status:
    """Return the status of a loop from its stage and what holds it. `told` says whether any text left.

    What needs a person most comes first: a loop that is escalated and waits for a reply is escalated.
    """
    held = tuple(holds)
    tasks = [hold for hold in held if hold.name in RULES]
    free = {hold.name for hold in tasks if hold.blocker is None or hold.blocker not in _PAPERS | _PARTNERS}
    blockers = {hold.blocker for hold in tasks}
    if stage is Stage.CLOSED:
        return Status.CLOSED
    if any(hold.name in _PRESSING or hold.level >= Escalation.SUPERVISOR for hold in tasks):
        return Status.ESCALATED
    if blockers & _PAPERS:
        return Status.WAITING_ON_DOCUMENTS
    ours = free - _OF_THE_CLINIC - {TaskKind.REVIEW_PAUSE}
    if ours or (stage in _UNDONE and not tasks):
        return Status.NEEDS_OUTREACH
    names = {hold.name for hold in held}
    if tasks and TaskKind.REVIEW_PAUSE in free and not names & _OF_THE_CLINIC:
        return Status.WAITING_ON_MEMBER
    if tasks or stage is Stage.OUTCOME_MISSING or names == {OUTCOME}:
        return Status.WAITING_ON_CLINIC
    if REPLY in names or HOME in names:
        return Status.WAITING_ON_MEMBER
    return Status.SCHEDULED if told or stage in (Stage.CONFIRMED, Stage.ARRIVED) else Status.NEW
