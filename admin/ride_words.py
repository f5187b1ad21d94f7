"""The words on the screen for rides: what is needed, each leg, how it goes, and the level of service."""

from __future__ import annotations

from dataclasses import dataclass

from admin.words import at, clock
from outreach.loops.rides import Leg, RideNeed, TripStatus
from outreach.store.reads.rides import LegRow

NEEDS = {
    RideNeed.UNKNOWN: "Not known yet",
    RideNeed.OWN: "The member has a way to come",
    RideNeed.NEEDED: "Needed, not booked",
    RideNeed.BOOKED: "Booked",
    RideNeed.FAILED: "Fell through",
}
LEGS = {Leg.OUTBOUND: "To the visit", Leg.RETURN: "Home"}
STATUSES = {
    TripStatus.REQUESTED: "Asked for",
    TripStatus.SCHEDULED: "Booked",
    TripStatus.ASSIGNED: "Driver named",
    TripStatus.EN_ROUTE: "On its way",
    TripStatus.ARRIVED: "Waiting at the door",
    TripStatus.ONBOARD: "Member on board",
    TripStatus.COMPLETED: "Dropped off",
    TripStatus.CANCELLED_MEMBER: "Cancelled by the member",
    TripStatus.CANCELLED_BROKER: "Cancelled by the broker",
    TripStatus.NO_SHOW_MEMBER: "Member was not there",
    TripStatus.NO_SHOW_PROVIDER: "Ride did not come",
    TripStatus.DENIED: "Refused by the broker",
}
SERVICES = {
    "mass_transit": "Bus or train",
    "mileage_reimbursement": "Own car, mileage paid",
    "volunteer": "Volunteer driver",
    "ambulatory": "Car, walks alone",
    "wheelchair_van": "Wheelchair van",
    "stretcher_van": "Stretcher van",
    "bls_als": "Ambulance",
    "air": "Air ambulance",
}


@dataclass(frozen=True, slots=True)
class ShownLeg:
    """One leg as it stands on the screen."""

    leg: str
    name: str
    when: str
    broker: str
    trip_id: str
    status: str
    status_code: str
    service: str


def shown(leg: LegRow, zone: str) -> ShownLeg:
    """Return a leg in words, on the clocks of the visit."""
    return ShownLeg(
        leg=leg.leg,
        name=LEGS[Leg(leg.leg)],
        when=_when(leg, zone),
        broker=leg.broker,
        trip_id=leg.trip_id,
        status=STATUSES[TripStatus(leg.status)],
        status_code=leg.status,
        service=SERVICES.get(leg.service, leg.service),
    )


def _when(leg: LegRow, zone: str) -> str:
    if leg.will_call:
        return f"On call, the member phones {leg.phone or 'the broker'} when done"
    if leg.pickup_from is None or leg.pickup_until is None:
        return "No pickup time yet"
    return f"{at(leg.pickup_from, zone)}, until {clock(leg.pickup_until, zone)}"
