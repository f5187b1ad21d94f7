"""Legs of rides to visits of a report: completed or not, picked up in time or not, and rides that nobody booked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, literal, select

from outreach.loops.reports.rides import rode
from outreach.loops.rides import RideNeed, TripStatus
from outreach.store.everywhere import places
from outreach.store.reads.reports.scope import BOTH, Both, By, Scope, counted, tallied, visits
from outreach.store.tables import anchor, loop, loop_event, trip
from outreach.store.unit_of_work import UnitOfWork

_THERE = (TripStatus.ARRIVED, TripStatus.ONBOARD)


@dataclass(frozen=True, slots=True)
class Legs:
    """The same legs twice: by what became of them, and by whether the car was there in time."""

    ended: Both
    picked_up: Both


def legs(uow: UnitOfWork, scope: Scope, by: By) -> Legs:
    """Count legs of past visits that were not cancelled; a need without any booking counts as one leg."""
    past = (anchor.c.starts_at <= uow.now, anchor.c.cancelled.is_(False))
    booked = visits(scope, by, trip.c.status, _pickup().label("pickup"))
    booked = booked.join(trip, (trip.c.loop_id == loop.c.id) & trip.c.current).where(*past)
    rows = uow.all(counted(booked, *BOTH, "status", "pickup"))
    found = [(row.grouped, row.week, rode(row.status), row.pickup, row.n) for row in rows]
    with_trip = select(trip.c.loop_id).where(trip.c.current)
    without = visits(scope, by, literal("never_booked").label("code")).where(
        *past, loop.c.ride_need.in_([RideNeed.NEEDED, RideNeed.FAILED]), loop.c.id.not_in(with_trip)
    )
    found += [(row.grouped, row.week, row.code, row.code, row.n) for row in uow.all(counted(without, *BOTH, "code"))]
    needed = [each for each in found if each[2] != "unneeded"]
    return Legs(
        tallied((group, week, became, count) for group, week, became, _, count in needed),
        tallied((g, week, "undone" if became == "undone" else pickup, n) for g, week, became, pickup, n in needed),
    )


def _pickup() -> Any:
    """Return whether the car of a trip was there within its window, by what was reported since the trip was booked."""
    there = func.coalesce(*(_first_there(table) for table in reversed(places(loop_event))))
    untold = trip.c.pickup_until.is_(None) | there.is_(None)
    return case((untold, "untold"), (there <= trip.c.pickup_until, "in_time"), else_="late")


def _first_there(event: Any) -> Any:
    body = event.c.body
    reported = (event.c.loop_id == trip.c.loop_id, event.c.kind == "TripReported", event.c.at >= trip.c.recorded_at)
    its_own = (body["leg"].as_string() == trip.c.leg, body["status"].as_string().in_(_THERE))
    return select(func.min(event.c.at)).where(*reported, *its_own).scalar_subquery()
