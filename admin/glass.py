"""Breaking the glass: members are seen for half an hour without the right to, for a reason that is on record first.

Every look of that time is in the trail under the person's own name, as any other; it ends by itself.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from admin import fields, refusals
from admin.access import allowed, deployment, signed_in
from admin.homes import home
from admin.language import gettext as _
from admin.looks import looking
from admin.member_evidence_words import PURPOSES
from admin.roles import Right
from outreach.engine import glass
from outreach.engine.refusals import NotAsked
from outreach.store.entry import Purpose
from outreach.store.reads import glass as reads
from outreach.store.reads import metrics

pages = Blueprint("glass", __name__, url_prefix="/glass")


@pages.get("")
@allowed(Right.BREAK_GLASS)
def asked() -> str:
    """Why do you have to see members?"""
    return _page()


@pages.post("")
@allowed(Right.BREAK_GLASS)
def broken() -> Response | tuple[str, int]:
    """Note why, and let members be seen for half an hour."""
    try:
        why = fields.needed(fields.code(Purpose, "purpose"), _("Say for what you need it: it is on record."))
        glass.break_it(deployment(), signed_in().actor, signed_in().session, why, request.form.get("words", ""))
    except NotAsked as problem:
        return _page(refusals.said(problem)), 409
    flash(_("You see members for 30 minutes. Every look is on record."))
    return redirect(home(signed_in().role), 303)


@pages.get("/broken")
@allowed(Right.PROOF)
def listed() -> str:
    """Who saw members without the right to, when, and for what? This look is in the trail too."""
    with looking("audit", "glass.viewed") as uow:
        zone, found = metrics.office_zone(uow), reads.newest(uow)
    return render_template("admin/glass_broken.html", found=found, zone=zone, purposes=PURPOSES)


@pages.post("/close")
@allowed(Right.SIGNED_IN)
def close() -> Response:
    """End it before its time."""
    glass.mend(deployment(), signed_in().actor, signed_in().session)
    return redirect(home(signed_in().role), 303)


def _page(problem: str = "") -> str:
    return render_template("admin/glass.html", purposes=PURPOSES, problem=problem)
