"""The form of a booked ride, read into what the broker confirmed."""

from __future__ import annotations

from datetime import date

from flask import abort, request

from admin import fields
from admin.language import N_, Sayings
from admin.language import gettext as _
from admin.ride_words import SERVICES
from outreach.engine.refusals import NotAsked
from outreach.engine.rides import Booking
from outreach.loops.rides import Leg, Trip
from outreach.store.trips import Details

WAYS_HOME = Sayings(
    {
        "none": N_("No ride home"),
        "on_call": N_("On call, the member phones when done"),
        "set_time": N_("At a set time"),
    }
)


def booking(zone: str) -> Booking:
    """Return the ride as typed, on the clocks of `zone`; raises NotAsked with advice for what is missing."""
    broker, service = fields.line("broker"), request.form.get("service", "")
    if not broker:
        raise NotAsked(_("Name the broker."))
    if not service:
        raise NotAsked(_("Choose the level of service."))
    if service not in SERVICES:
        abort(400)
    on = fields.day("ride_day", _("Give the day of the ride."))
    there = _timed(Leg.OUTBOUND, "there", on, zone)
    return Booking((there, *_home(on, zone)), Details(broker, service, fields.note("needs")))


def _home(on: date, zone: str) -> tuple[Trip, ...]:
    way = request.form.get("home", "none")
    if way not in WAYS_HOME:
        abort(400)
    if way == "on_call":
        return (Trip(Leg.RETURN, fields.line("home_trip"), will_call=True, phone=fields.phone("home_phone")),)
    return (_timed(Leg.RETURN, "home", on, zone),) if way == "set_time" else ()


def _timed(leg: Leg, name: str, on: date, zone: str) -> Trip:
    return Trip(
        leg,
        fields.line(f"{name}_trip"),
        pickup_from=fields.clock(f"{name}_from", on, zone),
        pickup_until=fields.clock(f"{name}_until", on, zone),
    )
