"""Holding every text, and releasing them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from admin.access import EVERY_ROLE, Role, allowed, deployment, signed_in
from admin.leads_back import local
from outreach.engine import handlers

pages = Blueprint("sends", __name__, url_prefix="/sends")


@pages.post("/freeze")
@allowed(*EVERY_ROLE)
def freeze() -> Response:
    """Anybody who sees something wrong may stop all texts."""
    return _turn(True, "Sending is held. Texts wait until it is released.")


@pages.post("/unfreeze")
@allowed(Role.SUPERVISOR, Role.PROGRAM_STAFF)
def unfreeze() -> Response:
    """Release what waits; what became useless meanwhile is refused."""
    return _turn(False, "Sending is on again.")


def _turn(on: bool, said: str) -> Response:
    handlers.set_freeze(deployment(), signed_in().actor, on)
    flash(said)
    return redirect(local(url_for("loops.listed")), 303)
