"""How booked rides go: what the broker tells of each trip, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from outreach.loops.rides import Leg, TripStatus
from outreach.simulation.dice import roll
from outreach.simulation.people import goes
from outreach.store.reads.simulation import BookedTrip, Visit

_MINUTE = timedelta(minutes=1)
_FAILS = 0.07


def news_of(seed: int, trip: BookedTrip, visit: Visit) -> Iterator[tuple[datetime, TripStatus]]:
    """Yield what becomes of a trip, with its instants: most drive, some drivers never come, some members neither."""
    anchor, comes = visit.anchor, goes(seed, visit.id)
    match Leg(trip.leg), comes:
        case Leg.OUTBOUND, False:
            yield anchor.starts_at - 30 * _MINUTE, TripStatus.NO_SHOW_MEMBER
        case Leg.OUTBOUND, True if roll(seed, "driver", visit.id) < _FAILS:
            yield anchor.starts_at - 50 * _MINUTE, TripStatus.NO_SHOW_PROVIDER
        case Leg.OUTBOUND, True:
            yield (trip.pickup_from or anchor.starts_at) - 20 * _MINUTE, TripStatus.EN_ROUTE
            yield anchor.starts_at - 10 * _MINUTE, TripStatus.COMPLETED
        case Leg.RETURN, True:
            yield (trip.pickup_from or anchor.ends_at + 30 * _MINUTE) + 60 * _MINUTE, TripStatus.COMPLETED
        case _:
            return
