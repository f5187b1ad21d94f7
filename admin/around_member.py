"""What a member's page knows of them beside the visit: how they speak, their clock, what is in the way, who is near."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from admin import fields, refusals
from admin.access import allowed, deployment, signed_in
from admin.language import gettext as _
from admin.members import member_page
from admin.roles import Right
from conversations.meaning import Reason
from outreach.engine import around_member as engine
from outreach.engine.refusals import NotAsked
from outreach.loops.around_member import TOLD_TO_PROXIES, Interpreter, Relation, Teller

acts = Blueprint("around_member", __name__)
Answer = Response | tuple[str, int]


@acts.post("/members/<row:member_id>/facts")
@allowed(Right.CARE)
def tell(member_id: int) -> Answer:
    """They, or somebody for them, said how they speak and by which clock they live."""

    def act() -> None:
        facts = engine.Facts(
            language=request.form.get("language", ""),
            spoken=request.form.get("spoken", ""),
            interpreter=fields.needed(fields.code(Interpreter, "interpreter"), _("Choose the interpreter.")),
            zone=request.form.get("zone", ""),
        )
        if not engine.tell(deployment(), signed_in().actor, member_id, facts, _teller()):
            raise NotAsked(_("It was known like this already."))

    return _try("facts", member_id, act, _("Stored. What is planned follows it from now on."))


@acts.post("/members/<row:member_id>/barriers")
@allowed(Right.CARE)
def barrier(member_id: int) -> Answer:
    """Something stands in the way of their visits."""

    def act() -> None:
        reason = fields.needed(fields.code(Reason, "reason"), _("Choose what stands in the way."))
        engine.note_barrier(deployment(), signed_in().actor, member_id, reason, _teller())

    return _try("barrier", member_id, act, _("Noted."))


@acts.post("/members/<row:member_id>/barriers/<row:barrier_id>/end")
@allowed(Right.CARE)
def end_barrier(member_id: int, barrier_id: int) -> Answer:
    """It stands in the way no more."""

    def act() -> None:
        engine.end_barrier(deployment(), signed_in().actor, member_id, barrier_id)

    return _try("barrier", member_id, act, _("Noted that it is over."))


@acts.post("/members/<row:member_id>/proxies")
@allowed(Right.CARE)
def proxy(member_id: int) -> Answer:
    """Somebody stands beside them."""

    def act() -> None:
        relation = fields.needed(fields.code(Relation, "relation"), _("Choose what they are to the member."))
        may_hear = tuple(each for each in TOLD_TO_PROXIES if each in request.form.getlist("may_hear"))
        near = engine.Near(fields.line("name"), relation, may_hear, fields.line("evidence"))
        engine.note_proxy(deployment(), signed_in().actor, member_id, near)

    return _try("proxy", member_id, act, _("Noted."))


@acts.post("/members/<row:member_id>/proxies/<row:proxy_id>/end")
@allowed(Right.CARE)
def end_proxy(member_id: int, proxy_id: int) -> Answer:
    """They stand beside the member no more."""

    def act() -> None:
        engine.end_proxy(deployment(), signed_in().actor, member_id, proxy_id)

    return _try("proxy", member_id, act, _("Taken off the list."))


def _teller() -> Teller:
    return fields.needed(fields.code(Teller, "source"), _("Choose who said so."))


def _try(form: str, member_id: int, act: Callable[[], None], done: str) -> Answer:
    try:
        act()
    except NotAsked as problem:
        return member_page(member_id, form, refusals.said(problem)), 409
    flash(done)
    return redirect(url_for("members.shown", member_id=member_id), 303)
