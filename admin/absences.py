"""Going away: who does my work meanwhile?"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import fields, refusals
from admin.access import allowed, deployment, signed_in
from admin.language import gettext as _
from admin.language import ngettext
from admin.roles import Right
from outreach.engine import absences
from outreach.engine.refusals import NotAsked
from outreach.store import absences as known
from outreach.store.reads.metrics import office_zone
from outreach.store.reads.tasks import counts

pages = Blueprint("absences", __name__)


@pages.get("/away")
@allowed(Right.CARE)
def shown() -> str:
    """Am I away, and who has my tasks?"""
    return _page("")


@pages.post("/away")
@allowed(Right.CARE)
def leave() -> Response | tuple[str, int]:
    """I am away until a day; my tasks go to somebody else now."""
    try:
        with deployment().read(signed_in().actor) as uow:
            zone = office_zone(uow)
        until = fields.morning("until", zone, _("Give the day on which you are back."))
        moved = absences.leave(deployment(), signed_in().actor, until, fields.line("cover") or None)
    except NotAsked as problem:
        return _page(refusals.said(problem)), 409
    flash(ngettext("%(num)d task changed hands.", "%(num)d tasks changed hands.", moved))
    return redirect(url_for("absences.shown"), 303)


@pages.post("/away/over")
@allowed(Right.CARE)
def come_back() -> Response:
    """I am back."""
    absences.come_back(deployment(), signed_in().actor)
    flash(_("You are back. What others took on stays with them."))
    return redirect(url_for("tasks.listed"), 303)


def _page(problem: str) -> str:
    me = signed_in()
    with deployment().read(me.actor) as uow:
        zone, away = office_zone(uow), known.away(uow, me.name)
        owed = counts(uow, me.name).mine
    typed = request.form if problem else {}
    return render_template("admin/absence.html", away=away, owed=owed, zone=zone, problem=problem, typed=typed)
