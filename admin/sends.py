"""Holding every text, and releasing them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from admin import refusals
from admin.access import allowed, deployment, signed_in
from admin.language import gettext as _
from admin.leads_back import local
from admin.roles import Right
from outreach.engine import handlers, pauses
from outreach.engine.refusals import NotAsked

pages = Blueprint("sends", __name__, url_prefix="/sends")


@pages.post("/freeze")
@allowed(Right.HOLD)
def freeze() -> Response:
    """Anybody who sees something wrong may stop all texts."""
    return _turn(True, _("Sending is held. Texts wait until it is released."))


@pages.post("/unfreeze")
@allowed(Right.RELEASE)
def unfreeze() -> Response:
    """Release what waits; what became useless meanwhile is refused."""
    return _turn(False, _("Sending is on again."))


@pages.post("/release")
@allowed(Right.RELEASE)
def release() -> Response:
    """Send again what the carrier's answers had paused; the task about it ends with that."""
    try:
        pauses.release(deployment(), signed_in().actor, request.form.get("pause", ""))
        flash(_("Released. Texts that waited leave within minutes, if they are still of use."))
    except NotAsked as problem:
        flash(refusals.said(problem))
    return redirect(local(url_for("loops.listed")), 303)


def _turn(on: bool, said: str) -> Response:
    try:
        handlers.set_freeze(deployment(), signed_in().actor, on)
        flash(said)
    except NotAsked as problem:
        flash(refusals.said(problem))
    return redirect(local(url_for("loops.listed")), 303)
