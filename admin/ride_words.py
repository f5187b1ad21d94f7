"""The words on the screen for rides: what is needed, each leg, how it goes, and the level of service."""

from __future__ import annotations

from dataclasses import dataclass

from admin.language import N_, Sayings
from admin.language import gettext as _
from admin.words import at, clock
from outreach.loops.rides import Leg, RideNeed, TripStatus
from outreach.store.reads.rides import LegRow

NEEDS = Sayings(
    {
        RideNeed.UNKNOWN: N_("Not known yet"),
        RideNeed.OWN: N_("The member has a way to come"),
        RideNeed.NEEDED: N_("Needed, not booked"),
        RideNeed.BOOKED: N_("Booked"),
        RideNeed.FAILED: N_("Fell through"),
    }
)
LEGS = Sayings({Leg.OUTBOUND: N_("To the visit"), Leg.RETURN: N_("Home")})
STATUSES = Sayings(
    {
        TripStatus.REQUESTED: N_("Asked for"),
        TripStatus.SCHEDULED: N_("Booked"),
        TripStatus.ASSIGNED: N_("Driver named"),
        TripStatus.EN_ROUTE: N_("On its way"),
        TripStatus.ARRIVED: N_("Waiting at the door"),
        TripStatus.ONBOARD: N_("Member on board"),
        TripStatus.COMPLETED: N_("Dropped off"),
        TripStatus.CANCELLED_MEMBER: N_("Cancelled by the member"),
        TripStatus.CANCELLED_BROKER: N_("Cancelled by the broker"),
        TripStatus.NO_SHOW_MEMBER: N_("Member was not there"),
        TripStatus.NO_SHOW_PROVIDER: N_("Ride did not come"),
        TripStatus.DENIED: N_("Refused by the broker"),
    }
)
SERVICES = Sayings(
    {
        "mass_transit": N_("Bus or train"),
        "mileage_reimbursement": N_("Own car, mileage paid"),
        "volunteer": N_("Volunteer driver"),
        "ambulatory": N_("Car, walks alone"),
        "wheelchair_van": N_("Wheelchair van"),
        "stretcher_van": N_("Stretcher van"),
        "bls_als": N_("Ambulance"),
        "air": N_("Air ambulance"),
    }
)


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
        if leg.phone:
            return _("On call, the member phones %(number)s when done", number=leg.phone)
        return _("On call, the member phones the broker when done")
    if leg.pickup_from is None or leg.pickup_until is None:
        return _("No pickup time yet")
    return _("%(when)s, until %(end)s", when=at(leg.pickup_from, zone), end=clock(leg.pickup_until, zone))
