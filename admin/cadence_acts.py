"""What is done with a cadence: drafted, changed step by step, discarded, asked for, published."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from admin import cadence_words, refusals
from admin.access import allowed, deployment, signed_in
from admin.cadences import editor
from admin.language import gettext as _
from admin.roles import Right
from admin.settings_stored import program_or_404
from outreach.engine import cadences
from outreach.engine.cadences import DraftChanged
from outreach.engine.refusals import NotAsked
from outreach.loops.cadence import BadCadence

acts = Blueprint("cadence_acts", __name__, url_prefix="/cadences")
Answer = Response | str | tuple[str, int]
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


@acts.post("/<row:program_id>/draft")
@allowed(Right.PROGRAMS)
def start(program_id: int) -> Answer:
    """Begin a draft: with what is live, or with an older version that is to come back."""
    _there(program_id)
    like = request.form.get("like", "")
    if like and not _NUMBER.fullmatch(like):
        abort(400)
    try:
        cadences.start(deployment(), signed_in().actor, program_id, int(like) if like else None)
    except NotAsked as problem:
        return editor(program_id, "", whole=[refusals.said(problem)]), 409
    return redirect(url_for("cadences.differences" if like else "cadences.shown", program_id=program_id), 303)


@acts.post("/<row:program_id>/step")
@allowed(Right.PROGRAMS)
def save_step(program_id: int) -> Answer:
    """Save a step as it is typed, or a new one."""
    _there(program_id)
    key = request.form.get("step", "") or None
    try:
        row = cadence_words.row_of(request.form)
        cadences.put_step(deployment(), signed_in().actor, program_id, _seen(), key, row)
    except BadCadence as bad:
        whole, beside = cadence_words.beside(bad)
        return editor(program_id, key or "new", request.form, whole, beside), 409
    except (NotAsked, DraftChanged) as problem:
        return editor(program_id, key or "new", request.form, [_said(problem)]), 409
    flash(_("Saved in the draft."))
    return redirect(url_for("cadences.shown", program_id=program_id, step=row["key"]), 303)


@acts.post("/<row:program_id>/step/<any(earlier,later,copy,remove):what>")
@allowed(Right.PROGRAMS)
def change_step(program_id: int, what: str) -> Answer:
    """Move a step, copy it, or take it out."""
    _there(program_id)
    key, actor = request.form.get("step", ""), signed_in().actor
    about = (deployment(), actor, program_id, _seen(), key)
    try:
        if what == "copy":
            key = cadences.copy_step(*about)
        elif what == "remove":
            cadences.remove_step(*about)
        else:
            cadences.move_step(*about, by=-1 if what == "earlier" else 1)
    except (BadCadence, NotAsked, DraftChanged) as problem:
        return editor(program_id, key, whole=[_said(problem)]), 409
    return redirect(url_for("cadences.shown", program_id=program_id, step=key if what != "remove" else None), 303)


@acts.post("/<row:program_id>/patience")
@allowed(Right.PROGRAMS)
def patience(program_id: int) -> Answer:
    """After how many unanswered questions does a person call?"""
    _there(program_id)
    asked = request.form.get("escalate_after", "")
    try:
        after = int(asked) if _NUMBER.fullmatch(asked) else 0
        cadences.set_patience(deployment(), signed_in().actor, program_id, _seen(), after)
    except (BadCadence, NotAsked, DraftChanged) as problem:
        return editor(program_id, "", whole=[_said(problem)]), 409
    flash(_("Saved in the draft."))
    return redirect(url_for("cadences.shown", program_id=program_id), 303)


@acts.post("/<row:program_id>/<any(discard,ask):what>")
@allowed(Right.PROGRAMS)
def decide(program_id: int, what: str) -> Answer:
    """Throw the draft away, or ask a second person to publish it."""

    def act(*about: Any) -> str:
        if what == "discard":
            cadences.discard(*about)
            return _("The draft is gone. What is live stays as it is.")
        cadences.ask(*about)
        return _("Somebody else with the right to publish can do it now.")

    return _try(program_id, act)


@acts.post("/<row:program_id>/publish")
@allowed(Right.PUBLISH)
def publish(program_id: int) -> Answer:
    """Let a draft go live that others wrote, as the second person."""

    def act(*about: Any) -> str:
        version = cadences.publish(*about)
        return _("Version %(version)d is live. Open visits are planned again by it.", version=version)

    return _try(program_id, act)


def _try(program_id: int, act: Callable[..., str]) -> Answer:
    _there(program_id)
    try:
        flash(act(deployment(), signed_in().actor, program_id, _seen()))
    except (BadCadence, NotAsked, DraftChanged) as problem:
        return editor(program_id, "", whole=[_said(problem)]), 409
    return redirect(url_for("cadences.shown", program_id=program_id), 303)


def _there(program_id: int) -> None:
    with deployment().read(signed_in().actor) as uow:
        program_or_404(uow, program_id)


def _seen() -> int:
    value = request.form.get("draft", "")
    return int(value) if _NUMBER.fullmatch(value) else abort(400)


def _said(problem: Exception) -> str:
    if isinstance(problem, DraftChanged):
        return _(
            "Somebody changed, published or discarded the draft meanwhile. Nothing was saved; look at it as it is."
        )
    return str(problem)
