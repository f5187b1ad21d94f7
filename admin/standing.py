"""A member cannot come for a while, or is back."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, url_for
from werkzeug.wrappers import Response

from admin import fields, refusals
from admin.access import allowed, deployment, signed_in
from admin.language import gettext as _
from admin.loops import loop_page
from admin.member_words import STANDINGS
from admin.roles import Right
from outreach.engine.refusals import NotAsked
from outreach.engine.standing import set_standing
from outreach.loops.standing import Standing
from outreach.store.reads import loops as reads

pages = Blueprint("standing", __name__)


@pages.post("/loops/<row:loop_id>/standing")
@allowed(Right.CARE)
def change(loop_id: int) -> Response | tuple[str, int]:
    """Pause the member's texts until somebody looks again, or begin them anew; a death is reported by a task."""
    actor = signed_in().actor
    with deployment().read(actor) as uow:
        loop = reads.one(uow, loop_id) or abort(404)
        stands = reads.person(uow, loop.member_id).standing
    try:
        standing = fields.needed(fields.code(Standing, "standing"), _("Choose where the member is."))
        if Standing.DECEASED in (standing, stands):
            raise NotAsked(_("That a member died is found out by phone, and said at the task about it."))
        set_standing(deployment(), actor, loop.member_id, standing, _review(standing, loop.zone))
    except NotAsked as problem:
        return loop_page(loop_id, "standing", refusals.said(problem)), 409
    why = STANDINGS[standing].lower()
    flash(_("The member is back.") if standing is Standing.ACTIVE else _("Texts wait: %(why)s.", why=why))
    return redirect(url_for("loops.shown", loop_id=loop_id), 303)


def _review(standing: Standing, zone: str) -> datetime | None:
    if not standing.paused:
        return None
    return fields.morning("review", zone, _("Give the date on which somebody looks again."))
