"""How a clinic reports the end of a visit without an account: a link for that visit and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from conversations.meaning import Reason
from locales.dates import day_text, time_text
from outreach.engine import handlers
from outreach.loops.outcomes import Outcome
from outreach.store.actor import Actor
from outreach.store.reads.loops import ClinicVisit, clinic_visit
from outreach.web.running import deployment

doors = Blueprint("clinic", __name__, url_prefix="/clinic")
_LINK = Actor("clinic", "link")
_SESSION = timedelta(hours=1)  # real time; the link itself opens the page again until it expires

OUTCOMES = {
    Outcome.KEPT: "Kept",
    Outcome.NO_SHOW: "Did not come",
    Outcome.CANCELLED_BY_CLINIC: "Cancelled by us",
    Outcome.LEFT_WITHOUT_BEING_SEEN: "Left without being seen",
}
REASONS = {reason: reason.replace("_", " ").capitalize() for reason in Reason}


@doors.get("/<token>")
def open_link(token: str) -> AnyResponse:
    """Exchange the link at once for a cookie, so that the token stays in no address bar, history or Referer."""
    subject = handlers.redeem_link(deployment(), _LINK, "clinic", token, once=False)
    if subject is None:
        abort(404)
    until = deployment().timer.now() + _SESSION
    session["clinic"] = {"loop": subject["loop"], "clinic": subject["clinic"], "until": until.isoformat()}
    return redirect(url_for("clinic.visit"), 303)


@doors.get("/visit")
def visit() -> str:
    """Show the visit by the clinic's own id: no name, no phone."""
    pass_ = _pass()
    found = _visit(pass_)
    return render_template(
        "clinic/visit.html", visit=found, when=_when(found), outcomes=OUTCOMES, reasons=REASONS, recorded=_said(found)
    )


@doors.post("/visit")
def report() -> AnyResponse:
    """Take the clinic's word on how the visit ended (OUT-03)."""
    pass_ = _pass()
    _visit(pass_)
    outcome, reason = _choice(Outcome, "outcome"), _choice(Reason, "reason")
    if outcome not in OUTCOMES:
        abort(400)
    why = None if outcome.completed else reason
    handlers.report_outcome(deployment(), _actor(pass_), int(pass_["loop"]), outcome, why)
    flash(f"Recorded: {OUTCOMES[outcome].lower()}. Thank you.")
    return redirect(url_for("clinic.visit"), 303)


@doors.errorhandler(404)
def unknown(_problem: object) -> Response:
    """The same plain page for a wrong, an expired and somebody else's link."""
    return Response(render_template("clinic/expired.html"), status=404)


def _pass() -> dict[str, Any]:
    """Return what the cookie allows, or 404 when there is none or its hour is over."""
    found: dict[str, Any] | None = session.get("clinic")
    if not found or deployment().timer.now() >= datetime.fromisoformat(found["until"]):
        abort(404)
    return found


def _actor(pass_: dict[str, Any]) -> Actor:
    return Actor("clinic", f"link-{pass_['clinic']}", clinic=int(pass_["clinic"]))


def _visit(pass_: dict[str, Any]) -> ClinicVisit:
    with deployment().read(_actor(pass_)) as uow:
        found = clinic_visit(uow, int(pass_["loop"]))
    if found is None:
        abort(404)
    return found


def _when(visit: ClinicVisit) -> str:
    day = f"{day_text(visit.day, 'en')}/{visit.day.year}"
    return f"{day}, {time_text(visit.wall_time, 'en')}" if visit.wall_time else day


def _said(visit: ClinicVisit) -> str:
    return (visit.outcome or "").replace("_", " ").capitalize()


def _choice(kind: Any, name: str) -> Any:
    value = request.form.get(name, "")
    if value and value not in list(kind):
        abort(400)
    return kind(value) if value else None
