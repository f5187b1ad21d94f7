"""Callbacks nobody could place: kept, because each may be a text that left twice."""

from __future__ import annotations

from sqlalchemy import select

from outreach.store.tables import parked_callback
from outreach.store.unit_of_work import UnitOfWork


def park(uow: UnitOfWork, touch_id: int, fencing: int, sid: str, status: str, error_code: int | None, why: str) -> None:
    """Store a callback with the reason it fits no touch (TWI-13)."""
    parked = parked_callback.c
    same = (parked.touch_id == touch_id) & (parked.fencing == fencing) & (parked.sid == sid) & (parked.status == status)
    if uow.all(select(parked.id).where(same)):
        return  # a replayed request changes nothing (I12)
    row = {"id": uow.next_id(), "touch_id": touch_id, "fencing": fencing, "sid": sid, "status": status}
    uow.insert(parked_callback, [row | {"error_code": error_code, "received_at": uow.now, "why": why}])
    uow.audit(f"callback.parked.{why.replace(' ', '_')}", f"touch:{touch_id}", "TWI-13")
