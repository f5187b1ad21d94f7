"""Calls whose end nobody told us: the carrier is asked, and past a deadline a person finds out (TWI-14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from conversations.calls.answered_by import AnsweredBy
from outreach.channels.carrier import CallFate
from outreach.engine import call_ends
from outreach.engine.call_ends import CallEnd
from outreach.engine.deployment import Deployment
from outreach.loops.call_outcomes import CallOutcome
from outreach.store import calls, claims, loops, people
from outreach.store.actor import CARRIER
from outreach.store.calls import StoredCall

_BATCH = 50
_OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the carrier said when it was asked: of causes it says nothing there."""

    sid: str
    status: str
    sip_code: int | None = None
    error_code: int | None = None


def ask_for_ends(deployment: Deployment) -> int:
    """Ask the carrier about calls whose lease is over; return how many were asked about."""
    with deployment.read(CARRIER) as uow:
        due = claims.calls_unended(uow, deployment.timer.now(), _BATCH)
    if not due:
        return 0
    fates = {fate.sid: fate for fate in deployment.lookout.call_fates([row.sid for row in due if row.sid])}
    for row in due:
        _settle(deployment, row, fates.get(row.sid))
    return len(due)


def _settle(deployment: Deployment, row: Any, fate: CallFate | None) -> None:
    timing, now = deployment.settings.timing, deployment.timer.now()
    with deployment.write(CARRIER) as uow:
        if fate is not None and fate.status in _OVER:
            call_ends.end(uow, _told(row, fate, calls.of_attempt(uow, row.id, row.attempts), uow.now))
            uow.commit()
            return
        people.lock_phones(uow, [row.contact_point_id])
        loops.lock(uow, claims.loops_of(uow, [row.id]))
        touch = claims.lock_touches(uow, [row.id])[row.id]
        attempt = claims.get_attempt(uow, row.id, row.attempts)
        if (touch.state, touch.attempts, touch.sid) != ("sent", row.attempts, row.sid) or touch.lease_until is None:
            return
        if attempt is None or now - attempt.started_at > timedelta(seconds=timing.call_to_task):
            call_ends.over(uow, touch, CallOutcome.UNKNOWN, row.sid, touch.carrier_status or "", None)
        else:
            again = now + timedelta(seconds=timing.call_ends)
            claims.set_touches(uow, [(touch.id, {"lease_until": again, "looks": touch.looks + 1})])
        uow.commit()


def _told(row: Any, fate: CallFate, call: StoredCall | None, at: datetime) -> CallEnd:
    """What was pressed on a call stands in our own rows, and nowhere else."""
    heard = fate.answered_by or (call.answered_by if call else None)
    return CallEnd(
        touch_id=row.id,
        attempt=row.attempts,
        call_id=call.id if call else None,
        status=_Asked(fate.sid, fate.status),
        answered_by=AnsweredBy.read(heard) if heard else None,
        pressed=call is not None and (bool(call.keys) or (call.state is not None and call.state.pressed)),
        left_voicemail=call is not None and call.voicemail,
        opted_out=call is not None and call.refusal is not None,
        at=at,
    )
