"""Tasks of program staff about a language that cannot be heard: opened, taken, finished here; they name no member."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import refusals
from admin.access import allowed, deployment, signed_in
from admin.language import gettext as _
from admin.roles import Right
from locales.languages import languages
from outreach.engine import gap_tasks
from outreach.engine.refusals import NotAsked
from outreach.store import programs
from outreach.store.reads.language_gaps import open_gaps

pages = Blueprint("wording_tasks", __name__, url_prefix="/words/gaps")


@pages.get("")
@allowed(Right.WORDS)
def listed() -> str:
    """Which languages could not be heard when somebody was to be called, and who sees to it?"""
    return _page()


@pages.post("/<row:task_id>/take")
@allowed(Right.WORDS)
def take(task_id: int) -> Response | tuple[str, int]:
    """I see to it."""
    return _try(lambda: gap_tasks.take(deployment(), signed_in().actor, task_id), _("Taken: it is yours."))


@pages.post("/<row:task_id>/finish")
@allowed(Right.WORDS)
def finish(task_id: int) -> Response | tuple[str, int]:
    """It is done, or it cannot be."""
    how = gap_tasks.NOT_POSSIBLE if "not_possible" in request.form else gap_tasks.DONE
    return _try(lambda: gap_tasks.finish(deployment(), signed_in().actor, task_id, how), _("Task finished."))


def _try(act: Callable[[], None], said: str) -> Response | tuple[str, int]:
    try:
        act()
    except NotAsked as problem:
        return _page(refusals.said(problem)), 409
    flash(said)
    return redirect(url_for("wording_tasks.listed"), 303)


def _page(problem: str = "") -> str:
    with deployment().read(signed_in().actor) as uow:
        found = [(each, gap_tasks.missing(uow, each)) for each in open_gaps(uow)]
        known, now = programs.programs(uow), uow.now
    return render_template(
        "admin/words_gaps.html", gaps=found, programs=known, now=now, problem=problem, languages=languages(), tab="gaps"
    )
