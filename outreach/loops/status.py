"""What people see of a loop: one of eight names, derived from its stage and from what holds it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from outreach.loops.loop import Stage
from outreach.loops.tasks import RULES, Priority, TaskKind

TEXT = "text"
OUTCOME = "outcome"
REPLY = "reply"


class Status(StrEnum):
    """The eight names. No appointment waits on documents; that name is for lanes that need an authorisation."""

    NEW = "new"
    NEEDS_OUTREACH = "needs outreach"
    WAITING_ON_MEMBER = "waiting on member"
    WAITING_ON_CLINIC = "waiting on clinic or partner"
    WAITING_ON_DOCUMENTS = "waiting on documents or authorisation"
    SCHEDULED = "scheduled or in progress"
    ESCALATED = "escalated"
    CLOSED = "closed"


_ESCALATED = frozenset(kind for kind, rule in RULES.items() if rule.priority in (Priority.STAT, Priority.ASAP))
_OF_THE_CLINIC = frozenset(kind for kind, rule in RULES.items() if rule.queue == "clinic_liaison")
_OF_OURSELVES = frozenset(TaskKind) - _ESCALATED - _OF_THE_CLINIC
_UNDONE = frozenset({Stage.WANTS_CHANGE, Stage.CANNOT_COME, Stage.NOT_KEPT})


def status_of(stage: Stage, holds: Iterable[str], told: bool = True) -> Status:
    """Return the status of a loop from its stage and the names of what holds it.

    A hold is named by its task's kind, by the awaited signal's kind, or "text". `told` says whether any text left.
    What needs a person most comes first: a loop that is escalated and waits for a reply is escalated.
    """
    held = frozenset(holds)
    if stage is Stage.CLOSED:
        return Status.CLOSED
    if held & _ESCALATED:
        return Status.ESCALATED
    if held & _OF_OURSELVES or (stage in _UNDONE and not held & _OF_THE_CLINIC):
        return Status.NEEDS_OUTREACH
    if stage is Stage.OUTCOME_MISSING or held & _OF_THE_CLINIC or held == {OUTCOME}:
        return Status.WAITING_ON_CLINIC
    if REPLY in held:
        return Status.WAITING_ON_MEMBER
    return Status.SCHEDULED if told or stage is Stage.CONFIRMED else Status.NEW
