"""Calls whose end nobody told us: the carrier is asked, and past a deadline a person finds out (TWI-14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from conversations.calls.answered_by import AnsweredBy
from outreach.channels.carrier import CallStatus
from outreach.engine import call_ends, call_progress
from outreach.engine.call_ends import CallEnd
from outreach.engine.deployment import Deployment
from outreach.loops.call_outcomes import CallOutcome
from outreach.store import calls, claims, loops, people
from outreach.store.actor import CARRIER
from outreach.store.calls import StoredCall

_BATCH = 50


def ask_for_ends(deployment: Deployment) -> int:
    """Ask the carrier about calls whose end is overdue, ours and those to us; return how many were asked about."""
    return _ask_about_ours(deployment) + _ask_about_theirs(deployment)


def _ask_about_ours(deployment: Deployment) -> int:
    with deployment.read(CARRIER) as uow:
        due = claims.calls_unended(uow, deployment.timer.now(), _BATCH)
    told = _asked(deployment, [row.sid for row in due if row.sid])
    for row in due:
        _settle(deployment, row, told.get(row.sid))
    return len(due)


def _ask_about_theirs(deployment: Deployment) -> int:
    """Whoever called in vain is called back, even where nobody said that the call was over (I10).

    Twice as long as any call lasts, it is over whatever the carrier says, or does not say.
    """
    longest = timedelta(seconds=deployment.settings.timing.call_to_task)
    with deployment.read(CARRIER) as uow:
        due, now = calls.unended(uow, uow.now - longest, _BATCH), uow.now
    told = _asked(deployment, [call.sid for call in due])
    ended = 0
    for call in due:
        found = told.get(call.sid)
        if found is not None and found.over:
            call_progress.end_of_theirs(deployment, call, found)
        elif (found is not None and not found.status) or now - call.started_at > 2 * longest:
            call_progress.end_of_theirs(deployment, call, CallStatus(call.sid, "completed"))
        else:
            continue
        ended += 1
    return ended


def _asked(deployment: Deployment, sids: Sequence[str]) -> dict[str, CallStatus]:
    return {told.sid: told for told in deployment.lookout.call_fates(sids)} if sids else {}


def _settle(deployment: Deployment, row: Any, fate: CallStatus | None) -> None:
    timing, now = deployment.settings.timing, deployment.timer.now()
    with deployment.write(CARRIER) as uow:
        if fate is not None and fate.over:
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


def _told(row: Any, fate: CallStatus, call: StoredCall | None, at: datetime) -> CallEnd:
    """What was pressed on a call stands in our own rows, and nowhere else."""
    known = AnsweredBy(call.answered_by) if call and call.answered_by else None
    return CallEnd(
        touch_id=row.id,
        attempt=row.attempts,
        call_id=call.id if call else None,
        status=fate,
        answered_by=fate.answered_by or known,
        pressed=call is not None and (bool(call.keys) or (call.state is not None and call.state.pressed)),
        left_voicemail=call is not None and call.voicemail,
        opted_out=call is not None and call.refusal is not None,
        at=at,
    )
