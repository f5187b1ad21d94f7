"""The ride of one loop: what the driver must know, recording a booked ride, and how each leg goes."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from admin import fields, refusals, ride_words
from admin.access import allowed, deployment, signed_in
from admin.language import gettext as _
from admin.looks import looking
from admin.ride_forms import booking
from admin.roles import Right
from admin.tasks import offered
from outreach.engine import rides
from outreach.engine.refusals import NotAsked
from outreach.loops.instants import local_date
from outreach.loops.rides import Leg, RideNeed, TripStatus
from outreach.store.reads import loops as reads
from outreach.store.reads import rides as ride_reads
from outreach.store.reads.loops import LoopRow

pages = Blueprint("rides", __name__)
Answer = Response | tuple[str, int]


@pages.get("/loops/<row:loop_id>/ride")
@allowed(Right.CARE)
def shown(loop_id: int) -> str:
    """What was booked, and what must the driver know? Seeing it is noted in the trail (HIP-14)."""
    return _page(loop_id)


@pages.post("/loops/<row:loop_id>/ride")
@allowed(Right.CARE)
def book(loop_id: int) -> Answer:
    """Record a ride that a broker confirmed."""
    zone = _loop(loop_id).zone
    try:
        booked = booking(zone)
        rides.book_ride(deployment(), signed_in().actor, loop_id, booked)
    except NotAsked as problem:
        return _page(loop_id, "ride", refusals.said(problem)), 409
    with deployment().read(signed_in().actor) as uow:
        stands = [leg.trip_id for leg in ride_reads.legs(uow, loop_id)] == [trip.trip_id for trip in booked.trips]
    flash(_("Ride recorded.") if stands else _("The visit no longer stands: cancel this ride with the broker."))
    return redirect(url_for("loops.shown", loop_id=loop_id), 303)


@pages.post("/loops/<row:loop_id>/ride/<any(outbound, return):leg>")
@allowed(Right.CARE)
def report(loop_id: int, leg: str) -> Answer:
    """Record what the broker says about one leg."""
    promise = _loop(loop_id)
    try:
        status = fields.needed(fields.code(TripStatus, "status"), _("Choose how it goes."))
        pickup = fields.clock("pickup_from", _day_of(promise, leg), promise.zone)
        rides.report_trip(deployment(), signed_in().actor, loop_id, Leg(leg), status, pickup)
    except NotAsked as problem:
        return _page(loop_id, leg, refusals.said(problem)), 409
    flash(_("%(leg)s: %(status)s.", leg=ride_words.LEGS[Leg(leg)], status=ride_words.STATUSES[status].lower()))
    return redirect(url_for("loops.shown", loop_id=loop_id), 303)


def _loop(loop_id: int) -> LoopRow:
    with deployment().read(signed_in().actor) as uow:
        return reads.one(uow, loop_id) or abort(404)


def _day_of(promise: LoopRow, leg: str) -> date:
    """Return the day on which a leg is booked; a leg on call has the visit's."""
    with deployment().read(signed_in().actor) as uow:
        found = [booked.pickup_from for booked in ride_reads.legs(uow, promise.id) if booked.leg == leg]
    return local_date(found[0], promise.zone) if found and found[0] else promise.day


def _page(loop_id: int, failed: str = "", problem: str = "") -> str:
    with looking(f"loop:{loop_id}", "ride.viewed") as uow:
        promise = reads.one(uow, loop_id) or abort(404)
        legs, needs = ride_reads.legs(uow, loop_id), ride_reads.needs(uow, loop_id)
    return render_template(
        "admin/ride.html",
        promise=promise,
        legs=[ride_words.shown(leg, promise.zone) for leg in legs],
        needs=needs,
        need=ride_words.NEEDS[RideNeed(promise.ride_need)],
        statuses=ride_words.STATUSES,
        failed=failed,
        problem=problem,
        **offered(),
    )
