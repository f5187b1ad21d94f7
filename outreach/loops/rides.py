"""The ride to a visit and home again: one broker trip for each leg (rulebook 5.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from outreach.loops.business_days import BusinessCalendar
from outreach.loops.instants import resolve


class RideNeed(StrEnum):
    """What is known about how the member gets there."""

    UNKNOWN = "unknown"
    OWN = "own"
    NEEDED = "needed"
    BOOKED = "booked"
    FAILED = "failed"


class Leg(StrEnum):
    """NEMT-04: one broker trip each."""

    OUTBOUND = "outbound"
    RETURN = "return"


class TripStatus(StrEnum):
    """NEMT-10: what a broker says about a trip."""

    REQUESTED = "requested"
    SCHEDULED = "scheduled"
    ASSIGNED = "assigned"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    ONBOARD = "onboard"
    COMPLETED = "completed"
    CANCELLED_MEMBER = "cancelled_member"
    CANCELLED_BROKER = "cancelled_broker"
    NO_SHOW_MEMBER = "no_show_member"
    NO_SHOW_PROVIDER = "no_show_provider"
    DENIED = "denied"


FELL_THROUGH = frozenset({TripStatus.CANCELLED_BROKER, TripStatus.NO_SHOW_PROVIDER, TripStatus.DENIED})


@dataclass(frozen=True, slots=True)
class Trip:
    """One leg. The pickup window is in UTC; a will-call leg has none, the member phones when they are done."""

    leg: Leg
    trip_id: str
    status: TripStatus = TripStatus.SCHEDULED
    pickup_from: datetime | None = None
    pickup_until: datetime | None = None
    will_call: bool = False
    phone: str | None = None  # the broker's, for the way home


@dataclass(frozen=True, slots=True)
class Ride:
    """How the member gets to the visit. `revision` counts what was booked, so that each booking is told once."""

    need: RideNeed = RideNeed.UNKNOWN
    trips: tuple[Trip, ...] = ()
    revision: int = 0

    @property
    def booked(self) -> bool:
        """Whether a broker is to come."""
        return self.need is RideNeed.BOOKED

    @property
    def outbound(self) -> Trip | None:
        """The way to the visit."""
        return next((trip for trip in self.trips if trip.leg is Leg.OUTBOUND), None)

    @property
    def home(self) -> Trip | None:
        """The way back."""
        return next((trip for trip in self.trips if trip.leg is Leg.RETURN), None)

    def book(self, trips: tuple[Trip, ...]) -> Ride:
        """Return the ride with these trips booked in place of any earlier ones."""
        return Ride(RideNeed.BOOKED, trips, self.revision + 1)

    def report(self, leg: Leg, status: TripStatus, pickup_from: datetime | None) -> Ride:
        """Return the ride with a broker's news of one leg; another pickup time is a new booking to tell of."""
        trips = tuple(_reported(trip, status, pickup_from) if trip.leg is leg else trip for trip in self.trips)
        told_otherwise = [t.pickup_from for t in trips] != [t.pickup_from for t in self.trips]
        return replace(self, trips=trips, revision=self.revision + told_otherwise)

    def without_trips(self, need: RideNeed) -> Ride:
        """Return the ride after its trips were given up."""
        return Ride(need, (), self.revision)


def _reported(trip: Trip, status: TripStatus, pickup_from: datetime | None) -> Trip:
    if pickup_from is None or pickup_from == trip.pickup_from:
        return replace(trip, status=status)
    width = trip.pickup_until - trip.pickup_from if trip.pickup_until and trip.pickup_from else None
    until = pickup_from + width if width is not None else trip.pickup_until
    return replace(trip, status=status, pickup_from=pickup_from, pickup_until=until)


@dataclass(frozen=True, slots=True)
class RideNotice:
    """How early a broker wants to know (NEMT-02): `days` of its business days, by `cut_off` on its clocks."""

    broker: BusinessCalendar
    days: int = 2
    cut_off: time = time(17, 0)

    def last_request(self, visit_day: date) -> datetime:
        """Return the last instant at which an ordinary ride can still be booked; the day of request is not counted."""
        return resolve(self.broker.days_before(visit_day, self.days), self.cut_off, self.broker.zone)
