"""Taking back what one just did."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from admin import refusals, undo
from admin.access import allowed, deployment, signed_in
from admin.language import gettext as _
from admin.roles import Right
from admin.tasks import kept
from outreach.engine import staff_texts, undoing
from outreach.engine.refusals import NotAsked
from outreach.store.reads.tasks import open_task

acts = Blueprint("undoing", __name__)


@acts.post("/tasks/undo")
@allowed(Right.CARE)
def take_back() -> Response:
    """Take the last thing back, as long as it can be."""
    found = undo.offered()
    undo.forget()
    if found is None:
        flash(_("Ten seconds are over. Nothing was undone."))
        return redirect(url_for("tasks.listed", **kept()), 303)
    try:
        if found.phone is None:
            undoing.undo(deployment(), signed_in().actor, found.task, found.row)
        else:
            staff_texts.withdraw(deployment(), signed_in().actor, found.phone, found.row)
    except NotAsked as problem:
        flash(refusals.said(problem))
    else:
        flash(_("Undone.") if found.phone is None else _("Your text was taken back. It was not sent."))
    with deployment().read(signed_in().actor) as uow:
        still_open = open_task(uow, found.task) is not None
    here = url_for("tasks.shown", task_id=found.task, **kept()) if still_open else url_for("tasks.listed", **kept())
    return redirect(here, 303)
