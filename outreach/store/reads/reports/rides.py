"""Legs of rides to visits of a report: completed, not completed, not known, and rides that nobody booked."""

from __future__ import annotations

from sqlalchemy import literal, select

from outreach.loops.reports.fates import rode
from outreach.loops.rides import RideNeed
from outreach.store.reads.reports.scope import BOTH, Both, By, Scope, counted, tallied, visits
from outreach.store.tables import anchor, loop, trip
from outreach.store.unit_of_work import UnitOfWork


def legs(uow: UnitOfWork, scope: Scope, by: By) -> Both:
    """Count legs of past visits that were not cancelled; a need without any booking counts as one leg."""
    past = (anchor.c.starts_at <= uow.now, anchor.c.cancelled.is_(False))
    booked = visits(scope, by, trip.c.status).join(trip, (trip.c.loop_id == loop.c.id) & trip.c.current).where(*past)
    found = [(row.grouped, row.week, rode(row.status), row.n) for row in uow.all(counted(booked, *BOTH, "status"))]
    with_trip = select(trip.c.loop_id).where(trip.c.current)
    without = visits(scope, by, literal("never_booked").label("code")).where(
        *past, loop.c.ride_need.in_([RideNeed.NEEDED, RideNeed.FAILED]), loop.c.id.not_in(with_trip)
    )
    found += [(row.grouped, row.week, row.code, row.n) for row in uow.all(counted(without, *BOTH, "code"))]
    return tallied(row for row in found if row[2] != "unneeded")
