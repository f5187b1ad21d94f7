"""What people do with a loop itself: say how its visit ended, close it with a reason, ask the clinic."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from admin import fields, refusals, stopping
from admin.access import allowed, deployment, signed_in
from admin.language import gettext as _
from admin.loops import loop_page
from admin.roles import Right
from conversations.meaning import Reason
from outreach.engine import handlers
from outreach.engine.refusals import NotAsked
from outreach.loops.outcomes import Outcome, Source
from outreach.store.reads import members
from outreach.store.reads.loops import one

acts = Blueprint("loop_acts", __name__)
_LINK_HOURS = 72.0
Answer = Response | tuple[str, int]


@acts.post("/loops/<row:loop_id>/outcome")
@allowed(Right.CARE)
def mark(loop_id: int) -> Answer:
    """Say how the visit ended, and from whom one knows."""

    def act() -> None:
        outcome = fields.needed(fields.code(Outcome, "outcome"), _("Choose how the visit ended."))
        source = fields.needed(fields.code(Source, "source"), _("Choose who told you."))
        reason = fields.code(Reason, "reason")
        handlers.report_outcome(deployment(), signed_in().actor, loop_id, outcome, reason, source)

    return _try("outcome", loop_id, act, _("Outcome recorded."))


@acts.post("/loops/<row:loop_id>/close")
@allowed(Right.CARE)
def close(loop_id: int) -> Answer:
    """End the loop, with a reason."""

    def act() -> None:
        reason = fields.needed(fields.code(Reason, "reason"), _("Choose the reason: a loop never ends without one."))
        handlers.close_loop(deployment(), signed_in().actor, loop_id, reason)

    return _try("close", loop_id, act, _("Loop closed."))


@acts.post("/loops/<row:loop_id>/clinic-link")
@allowed(Right.CARE)
def clinic_link(loop_id: int) -> str:
    """Make a link by which the clinic itself says how this visit ended."""
    actor = signed_in().actor
    with deployment().read(actor) as uow:
        loop = one(uow, loop_id) or abort(404)
    subject: dict[str, object] = {"loop": loop_id, "clinic": loop.clinic_id}
    token = handlers.issue_link(deployment(), actor, "clinic", subject, _LINK_HOURS)
    address = f"{deployment().settings.public_url.rstrip('/')}/clinic/{token}"
    return render_template("admin/clinic_link.html", promise=loop, address=address, hours=int(_LINK_HOURS))


@acts.post("/loops/<row:loop_id>/stop")
@allowed(Right.CARE)
def stop(loop_id: int) -> Answer:
    """The member wants no more texts on a phone of theirs (LAW-15)."""
    with deployment().read(signed_in().actor) as uow:
        promise = one(uow, loop_id) or abort(404)
        phones = members.phone_ids(uow, promise.member_id)
    return _try("stop", loop_id, lambda: stopping.stop(phones), stopping.stopped())


def _try(form: str, loop_id: int, act: Callable[[], None], said: str) -> Answer:
    """Do it and say so; or show the loop again with what was typed, and say why not."""
    try:
        act()
    except NotAsked as problem:
        return loop_page(loop_id, form, refusals.said(problem)), 409
    flash(said)
    return redirect(url_for("loops.shown", loop_id=loop_id), 303)
