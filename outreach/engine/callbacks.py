"""What a carrier says later about a text: adopted, moved up the lattice, or parked where a person can see it."""

from __future__ import annotations

from typing import Any

from outreach.engine.deployment import Deployment
from outreach.engine.holds import name_holds
from outreach.engine.provider_errors import Failed, apply_provider_error
from outreach.engine.record import Recorded, failed, sent, visit_of, write
from outreach.loops.events import TouchDelivered
from outreach.loops.lattice import rank
from outreach.store import carrier_errors, claims, loops, parking, people, touches
from outreach.store.actor import CARRIER
from outreach.store.unit_of_work import UnitOfWork


def note_status(
    deployment: Deployment, *, touch_id: int, attempt: int, sid: str, status: str, error_code: int | None
) -> None:
    """Apply one status callback. It carries our ids, so it settles even a touch whose worker died (TWI-06)."""
    recorded, paused = Recorded(), []
    with deployment.write(CARRIER) as uow:
        people.lock_phones(uow, touches.phones_of(uow, [touch_id]))
        stored = loops.lock(uow, claims.loops_of(uow, [touch_id]))
        touch = claims.lock_touches(uow, [touch_id]).get(touch_id)
        before = carrier_errors.ended(uow, touch_id, attempt) if touch is not None and touch.sid is None else None
        why = _misfit(touch, attempt, sid, before)
        if why is not None:
            parking.park(uow, touch_id, attempt, sid, status, error_code, why)
        elif not _known(touch, status, before):
            _apply(
                deployment,
                uow,
                touch,
                Failed(touch, attempt, error_code or 0, sid, visit_of(stored, touch)),
                status,
                recorded,
            )
            paused = write(uow, recorded)
            name_holds(uow, stored)
        uow.commit()
    recorded.page(paused)


def _misfit(touch: Any, attempt: int, sid: str, before: str | None) -> str | None:
    """Say why a callback cannot be about this touch's present attempt, or None when it is.

    `before` is the message by which this attempt has failed already, where the touch waits to be tried again.
    """
    if touch is None:
        return "unknown touch"
    if attempt != touch.attempts:
        return "old attempt"
    if (touch.sid or before or sid) != sid:
        return "another message id"
    return None


def _known(touch: Any, status: str, before: str | None) -> bool:
    """Whether a status says nothing new: the lattice only goes up, and an attempt fails once (TWI-12)."""
    if before is not None:
        return rank(status) <= rank(_FAILED_AT_MOST)
    return touch.state in ("sent", "expired") and rank(status) <= touch.carrier_rank


_FAILED_AT_MOST = "undelivered"


def _apply(deployment: Deployment, uow: UnitOfWork, touch: Any, told: Failed, status: str, recorded: Recorded) -> None:
    # A planned touch with this very attempt was given up for lost too early: the carrier has it after all.
    columns = sent(uow, touch, told.sid or "", status)
    if failed(status):
        ending = apply_provider_error(deployment, uow, told)
        columns |= {"heard": touch.heard} | ending.columns
        recorded.failed(touch, told.code, ending)
    else:
        recorded.attempts.append((touch.id, told.attempt, "accepted"))
        if status == "delivered":
            recorded.happened(touch, TouchDelivered(uow.now, touch.step))
    recorded.touches.append((touch.id, columns))
