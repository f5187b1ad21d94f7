"""Broker trips as rows: one for each leg, kept when they are given up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import select, update

from outreach.loops.rides import Leg, Trip, TripStatus
from outreach.store.batches import rows_in
from outreach.store.tables import trip
from outreach.store.unit_of_work import UnitOfWork

NEEDS = "trip:needs"


@dataclass(frozen=True, slots=True)
class Details:
    """What a broker is told beside the trip itself (NEMT-04): level of service, and what the driver must know."""

    broker: str
    service: str
    needs: str = field(default="", repr=False)


def current(uow: UnitOfWork, loop_ids: Iterable[int]) -> dict[int, tuple[Trip, ...]]:
    """Return the trips that are booked for these loops, the way there first."""
    ids = list(loop_ids)
    if not ids:
        return {}
    found: dict[int, list[Trip]] = defaultdict(list)
    for row in sorted(rows_in(uow, select(trip).where(trip.c.current), trip.c.loop_id, ids), key=lambda row: row.id):
        found[row.loop_id].append(
            Trip(
                leg=Leg(row.leg),
                trip_id=row.trip_id,
                status=TripStatus(row.status),
                pickup_from=row.pickup_from,
                pickup_until=row.pickup_until,
                will_call=row.will_call,
                phone=row.phone,
            )
        )
    return {loop_id: tuple(trips) for loop_id, trips in found.items()}


def record(uow: UnitOfWork, loop_id: int, booked: Sequence[Trip], details: Details, *, stands: bool) -> None:
    """Store booked trips in place of a loop's earlier ones; unless the booking `stands` they are kept for the record.

    Raises nothing: the loop has decided before whether the ride is of any use.
    """
    if stands:
        give_up(uow, loop_id)
    rows = []
    for each in booked:
        new = uow.next_id()
        needs = uow.keyring.seal(NEEDS, new, details.needs) if details.needs else None
        about = {"id": new, "loop_id": loop_id, "broker": details.broker, "service": details.service, "needs": needs}
        about |= {"current": stands, "recorded_by": str(uow.actor), "recorded_at": uow.now}
        rows.append(asdict(each) | about)
    uow.insert(trip, rows)
    for row in rows:
        uow.audit("ride.booked", f"trip:{row['id']}", "NEMT-04")


def give_up(uow: UnitOfWork, loop_id: int) -> None:
    """No trip of this loop is current any more."""
    uow.execute(update(trip).where(trip.c.loop_id == loop_id, trip.c.current).values(current=False))


def save(uow: UnitOfWork, changed: Sequence[tuple[int, tuple[Trip, ...]]]) -> None:
    """Store what became of the trips of loops; legs that are gone are no longer current."""
    for loop_id, trips in changed:
        for each in trips:
            mine = (trip.c.loop_id == loop_id) & (trip.c.leg == each.leg) & trip.c.current
            mine &= trip.c.trip_id == each.trip_id  # an earlier booking keeps the times it had
            uow.execute(update(trip).where(mine).values(_moving(each)))
        kept = [each.leg for each in trips]
        gone = (trip.c.loop_id == loop_id) & trip.c.current & trip.c.leg.not_in(kept)
        uow.execute(update(trip).where(gone).values(current=False))


def _moving(each: Trip) -> Mapping[str, Any]:
    return {"status": each.status, "pickup_from": each.pickup_from, "pickup_until": each.pickup_until}
