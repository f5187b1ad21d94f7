"""What a carrier's error means for the phone: one function for both paths, answer and callback (TWI-33)."""

from __future__ import annotations

from typing import Any

from outreach.engine import opting
from outreach.engine.line import line_of, open_tasks
from outreach.engine.opting import Word
from outreach.loops.failures import FailureClass, failure_class
from outreach.loops.numbers import NumberState
from outreach.loops.tasks import TaskKind
from outreach.store import people
from outreach.store.unit_of_work import UnitOfWork

_STATES = dict.fromkeys((21614, 21635, 30006), NumberState.LANDLINE) | {30004: NumberState.BLOCKED}


def act_on_error(uow: UnitOfWork, touch: Any, code: int) -> None:
    """Suppress or mark the locked phone of a touch as the error table says; whoever calls tells its own loop."""
    match failure_class(code):
        case FailureClass.SUPPRESSION:
            _blocked(uow, touch, code)
        case FailureClass.PERMANENT:
            people.set_state(uow, touch.contact_point_id, _STATES.get(code, NumberState.INVALID))
        case FailureClass.TEMPORARY | FailureClass.CONFIGURATION:
            return


def _blocked(uow: UnitOfWork, touch: Any, code: int) -> None:
    """21610 is not always a STOP (TWI-32): without another word it is treated as one, and a person finds out why."""
    line = line_of(uow, touch.contact_point_id)
    if line.silent:
        return
    opting.stopped(uow, line, Word("provider_sync", f"CARRIER-{code}", f"touch:{touch.id}"))
    open_tasks(uow, line, [TaskKind.UNKNOWN_BLOCK_REASON], member=touch.member_id)
