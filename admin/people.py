"""Who may come in: an administrator invites, changes roles, disables, ends sessions and takes away second factors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import fields, refusals
from admin.access import allowed, deployment, signed_in
from admin.language import N_
from admin.language import gettext as _
from admin.roles import Right, Role, needs_proof, rights
from outreach.engine import accounts
from outreach.engine.accounts import Lost
from outreach.engine.refusals import NotAsked
from outreach.store import accounts as stored
from outreach.store import programs, sessions

pages = Blueprint("people", __name__, url_prefix="/people")
Answer = Response | str | tuple[str, int]
ROLES = {
    Role.COORDINATOR: N_("Coordinator: works tasks and conversations"),
    Role.SUPERVISOR: N_("Supervisor: also the team, reports and evidence"),
    Role.PROGRAM_STAFF: N_("Program staff: cadences, words, settings, reports; no members"),
    Role.TRANSLATOR: N_("Translator: writes and reviews words"),
    Role.APPROVER: N_("Approver: answers for words and cadences that others wrote"),
    Role.CLINIC_VIEWER: N_("Clinic viewer: the visits of one clinic"),
    Role.PRIVACY_OFFICER: N_("Privacy officer: the trail and evidence"),
    Role.ADMINISTRATOR: N_("Administrator: who may come in; no members"),
}
STATES = {stored.INVITED: (N_("Invited"), "outline"), stored.ACTIVE: (N_("Active"), "good"),
          stored.DISABLED: (N_("Disabled"), "grey")}  # fmt: skip
WHY_LOST = {
    Lost.BROKEN: N_("The device is broken or lost"),
    Lost.REPLACED: N_("They have a new device"),
    Lost.STOLEN: N_("It was stolen"),
    Lost.NO_CODES: N_("No recovery code is left"),
}


@pages.get("")
@allowed(Right.ACCOUNTS)
def listed() -> str:
    """Who may come in, and what may they do?"""
    return _list()


@pages.post("")
@allowed(Right.ACCOUNTS)
def invite() -> Answer:
    """Make an account, and show the link by which its owner chooses a password, once."""
    try:
        role = fields.needed(fields.code(Role, "role"), _("Choose what the person is here."))
        sign_in, name = request.form.get("sign_in", ""), request.form.get("name", "")
        token = accounts.invite(deployment(), signed_in().actor, sign_in, name, role, *_parts())
    except NotAsked as problem:
        return _list("invite", refusals.said(problem)), 409
    return _link(token, name)


@pages.get("/<row:account_id>")
@allowed(Right.ACCOUNTS)
def shown(account_id: int) -> str:
    """What may this person do, and where are they signed in?"""
    return _page(account_id)


@pages.post("/<row:account_id>/role")
@allowed(Right.ACCOUNTS)
def role(account_id: int) -> Answer:
    """Change what somebody may do, and for which part."""

    def act() -> None:
        wanted = fields.needed(fields.code(Role, "role"), _("Choose what the person is here."))
        accounts.set_role(deployment(), signed_in().actor, account_id, wanted, *_parts())
        flash(_("Changed. They sign in again with it."))

    return _try(account_id, "role", act)


@pages.post("/<row:account_id>/<any(disable, enable):which>")
@allowed(Right.ACCOUNTS)
def stand(account_id: int, which: str) -> Answer:
    """Let somebody in no longer, or again."""

    def act() -> None:
        change = accounts.disable if which == "disable" else accounts.enable
        change(deployment(), signed_in().actor, account_id)
        flash(_("Disabled. They are signed out everywhere.") if which == "disable" else _("Enabled."))

    return _try(account_id, "stand", act)


@pages.post("/<row:account_id>/sessions")
@allowed(Right.ACCOUNTS)
def end_sessions(account_id: int) -> Answer:
    """Sign somebody out everywhere."""

    def act() -> None:
        ended = accounts.end_sessions(deployment(), signed_in().actor, account_id)
        flash(_("Signed out of %(count)d browsers.", count=ended) if ended else _("They were signed in nowhere."))

    return _try(account_id, "sessions", act)


@pages.post("/<row:account_id>/factor")
@allowed(Right.ACCOUNTS)
def factor(account_id: int) -> Answer:
    """Take away somebody's second factor, so that they set up another."""

    def act() -> None:
        why = fields.needed(fields.code(Lost, "why"), _("Say why; make sure first that it is really them who ask."))
        accounts.reset_second_factor(deployment(), signed_in().actor, account_id, why)
        flash(_("Taken away. They set up another when they sign in."))

    return _try(account_id, "factor", act)


@pages.post("/<row:account_id>/link")
@allowed(Right.ACCOUNTS)
def link(account_id: int) -> Answer:
    """Show a new link by which somebody chooses a password, once."""
    try:
        token = accounts.new_link(deployment(), signed_in().actor, account_id)
    except NotAsked as problem:
        return _page(account_id, "link", refusals.said(problem)), 409
    with deployment().read(signed_in().actor) as uow:
        found = stored.one(uow, account_id)
    return _link(token, found.name if found else "")


def _parts() -> tuple[set[int], set[int]]:
    """Return the programs and clinics that were ticked; none means all of them.

    Raises NotAsked for one that is not there: left out, the last of them would open all.
    """
    ticked = [request.form.getlist(name) for name in ("programs", "clinics")]
    with deployment().read(signed_in().actor) as uow:
        known = [{str(each): each for each in kind(uow)} for kind in (programs.programs, programs.clinics)]
    if any(each not in there for given, there in zip(ticked, known, strict=True) for each in given):
        raise NotAsked(_("One of these programs or clinics is not there. Choose again for which part they work."))
    return {known[0][each] for each in ticked[0]}, {known[1][each] for each in ticked[1]}


def _try(account_id: int, form: str, act: Callable[[], None]) -> Answer:
    try:
        act()
    except NotAsked as problem:
        return _page(account_id, form, refusals.said(problem)), 409
    return redirect(url_for("people.shown", account_id=account_id), 303)


def _link(token: str, name: str) -> str:
    path = url_for("sessions.invited", token=token)
    address = deployment().settings.public_url.rstrip("/") + path
    return render_template("admin/invitation.html", address=address, name=name)


def _list(failed: str = "", problem: str = "") -> str:
    with deployment().read(signed_in().actor) as uow:
        found, choices = stored.every(uow), _choices(uow)
    return render_template(
        "admin/people.html", found=found, states=STATES, failed=failed, problem=problem, rights=rights(), **choices
    )


def _page(account_id: int, failed: str = "", problem: str = "") -> str:
    with deployment().read(signed_in().actor) as uow:
        found = stored.one(uow, account_id) or abort(404)
        open_now = sessions.of_account(uow, account_id, deployment().timer.now())
        choices = _choices(uow)
    return render_template(
        "admin/one_of_us.html", found=found, states=STATES, sessions=open_now, why_lost=WHY_LOST, failed=failed,
        problem=problem, proof=needs_proof(Role(found.role)), **choices,
    )  # fmt: skip


def _choices(uow: Any) -> dict[str, Any]:
    return {"roles": ROLES, "programs": programs.programs(uow).values(), "clinics": programs.clinics(uow).values()}
