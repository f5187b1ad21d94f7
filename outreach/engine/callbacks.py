"""What a carrier says later about a text: adopted, moved up the lattice, or parked where a person can see it."""

from __future__ import annotations

from typing import Any

from outreach.engine.deployment import Deployment
from outreach.engine.holds import name_holds
from outreach.engine.provider_errors import act_on_error
from outreach.engine.record import Recorded, failed, sent, write
from outreach.loops.events import TouchDelivered, TouchFailed
from outreach.loops.lattice import rank
from outreach.store import claims, loops, parking, people, touches
from outreach.store.actor import CARRIER
from outreach.store.unit_of_work import UnitOfWork


def note_status(
    deployment: Deployment, *, touch_id: int, attempt: int, sid: str, status: str, error_code: int | None
) -> None:
    """Apply one status callback. It carries our ids, so it settles even a touch whose worker died (TWI-06)."""
    with deployment.write(CARRIER) as uow:
        people.lock_phones(uow, touches.phones_of(uow, [touch_id]))
        stored = loops.lock(uow, claims.loops_of(uow, [touch_id]))
        touch = claims.lock_touches(uow, [touch_id]).get(touch_id)
        why = _misfit(touch, attempt, sid)
        if why is not None:
            parking.park(uow, touch_id, attempt, sid, status, error_code, why)
        else:
            _apply(uow, touch, attempt, sid, status, error_code)
            name_holds(uow, stored)
        uow.commit()


def _misfit(touch: Any, attempt: int, sid: str) -> str | None:
    """Say why a callback cannot be about this touch's present attempt, or None when it is."""
    if touch is None:
        return "unknown touch"
    if attempt != touch.attempts:
        return "old attempt"
    if touch.sid is not None and touch.sid != sid:
        return "another message id"
    return None


def _apply(uow: UnitOfWork, touch: Any, attempt: int, sid: str, status: str, error_code: int | None) -> None:
    if touch.state == "sent" and rank(status) <= touch.carrier_rank:
        return
    recorded = Recorded()
    # A planned touch with this very attempt was given up for lost too early: the carrier has it after all.
    recorded.attempts.append((touch.id, attempt, "accepted"))
    columns = sent(uow, touch, sid, status)
    if failed(status):
        code = error_code or 0
        columns |= {"error_code": code, "heard": touch.heard}
        recorded.withdrawn.append(touch.id)  # the question never reached anybody
        recorded.happened(touch, TouchFailed(uow.now, touch.step, code))
        act_on_error(uow, touch, code)
    elif status == "delivered":
        recorded.happened(touch, TouchDelivered(uow.now, touch.step))
    recorded.touches.append((touch.id, columns))
    write(uow, recorded)
