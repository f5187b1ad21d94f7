"""What the carrier tells of a call on its way: ordered by its own count, applied once, and its end told to the loop."""

from __future__ import annotations

from typing import Any

from conversations.calls.answered_by import AnsweredBy
from conversations.calls.call import Direction
from outreach.channels.carrier import CallStatus
from outreach.engine import call_ends
from outreach.engine.call_ends import CallEnd
from outreach.engine.calls import WITHHELD, called, caller, number_of
from outreach.engine.deployment import Deployment
from outreach.engine.line import Line, line_of, open_tasks
from outreach.loops.tasks import TaskKind
from outreach.store import calls, parking, people
from outreach.store.actor import CARRIER
from outreach.store.callbacks import Told
from outreach.store.calls import StoredCall, UnendedCall
from outreach.store.unit_of_work import UnitOfWork

MISSED, TALKED = "missed", "talked"  # how a call to us ended


def of_ours(deployment: Deployment, touch_id: int, attempt: int, told: CallStatus) -> None:
    """Apply what is told of a call of ours; of a touch or an attempt that nobody knows it is kept for a person."""
    with deployment.write(CARRIER) as uow:
        wanted = calls.called_for(uow, touch_id)
        if wanted is None or attempt > wanted.attempts:
            parking.park(uow, Told(touch_id, attempt, told.sid, told.status, told.error_code), "unknown touch")
            uow.commit()
            return
        people.lock_phones(uow, [wanted.phone])
        stored = calls.begun(uow, told.sid, Direction.OUTBOUND, wanted.phone, **wanted.of_attempt(attempt))
        if (stored.touch, stored.attempt, stored.phone) == (touch_id, attempt, wanted.phone) and _news(stored, told):
            columns = _columns(uow, told)
            if told.over:
                columns["outcome"] = call_ends.end(uow, _end(uow, stored, told))
            calls.change(uow, stored.id, columns)
        uow.commit()


def of_theirs(deployment: Deployment, from_: str, to: str, told: CallStatus) -> None:
    """Apply what is told of a call to us. Whoever hung up before any key is called back (I10)."""
    with deployment.write(CARRIER) as uow:
        line = caller(uow, from_)
        program = called(uow, line, to)
        about = {"program_id": program.id if program is not None else None}
        stored = calls.begun(uow, told.sid, Direction.INBOUND, line.phone, **about)
        if (stored.direction, stored.phone) == (Direction.INBOUND, line.phone) and _news(stored, told):
            _apply(uow, line, stored, told, withheld=number_of(from_) == WITHHELD)
        uow.commit()


def end_of_theirs(deployment: Deployment, call: UnendedCall, told: CallStatus) -> None:
    """End a call to us whose end nobody told, unless it was told meanwhile."""
    with deployment.write(CARRIER) as uow:
        people.lock_phones(uow, [call.phone])
        line, stored = line_of(uow, call.phone), calls.of_sid(uow, call.sid)
        if stored is not None and stored.ended_at is None:
            _apply(uow, line, stored, told, withheld=people.phones(uow, [call.phone])[call.phone].number == WITHHELD)
            uow.commit()


def _apply(uow: UnitOfWork, line: Line, stored: StoredCall, told: CallStatus, *, withheld: bool) -> None:
    columns = _columns(uow, told)
    if told.over:
        columns["outcome"] = _ended(uow, line, stored, withheld=withheld)
    calls.change(uow, stored.id, columns)


def _news(stored: StoredCall, told: CallStatus) -> bool:
    """Whether this comes after what was applied; one without its place counts only when it says that the call ended."""
    if stored.ended_at is not None:
        return False
    return told.sequence > stored.sequence or told.over


def _columns(uow: UnitOfWork, told: CallStatus) -> dict[str, Any]:
    found: dict[str, Any] = {"status": told.status}
    if told.sequence >= 0:
        found["sequence"] = told.sequence
    if told.answered_by is not None:
        found["answered_by"] = told.answered_by
    if told.over:
        found |= {"ended_at": uow.now, "seconds": told.seconds, "document": None}
    return found


def _end(uow: UnitOfWork, stored: StoredCall, told: CallStatus) -> CallEnd:
    heard = AnsweredBy(stored.answered_by) if stored.answered_by else None
    return CallEnd(
        touch_id=stored.touch or 0,
        attempt=stored.attempt or 0,
        call_id=stored.id,
        status=told,
        answered_by=told.answered_by or heard,
        pressed=stored.state is not None and stored.state.pressed,
        left_voicemail=stored.voicemail,
        opted_out=stored.refusal == "opt_out",
        at=uow.now,
    )


def _ended(uow: UnitOfWork, line: Line, stored: StoredCall, *, withheld: bool) -> str:
    """Return how a call to us ended. One that nobody could hear at our side was missed too."""
    if stored.state is not None and stored.state.pressed:
        return TALKED
    if not withheld:
        open_tasks(uow, line, [TaskKind.MISSED_CALL])
        uow.audit("call.missed", f"call:{stored.id}")
    return MISSED
