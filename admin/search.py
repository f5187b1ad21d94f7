"""Finding a member: what is typed goes with the form, never with an address, and who was shown is on record."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from admin import refusals
from admin.access import allowed, deployment, signed_in
from admin.roles import Right
from locales.languages import languages
from outreach.engine import finding
from outreach.engine.refusals import NotAsked
from outreach.store.reads.search import FOUND, Found

pages = Blueprint("search", __name__)


@pages.get("/members")
@allowed(Right.MEMBERS)
def asked() -> str:
    """Who is this person? Type a name or a number."""
    return _page("", None)


@pages.post("/members")
@allowed(Right.MEMBERS)
def found() -> str | tuple[str, int] | Response:
    """Show who fits, with no more than is needed to open the right one."""
    typed = request.form.get("who", "")
    try:
        members = finding.search(deployment(), signed_in().actor, typed)
    except NotAsked as problem:
        return _page(typed, None, refusals.said(problem)), 409
    return _page(typed, members)


def _page(typed: str, members: list[Found] | None, problem: str = "") -> str:
    return render_template(
        "admin/search.html", typed=typed[: finding.LONGEST], members=members, problem=problem, most=FOUND,
        languages=languages(),
    )  # fmt: skip
