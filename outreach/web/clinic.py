"""How a clinic says what became of one visit without an account: a link for that visit and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from conversations.meaning import Reason
from locales.dates import day_text, time_text
from outreach.engine import handlers, opting
from outreach.engine import signals as signal_engine
from outreach.engine.refusals import NotAsked
from outreach.loops.outcomes import Outcome
from outreach.store.actor import Actor
from outreach.store.reads.clinic_visit import ClinicVisit, clinic_visit
from outreach.store.reads.signals import SignalRow, signals
from outreach.web.clinic_words import NEWS, OUTCOMES, REASONS, STOPPED
from outreach.web.running import deployment

doors = Blueprint("clinic", __name__, url_prefix="/clinic")
_LINK = Actor("clinic", "link")
_SESSION = timedelta(hours=1)  # real time; the link itself opens the page again until it expires
_TO_COME = "The visit is still to come."


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
    return _page(_pass())


@doors.post("/visit")
def report() -> AnyResponse | tuple[str, int]:
    """Take the clinic's word on how the visit ended (OUT-03); before its day it can only be cancelled."""
    pass_ = _pass()
    found, _ = _visit(pass_)
    outcome, reason = _choice(Outcome, "outcome"), _choice(Reason, "reason")
    if outcome not in OUTCOMES:
        abort(400)
    if found.to_come and outcome is not Outcome.CANCELLED_BY_CLINIC:
        return _page(pass_, _TO_COME), 409
    why = None if outcome.completed else reason
    handlers.report_outcome(deployment(), _actor(pass_), int(pass_["loop"]), outcome, why)
    return _recorded(f"Recorded: {OUTCOMES[outcome].lower()}. Thank you.")


@doors.post("/visit/arrival")
def arrival() -> AnyResponse | tuple[str, int]:
    """Take the clinic's word that the member is there; only on the day itself."""
    pass_ = _pass()
    found, _ = _visit(pass_)
    try:
        handlers.report_arrival(deployment(), _actor(pass_), int(pass_["loop"]))
    except NotAsked as problem:
        return _page(pass_, _TO_COME if found.to_come else str(problem)), 409
    return _recorded("Recorded: still here. Say how the visit ended when it has.")


@doors.post("/visit/seen")
def seen() -> AnyResponse:
    """Take the clinic's word that it has read what it was told."""
    pass_ = _pass()
    _visit(pass_)
    signal_engine.received(deployment(), _actor(pass_), int(pass_["loop"]))
    return _recorded("Noted: you have seen these.")


@doors.post("/visit/acted/<row:signal_id>")
def acted(signal_id: int) -> AnyResponse:
    """Take the clinic's word that it did something about one thing it was told."""
    pass_ = _pass()
    _, told = _visit(pass_)
    known = next((signal for signal in told if signal.id == signal_id), None) or abort(404)
    if known.acted_at is None:
        signal_engine.acted_upon(deployment(), _actor(pass_), signal_id)
    return _recorded("Noted: you have acted on this.")


@doors.post("/visit/stop")
def stop() -> AnyResponse:
    """Take the clinic's word that the patient wants no more texts; what was so before is not told (LAW-15)."""
    pass_ = _pass()
    _visit(pass_)
    opting.stop_for_visit(deployment(), _actor(pass_), int(pass_["loop"]))
    return _recorded(STOPPED)


@doors.errorhandler(404)
@doors.errorhandler(NotAsked)
def unknown(_problem: object) -> Response:
    """The same plain page for a wrong, an expired and somebody else's link."""
    return Response(render_template("clinic/expired.html"), status=404)


def _recorded(said: str) -> AnyResponse:
    flash(said)
    return redirect(url_for("clinic.visit"), 303)


def _page(pass_: dict[str, Any], problem: str = "") -> str:
    found, told = _visit(pass_)
    offered = {Outcome.CANCELLED_BY_CLINIC: OUTCOMES[Outcome.CANCELLED_BY_CLINIC]} if found.to_come else OUTCOMES
    return render_template(
        "clinic/visit.html",
        visit=found,
        when=_when(found),
        outcomes=offered,
        reasons=REASONS,
        recorded=_said(found),
        problem=problem,
        told=[(signal, NEWS.get(signal.kind, signal.kind)) for signal in told],
        unseen=any(signal.delivered_at is None and signal.state in ("shown", "dead") for signal in told),
    )


def _pass() -> dict[str, Any]:
    """Return what the cookie allows, or 404 when there is none or its hour is over."""
    found: dict[str, Any] | None = session.get("clinic")
    if not found or deployment().timer.now() >= datetime.fromisoformat(found["until"]):
        abort(404)
    return found


def _actor(pass_: dict[str, Any]) -> Actor:
    return Actor("clinic", f"link-{pass_['clinic']}", clinic=int(pass_["clinic"]))


def _visit(pass_: dict[str, Any]) -> tuple[ClinicVisit, list[SignalRow]]:
    with deployment().read(_actor(pass_)) as uow:
        found = clinic_visit(uow, int(pass_["loop"])) or abort(404)
        return found, signals(uow, found.loop_id)


def _when(visit: ClinicVisit) -> str:
    day = f"{day_text(visit.day, 'en')}/{visit.day.year}"
    return f"{day}, {time_text(visit.wall_time, 'en')}" if visit.wall_time else day


def _said(visit: ClinicVisit) -> str:
    if visit.outcome is None:
        return "Still here" if visit.stage == "arrived" else ""
    return OUTCOMES.get(visit.outcome, visit.outcome.replace("_", " ").capitalize())


def _choice(kind: Any, name: str) -> Any:
    value = request.form.get(name, "")
    if value and value not in list(kind):
        abort(400)
    return kind(value) if value else None
