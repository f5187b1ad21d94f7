"""Out of doubt: expired leases become unknown, and what is unknown is looked up before anything is sent again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from outreach.channels.carrier import CannotLook, Listed
from outreach.engine.deployment import Deployment
from outreach.engine.holds import name_holds
from outreach.engine.record import Recorded, left, withdraw, write
from outreach.loops.consent import Channel
from outreach.loops.events import TouchUnresolved
from outreach.loops.tasks import TaskKind
from outreach.settings import number_called_from
from outreach.store import claims, loops, people, programs, work
from outreach.store.actor import WORKER
from outreach.store.unit_of_work import UnitOfWork

_BATCH = 50
_SKEW = timedelta(seconds=5)
LOOKS = 2


def expire_leases(deployment: Deployment) -> int:
    """A claim whose lease ended is unknown, never due: it may have left (I5)."""
    with deployment.read(WORKER) as uow:
        if not claims.past_lease(uow, "claimed", deployment.timer.now(), 1):
            return 0
    with deployment.write(WORKER) as uow:
        expired = claims.past_lease(uow, "claimed", deployment.timer.now(), _BATCH)
        stored = loops.lock(uow, {row.loop_id for row in expired if row.loop_id})
        rows = claims.lock_touches(uow, [row.id for row in expired])
        # The lease is longer than posting and settling together, so the look-up need not wait again.
        lost = [touch for touch in rows.values() if touch.state == "claimed"]
        claims.set_touches(uow, [(t.id, {"state": "unknown", "lease_until": deployment.timer.now()}) for t in lost])
        claims.end_attempts(uow, [(touch.id, touch.attempts, "unknown") for touch in lost])
        name_holds(uow, [each.loop.id for each in stored])
        uow.commit()
    return len(lost)


def look_up_unknown(deployment: Deployment) -> int:
    """Ask the carrier about each touch whose settle time is over; return how many were asked about."""
    with deployment.read(WORKER) as uow:
        due = claims.past_lease(uow, "unknown", deployment.timer.now(), _BATCH)
    for row in due:
        _look_up(deployment, row)
    return len(due)


def _look_up(deployment: Deployment, row: Any) -> None:
    with deployment.read(WORKER) as uow:
        attempt = claims.get_attempt(uow, row.id, row.attempts)
        number = people.phones(uow, [row.contact_point_id])[row.contact_point_id].number
    if attempt is None:
        raise LookupError(f"Touch {row.id} is unknown but has no attempt {row.attempts}; its rows were damaged.")
    listed = _listed(deployment, row, number, attempt)
    with deployment.write(WORKER) as uow:
        people.lock_phones(uow, [row.contact_point_id])  # two texts of one body must not adopt the same sid
        stored = loops.lock(uow, [row.loop_id] if row.loop_id else [])
        touch = claims.lock_touches(uow, [row.id])[row.id]
        if (touch.state, touch.attempts, touch.looks) == ("unknown", row.attempts, row.looks):
            _settle(deployment, uow, touch, attempt, listed)
            name_holds(uow, [each.loop.id for each in stored])
        uow.commit()


def _listed(deployment: Deployment, row: Any, number: str, attempt: Any) -> Sequence[Listed] | None:
    """Return what the carrier has that may be this one, or None when it cannot be asked now.

    A call has no words to know it by: one from our number to theirs since then is taken for it.
    """
    since, caller = attempt.started_at - _SKEW, number_called_from(deployment.settings.sender_for(row.sender))
    try:
        if caller is None:
            return deployment.lookout.sent_to(number, since)
        made = deployment.lookout.called(caller, number, since)
    except CannotLook:
        return None
    return [Listed(call.sid, attempt.body_sha256, call.status, call.created_at) for call in made]


def _settle(deployment: Deployment, uow: UnitOfWork, touch: Any, attempt: Any, listed: Sequence[Listed] | None) -> None:
    timing, now, recorded = deployment.settings.timing, deployment.timer.now(), Recorded()
    ours = [message for message in listed or () if message.body_sha256 == attempt.body_sha256]
    taken = claims.known_sids(uow, [message.sid for message in ours])
    found = next((message for message in ours if message.sid not in taken), None)
    if found is not None:
        recorded.touches.append((touch.id, left(deployment, uow, touch, found.sid, found.status)))
        recorded.attempts.append((touch.id, touch.attempts, "accepted"))
        uow.audit("touch.adopted", f"touch:{touch.id}", "TWI-06")
    elif listed is None and now - attempt.started_at > timedelta(seconds=timing.unknown_to_task):
        recorded.touches.append((touch.id, {"lease_until": None}))
        to_a_person(uow, touch, recorded)
    elif listed is None or touch.looks + 1 < LOOKS:
        again = now + timedelta(seconds=timing.look_again)
        looks = touch.looks if listed is None else touch.looks + 1
        recorded.touches.append((touch.id, {"looks": looks, "lease_until": again}))
    elif touch.channel == Channel.VOICE:
        # The list may be late, and a phone that rang cannot be un-rung: a person sees to it before it rings again.
        recorded.touches.append((touch.id, {"lease_until": None}))
        to_a_person(uow, touch, recorded)
    else:
        _not_sent(uow, touch, recorded)
    write(uow, recorded)


def _not_sent(uow: UnitOfWork, touch: Any, recorded: Recorded) -> None:
    """Twice not found: due again, and judged again by the gate before it may leave."""
    recorded.touches.append((touch.id, {"state": "planned", "looks": 0, "lease_until": None}))
    recorded.attempts.append((touch.id, touch.attempts, "not_sent"))
    withdraw(uow, [touch.id])
    uow.audit("touch.not_sent", f"touch:{touch.id}", "TWI-06")


def to_a_person(uow: UnitOfWork, touch: Any, recorded: Recorded) -> None:
    """A loop opens its own task; an answer that belongs to no loop, such as a STOP's, needs an owner too."""
    recorded.happened(touch, TouchUnresolved(uow.now, touch.step))
    if touch.loop_id is None:
        kind = TaskKind.SEND_UNKNOWN
        about = {"program_id": touch.program_id, "member_id": touch.member_id, "reply_id": touch.reply_id}
        clock = programs.programs(uow, [touch.program_id])[touch.program_id].clock(kind, uow.now)
        row = work.task_row(uow, kind, clock, contact_point_id=touch.contact_point_id, **about)
        work.open_task(uow, [row])


def settle_by_person(uow: UnitOfWork, loop_id: int | None, phone: int | None, was_sent: bool, at: datetime) -> None:
    """A person found out what no list could say; the loop, or the phone, is locked."""
    recorded = Recorded()
    for touch in claims.unresolved_of(uow, loop_id, phone):
        if was_sent:
            recorded.touches.append((touch.id, {"state": "sent", "sent_at": at, "lease_until": None}))
            recorded.attempts.append((touch.id, touch.attempts, "accepted"))
        else:
            _not_sent(uow, touch, recorded)
    write(uow, recorded)
