"""Our visits: what a clinic's own people see of their visits, and nothing else (HIP-16)."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from flask import Blueprint, abort, render_template, request

from admin import heard_words, words
from admin.access import allowed
from admin.language import N_, gettext
from admin.looks import looking
from admin.roles import Right
from conversations.meaning import Reason
from outreach.loops.instants import local_date
from outreach.loops.loop import Closed, Stage
from outreach.loops.outcomes import Outcome
from outreach.store.reads.metrics import office_zone
from outreach.store.reads.own_clinic import OwnVisit, own_clinics, own_visits

pages = Blueprint("own_clinic", __name__, url_prefix="/our-visits")
PAGE = 50
_BEFORE, _AHEAD, _LONGEST = timedelta(days=7), timedelta(days=14), timedelta(days=92)
_STANDS = {
    Stage.SCHEDULED: N_("To come"),
    Stage.CONFIRMED: N_("Says they will come"),
    Stage.UNREACHED: N_("Not reached"),
    Stage.WANTS_CHANGE: N_("Asks for another time"),
    Stage.CANNOT_COME: N_("Says they cannot come"),
    Stage.ARRIVED: N_("Is there"),
    Stage.GOING_HOME: N_("On the way home"),
    Stage.OUTCOME_MISSING: N_("Your word is missing"),
    Stage.NOT_KEPT: N_("Not kept"),
    Stage.CLOSED: N_("Closed"),
}
_TONES = {Stage.CONFIRMED: "accent", Stage.NOT_KEPT: "warn", Stage.CANNOT_COME: "warn", Stage.OUTCOME_MISSING: "warn"}
_OUTCOMES = {
    Outcome.KEPT: N_("Kept"),
    Outcome.KEPT_LATE: N_("Kept, came late"),
    Outcome.LEFT_WITHOUT_BEING_SEEN: N_("Left without being seen"),
    Outcome.NO_SHOW: N_("Did not come"),
    Outcome.CANCELLED_BY_PATIENT_TIMELY: N_("Cancelled by the patient in time"),
    Outcome.CANCELLED_BY_PATIENT_LATE: N_("Cancelled by the patient late"),
    Outcome.CANCELLED_BY_CLINIC: N_("Cancelled by us"),
    Outcome.RESCHEDULED: N_("Moved to another visit"),
    Outcome.UNKNOWN: N_("Not known"),
}
_PLANS = {
    Stage.UNREACHED: N_("We keep trying to reach them"),
    Stage.WANTS_CHANGE: N_("We look for another time with them"),
    Stage.CANNOT_COME: N_("We look for another time with them"),
    Stage.NOT_KEPT: N_("We look for another time with them"),
    Stage.OUTCOME_MISSING: N_("We wait for your word on how it ended"),
}
_ENDS = {Closed.NEW_VISIT: N_("Another visit was made"), Closed.NO_NEW_VISIT: N_("No other visit")}


@pages.get("")
@allowed(Right.OWN_CLINIC)
def shown() -> str:
    """How do our visits go?"""
    after = request.args.get("after", "")
    if not re.fullmatch(r"([1-9][0-9]{0,17})?", after):
        abort(400)
    with looking("own_visits") as uow:
        today = local_date(uow.now, office_zone(uow))
        first, last = _day("from", today - _BEFORE), _day("to", today + _AHEAD)
        if first > last or last - first > _LONGEST:
            abort(400)
        clinics = own_clinics(uow)
        found = own_visits(uow, first, last, int(after) if after else None, PAGE + 1)
        now = uow.now
    return render_template(
        "admin/own_clinic.html",
        clinics=clinics,
        rows=[(visit, stands(visit, now), outcome(visit), reason(visit), plan(visit)) for visit in found[:PAGE]],
        following=found[PAGE - 1].loop_id if len(found) > PAGE else None,
        first=first,
        last=last,
    )


def stands(visit: OwnVisit, now: datetime) -> tuple[str, str]:
    """Return where a visit stands, with its tone; where its member keeps that from the clinic, if it is to come."""
    if visit.cancelled:
        return gettext("Cancelled"), "grey"
    if visit.stage is not None:
        return gettext(_STANDS[visit.stage]), _TONES.get(visit.stage, "outline")
    return (gettext("To come") if local_date(now, visit.zone) <= visit.day else gettext("Past")), "outline"


def outcome(visit: OwnVisit) -> str:
    """Return how it ended, as far as that is known here."""
    return gettext(_OUTCOMES[Outcome(visit.outcome)]) if visit.outcome else gettext("Not known")


def reason(visit: OwnVisit) -> str:
    """Return why it was not kept."""
    if visit.reason is None or visit.reason == Reason.NOT_STATED:
        return ""
    said = heard_words.reason(visit.reason)
    return said[0].upper() + said[1:]


def plan(visit: OwnVisit) -> str:
    """Return what comes of it."""
    if visit.following is not None:
        return gettext("New visit %(when)s", when=words.visit(visit.following))
    if visit.closed is not None:
        return gettext(_ENDS.get(Closed(visit.closed), ""))
    return gettext(_PLANS.get(visit.stage, "")) if visit.stage else ""


def _day(name: str, otherwise: date) -> date:
    value = request.args.get(name, "")
    if not value:
        return otherwise
    if not re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", value, re.ASCII):
        abort(400)
    try:
        return date.fromisoformat(value)
    except ValueError:
        abort(400)
