"""The end of a call of ours: what became of it, what follows for the number and the loop, and what is tried next.

`completed` is never "reached" (TWI-40). What follows is decided in the transaction in which the end is stored, so that
the loop is held at every moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conversations.calls.answered_by import AnsweredBy
from outreach.channels.carrier import CallStatus
from outreach.engine.call_attempts import goes_on, of_step
from outreach.engine.decide import decide
from outreach.engine.line import line_of, open_tasks
from outreach.engine.record import placed
from outreach.loops.call_outcomes import CallOutcome, EndedCall, outcome
from outreach.loops.calling import CallAttempt
from outreach.loops.consent import Channel
from outreach.loops.events import CallEnded
from outreach.loops.lattice import rank
from outreach.store import carrier_errors, claims, events, loops, people, touches
from outreach.store.unit_of_work import UnitOfWork

# Somebody, or something, took the call: the number is alive.
_ANSWERED = frozenset({CallOutcome.REACHED, CallOutcome.HUNG_UP, CallOutcome.VOICEMAIL})


@dataclass(frozen=True, slots=True)
class CallEnd:
    """A call that is over: which attempt of which touch, what the carrier says, and what happened on it.

    `pressed`: a key was pressed, or something said. `at` is when it ended, on the calendar.
    """

    touch_id: int
    attempt: int
    call_id: int | None
    status: CallStatus
    answered_by: AnsweredBy | None
    pressed: bool
    left_voicemail: bool
    opted_out: bool
    at: datetime


def end(uow: UnitOfWork, ended: CallEnd) -> CallOutcome | None:
    """Store the end of a call and let its loop decide; return what became of it, or None when it is no news.

    Locks its phone, its loop and its touch, in this order. Told twice, or of an older attempt, it changes nothing.
    """
    people.lock_phones(uow, touches.phones_of(uow, [ended.touch_id]))
    loops.lock(uow, claims.loops_of(uow, [ended.touch_id]))
    touch = claims.lock_touches(uow, [ended.touch_id]).get(ended.touch_id)
    if touch is None or not _fits(touch, ended):
        uow.audit("call.end_of_nothing", f"touch:{ended.touch_id}", "TWI-13")
        return None
    if touch.call_outcome is not None:
        return None
    status = ended.status
    what = outcome(
        EndedCall(
            status.status, ended.answered_by, ended.pressed or ended.opted_out, ended.left_voicemail, status.sip_code,
            status.error_code,
        )
    )  # fmt: skip
    over(uow, touch, what, status.sid, status.status, status.error_code)
    return what


def made(uow: UnitOfWork, touch_id: int, attempt: int, sid: str) -> bool:
    """Note that a call in doubt was made after all: the carrier asks what to say, and names our ids (TWI-06).

    Its end is awaited from here, as the lease says that its doubt had; a person who was asked need not look.
    """
    touch = claims.lock_touches(uow, [touch_id]).get(touch_id)
    if touch is None or touch.attempts != attempt or touch.sid is not None or touch.state not in ("claimed", "unknown"):
        return False
    columns = placed(uow, touch, sid, "in-progress") | {"lease_until": touch.lease_until}
    claims.set_touches(uow, [(touch.id, columns)])
    claims.end_attempts(uow, [(touch.id, attempt, "accepted")])
    return True


def over(uow: UnitOfWork, touch: Any, what: CallOutcome, sid: str, status: str, code: int | None) -> None:
    """Write what became of a locked touch's call, and what follows from it."""
    columns = placed(uow, touch, sid, status) | {"call_outcome": what, "error_code": code}
    columns["carrier_rank"] = rank("delivered" if what in _ANSWERED else "undelivered")
    claims.set_touches(uow, [(touch.id, columns)])
    if code is not None:
        carrier_errors.note(uow, touch.id, touch.attempts, "failed", code, sid)
    else:
        claims.end_attempts(uow, [(touch.id, touch.attempts, "accepted")])
    if what.number_state is not None:
        people.set_state(uow, touch.contact_point_id, what.number_state)
    uow.audit(f"call.{what}", f"touch:{touch.id}", "TWI-40")
    if touch.loop_id is None:
        if what.task is not None:
            open_tasks(uow, line_of(uow, touch.contact_point_id), [what.task], member=touch.member_id)
        return
    calls = [*of_step(uow, touch), CallAttempt(columns["sent_at"], what)]
    event = CallEnded(uow.now, touch.step, what, again=goes_on(uow, touch, calls))
    events.append(uow, [(touch.loop_id, event)])
    decide(uow, [touch.loop_id])


def _fits(touch: Any, ended: CallEnd) -> bool:
    ours = touch.channel == Channel.VOICE and touch.attempts == ended.attempt
    return ours and (touch.sid or ended.status.sid) == ended.status.sid and touch.state in touches.LEFT
