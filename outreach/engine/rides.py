"""Rides as staff and brokers report them: one trip for each leg (NEMT-04)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from outreach.engine.deployment import Deployment
from outreach.engine.handlers import happened
from outreach.engine.refusals import NotAsked
from outreach.loops.events import RideBooked, TripReported
from outreach.loops.rides import Leg, Trip, TripStatus
from outreach.store import loops, trips
from outreach.store.actor import Actor
from outreach.store.trips import Details
from outreach.store.unit_of_work import UnitOfWork

# NEMT-05.
SERVICES = (
    "mass_transit", "mileage_reimbursement", "volunteer", "ambulatory", "wheelchair_van", "stretcher_van", "bls_als",
    "air",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Booking:
    """What a broker confirmed: at most one trip for each leg, and what the driver must know."""

    trips: tuple[Trip, ...]
    details: Details


def book_ride(deployment: Deployment, actor: Actor, loop_id: int, booking: Booking) -> None:
    """Record a booked ride. Raises NotAsked, with advice, for one that cannot be."""
    with deployment.write(actor) as uow:
        if not loops.lock(uow, [loop_id]):
            raise NotAsked(NotAsked.__doc__)
        book(uow, loop_id, booking)
        uow.commit()


def book(uow: UnitOfWork, loop_id: int, booking: Booking) -> None:
    """Record a booked ride for a locked loop; one that came too late to be of use is kept, and called off."""
    if advice := _objection(booking):
        raise NotAsked(advice)
    before = loops.lock(uow, [loop_id])[0].loop.ride.revision
    happened(uow, loop_id, RideBooked(uow.now, booking.trips))
    stands = loops.lock(uow, [loop_id])[0].loop.ride.revision != before
    trips.record(uow, loop_id, booking.trips, booking.details, stands=stands)


def report_trip(
    deployment: Deployment,
    actor: Actor,
    loop_id: int,
    leg: Leg,
    status: TripStatus,
    pickup_from: datetime | None = None,
) -> None:
    """Record how a leg goes, as its broker says (NEMT-10). Raises NotAsked for a loop without such a trip."""
    with deployment.write(actor) as uow:
        found = loops.lock(uow, [loop_id])
        if not found or not any(trip.leg is leg for trip in found[0].loop.ride.trips):
            raise NotAsked("This visit has no such ride.")
        happened(uow, loop_id, TripReported(uow.now, leg, status, pickup_from))
        uow.audit(f"ride.{leg}.{status}", f"loop:{loop_id}", "NEMT-10")
        uow.commit()


def _objection(booking: Booking) -> str | None:
    legs = [trip.leg for trip in booking.trips]
    if Leg.OUTBOUND not in legs or len(set(legs)) != len(legs):
        return "A booked ride has one trip to the visit, and at most one home."
    if booking.details.service not in SERVICES:
        return f"The level of service is one of {', '.join(SERVICES)}."
    for trip in booking.trips:
        if not trip.trip_id.strip():
            return "Give the broker's number of each trip."
        if trip.will_call and trip.leg is Leg.OUTBOUND:
            return "Only the way home can be on call."
        start, end = trip.pickup_from, trip.pickup_until
        if not trip.will_call and (start is None or end is None or start > end):
            return "Give the pickup window of each trip, from and until."
    return None
