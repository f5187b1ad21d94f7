"""The inbox of texts that nobody can place yet: who wrote, what, and who has to find out by when."""

from __future__ import annotations

import re

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import fields, refusals
from admin.access import allowed, deployment, signed_in
from admin.language import N_, Sayings
from admin.language import gettext as _
from admin.looks import looking
from admin.roles import Right
from locales.languages import languages
from outreach.engine import finding, placing
from outreach.engine.placing import Aside
from outreach.engine.refusals import NotAsked
from outreach.store.reads import unmatched
from outreach.store.reads.metrics import office_zone
from outreach.store.reads.search import Found

pages = Blueprint("unmatched", __name__)
PAGE = 50
# What a person found out of a number that is no member's; the opt-out comes first, and is two clicks from the inbox.
ASIDE = Sayings(
    {
        Aside.OPTED_OUT: N_("They want no texts"),
        Aside.WRONG_NUMBER: N_("They do not know us"),
        Aside.NOT_FOR_US: N_("It is not for us"),
        Aside.NOBODY_ANSWERS: N_("Nobody says who they are"),
    }
)
_DONE = Sayings(
    {
        Aside.OPTED_OUT: N_("Opted out. Nothing more is sent to this number."),
        Aside.WRONG_NUMBER: N_("Noted. Nothing rings at this number any more."),
        Aside.NOT_FOR_US: N_("Noted. It left the inbox."),
        Aside.NOBODY_ANSWERS: N_("Noted. It left the inbox; their next text comes here again."),
    }
)


@pages.get("/unmatched")
@allowed(Right.MEMBERS)
def listed() -> str:
    """Who wrote that we cannot place?"""
    after = request.args.get("after", "")
    if not re.fullmatch(r"([1-9][0-9]{0,17})?", after):
        abort(400)
    with looking("unmatched") as uow:
        rows = unmatched.page(uow, int(after) if after else None, PAGE)
        zone, now = office_zone(uow), uow.now
    following = rows[-1].task if len(rows) == PAGE else None
    return render_template("admin/unmatched.html", rows=rows, zone=zone, now=now, following=following)


@pages.get("/unmatched/<row:task_id>")
@allowed(Right.CARE)
def placing_page(task_id: int) -> str:
    """Whose phone is it? Look for the member first; what will happen is said before it does."""
    return _placing(task_id)


@pages.post("/unmatched/<row:task_id>/find")
@allowed(Right.CARE)
def find(task_id: int) -> str | tuple[str, int]:
    """Show the members that it may be."""
    try:
        return _placing(task_id, finding.search(deployment(), signed_in().actor, request.form.get("who", "")))
    except NotAsked as problem:
        return _placing(task_id, problem=refusals.said(problem)), 409


@pages.post("/unmatched/<row:task_id>/place")
@allowed(Right.CARE)
def place(task_id: int) -> Response | tuple[str, int]:
    """It is this member's phone."""
    try:
        member = fields.row("member")
        if member is None:
            raise NotAsked(_("Choose the member."))
        placing.place(deployment(), signed_in().actor, task_id, member)
    except NotAsked as problem:
        return _not_done(problem)
    flash(_("The number is the member's now. There is no consent for it yet: ask for it."))
    return redirect(url_for("members.shown", member_id=member), 303)


@pages.post("/unmatched/<row:task_id>/aside")
@allowed(Right.CARE)
def aside(task_id: int) -> Response | tuple[str, int]:
    """It is no member's phone: say what was found out."""
    try:
        why = fields.needed(fields.code(Aside, "why"), _("Choose what you found out."))
        placing.set_aside(deployment(), signed_in().actor, task_id, why)
    except NotAsked as problem:
        return _not_done(problem)
    flash(_DONE[why])
    return redirect(url_for("unmatched.listed"), 303)


def _not_done(problem: NotAsked) -> tuple[str, int]:
    back = url_for("unmatched.listed"), _("Back to the inbox")
    return render_template("admin/not_asked.html", problem=refusals.said(problem), section="unmatched", back=back), 409


def _placing(task_id: int, members: list[Found] | None = None, problem: str = "") -> str:
    with looking(f"task:{task_id}", "placing.viewed") as uow:
        found = unmatched.one(uow, task_id) or abort(404)
        zone = office_zone(uow)
    return render_template(
        "admin/placing.html", it=found, members=members, problem=problem, zone=zone, languages=languages(),
        typed=request.form.get("who", "")[: finding.LONGEST], aside=ASIDE,
    )  # fmt: skip
