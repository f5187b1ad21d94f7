"""Repairs what callbacks left undone: statuses that never came (TWI-14), and callbacks that came too early (TWI-13)."""

from __future__ import annotations

from datetime import timedelta

from outreach.engine import callbacks
from outreach.engine.deployment import Deployment
from outreach.loops.lattice import rank
from outreach.store import parking, rounds, unconfirmed
from outreach.store.actor import CARRIER

_STATUSES, _PARKED = "statuses", "parked"
_EVERY = timedelta(minutes=1)
_BATCH = 50


def ask_for_statuses(deployment: Deployment) -> int:
    """Ask the carrier about texts whose end never came; return how many it could say something about.

    After a day without one a text is `sent_unconfirmed`: neither delivered nor failed.
    """
    now, timing = deployment.timer.now(), deployment.settings.timing
    with deployment.read(CARRIER) as uow:
        if not rounds.is_due(uow, _STATUSES, now):
            return 0
        given_up = uow.now - timedelta(seconds=timing.unconfirmed_after)
        due = unconfirmed.unconfirmed(uow, uow.now - timedelta(seconds=timing.status_after), given_up, _BATCH)
    fates = {fate.sid: fate for fate in deployment.lookout.fates([row.sid for row in due])}
    answered = [row for row in due if row.sid in fates]
    for row in answered:
        fate, known = fates[row.sid], row.carrier_rank
        status = fate.status if rank(fate.status) > known else ""
        if row.sent_at <= given_up and max(rank(status), known) < rank("sent_unconfirmed"):
            status = "sent_unconfirmed"
        if status:
            _note(deployment, row.id, row.attempts, row.sid, status, fate.error_code)
    with deployment.write(CARRIER) as uow:
        unconfirmed.asked(uow, [row.id for row in answered])
        if not answered or len(due) < _BATCH:  # else there are more, and they are asked about at once
            rounds.made(uow, _STATUSES, now + _EVERY)
        uow.commit()
    return len(answered)


def match_parked(deployment: Deployment) -> int:
    """Apply parked callbacks whose text is known by now; return how many. After a day they are left, and counted."""
    now = deployment.timer.now()
    with deployment.read(CARRIER) as uow:
        if not rounds.is_due(uow, _PARKED, now):
            return 0
        since = uow.now - timedelta(seconds=deployment.settings.timing.parked_for)
        found = parking.matching(uow, since, _BATCH)
    for row in found:
        _note(deployment, row.touch_id, row.attempts, row.sid, row.status, row.error_code)
    with deployment.write(CARRIER) as uow:
        parking.matched(uow, [row.id for row in found])
        if len(found) < _BATCH:
            rounds.made(uow, _PARKED, now + _EVERY)
        uow.commit()
    return len(found)


def _note(deployment: Deployment, touch: int, attempt: int, sid: str, status: str, code: int | None) -> None:
    callbacks.note_status(deployment, touch_id=touch, attempt=attempt, sid=sid, status=status, error_code=code)
