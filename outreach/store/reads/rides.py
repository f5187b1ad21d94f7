"""The ride of a loop as people see it; what the driver must know is opened only when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from outreach.store.tables import trip
from outreach.store.trips import NEEDS
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class LegRow:
    """One broker trip that is booked now; a will-call leg has no window."""

    id: int
    leg: str
    broker: str
    trip_id: str
    status: str
    pickup_from: datetime | None
    pickup_until: datetime | None
    will_call: bool
    phone: str | None
    service: str
    recorded_by: str
    recorded_at: datetime


def legs(uow: UnitOfWork, loop_id: int) -> list[LegRow]:
    """Return the booked trips of a loop, the way there first."""
    columns = [trip.c[name] for name in LegRow.__dataclass_fields__]
    rows = uow.all(select(*columns).where(trip.c.loop_id == loop_id, trip.c.current).order_by(trip.c.id))
    return [LegRow(**row._mapping) for row in rows]


def needs(uow: UnitOfWork, loop_id: int) -> str:
    """Return what the driver of the booked ride must know, opened; the caller audits the view."""
    query = select(trip.c.id, trip.c.needs).where(trip.c.loop_id == loop_id, trip.c.current, trip.c.needs.is_not(None))
    rows = uow.all(query.order_by(trip.c.id).limit(1))
    return uow.keyring.open(NEEDS, rows[0].id, rows[0].needs) if rows else ""
