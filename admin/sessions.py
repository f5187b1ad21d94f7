"""Signing in by a one-time link, and out."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from admin.access import allowed, deployment, sign_in, without_sign_in
from admin.roles import Right, Role, rights
from outreach.engine import handlers
from outreach.store.actor import Actor

pages = Blueprint("sessions", __name__)
_LINK = Actor("person", "sign-in-link")


@pages.get("/sign-in/<token>")
@without_sign_in
def enter(token: str) -> Response:
    """Exchange the link at once for a session; a second use of it opens nothing."""
    subject = handlers.redeem_link(deployment(), _LINK, "sign_in", token, once=True)
    if subject is None or subject.get("role") not in tuple(Role) or not subject.get("name"):
        abort(401)
    sign_in(subject)
    in_the_demo = "outreach.demo" in current_app.extensions and Right.CARE in rights()[Role(str(subject["role"]))]
    return redirect(url_for("phones.shown" if in_the_demo else "loops.listed"), 303)


@pages.post("/sign-out")
@allowed(Right.SIGNED_IN)
def leave() -> str:
    """End the session."""
    session.clear()
    return render_template("admin/signed_out.html", left=True)
