"""One's own account: the password, the second factor, recovery codes, where one is signed in, the language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import segno
from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from admin import challenges, refusals
from admin.access import Person, allowed, deployment, signed_in
from admin.language import gettext as _
from admin.roles import Right, needs_proof
from outreach.engine import accounts, passkeys, signing_in
from outreach.engine.refusals import NotAsked
from outreach.store import accounts as stored
from outreach.store import identities, sessions
from outreach.store.accounts import Account

_OF_LATE = timedelta(minutes=15)
pages = Blueprint("own_account", __name__, url_prefix="/account")
Answer = Response | str | tuple[str, int]


@pages.get("")
@allowed(Right.SIGNED_IN)
def shown() -> str:
    """With what do I prove myself, and where am I signed in?"""
    return page()


@pages.post("/password")
@allowed(Right.SIGNED_IN)
def password() -> Answer:
    """Choose another password; everywhere else one is signed out."""
    me, found = mine()

    def act() -> None:
        old, new = request.form.get("old", ""), request.form.get("password", "")
        alone = not needs_proof(me.role)
        accounts.change_password(deployment(), me.actor, found.id, old, new, me.session, alone=alone)
        flash(_("Your password is changed. You are signed out everywhere else."))

    return _try("password", act)


@pages.post("/codes")
@allowed(Right.SIGNED_IN)
def codes() -> Answer:
    """Let an authenticator app be the second factor, once it showed a code of ours."""
    me, found = mine()
    secret = session.get("secret")
    if not isinstance(secret, str):
        abort(409)
    try:
        proven_of_late(me, found)
        new = signing_in.enrol_codes(deployment(), me.actor, found.id, secret, request.form.get("code", ""))
    except NotAsked as problem:
        return page("codes", refusals.said(problem)), 409
    session.pop("secret")
    return _proved(me, new)


@pages.post("/passkeys")
@allowed(Right.SIGNED_IN)
def add_passkey() -> Answer:
    """Add a passkey of this device."""
    me, found = mine()
    answer, name = request.form.get("answer", ""), request.form.get("name", "")
    try:
        proven_of_late(me, found)
        new = passkeys.add(deployment(), me.actor, found.id, answer, challenges.take(), name)
    except NotAsked as problem:
        return page("passkeys", refusals.said(problem)), 409
    return _proved(me, new)


@pages.post("/passkeys/<row:key>/remove")
@allowed(Right.SIGNED_IN)
def remove_passkey(key: int) -> Answer:
    """Take away a passkey of one's own."""
    me, found = mine()

    def act() -> None:
        proven_of_late(me, found)
        passkeys.remove(deployment(), me.actor, found.id, key)

    return _try("passkeys", act)


@pages.post("/recovery")
@allowed(Right.SIGNED_IN)
def recovery() -> Answer:
    """Make new recovery codes; the old ones are worth nothing."""
    me, found = mine()
    try:
        proven_of_late(me, found)
    except NotAsked as problem:
        return page("codes", refusals.said(problem)), 409
    with deployment().write(me.actor) as uow:
        new = signing_in.give_codes(uow, found.id)
        uow.commit()
    return render_template("admin/recovery.html", codes=new)


@pages.post("/sessions/<row:which>/end")
@allowed(Right.SIGNED_IN)
def end(which: int) -> Answer:
    """Sign out somewhere else."""
    me, found = mine()
    return _try("sessions", lambda: accounts.end_session(deployment(), me.actor, found.id, which))


@pages.post("/sessions/end")
@allowed(Right.SIGNED_IN)
def end_others() -> Answer:
    """Sign out everywhere else."""
    me, found = mine()

    def act() -> None:
        ended = accounts.end_sessions(deployment(), me.actor, found.id, but=me.session)
        flash(_("Signed out of %(count)d other browsers.", count=ended) if ended else _("There was no other."))

    return _try("sessions", act)


def mine() -> tuple[Person, Account]:
    """Return who asks, with their account; who came by a link of a training has none."""
    me = signed_in()
    with deployment().read(me.actor) as uow:
        found = stored.one(uow, me.account) if me.account else None
    return me, found or abort(404)


def _may_change(me: Person, found: Account) -> bool:
    """Whether what somebody proves themselves with is theirs to change: they proved themselves a short while ago.

    A browser that was left open for a moment is not enough to put another's key beside theirs (ASVS 7.5.1).
    """
    late = me.since is None or deployment().timer.now() > me.since + _OF_LATE
    return not found.second_factor or (me.proved and not late)


def proven_of_late(me: Person, found: Account) -> None:
    """Raise NotAsked unless somebody proved themselves a short while ago."""
    if not _may_change(me, found):
        raise NotAsked(_("You signed in a while ago. Sign in again to change your second factor."))


def _proved(me: Person, new: list[str]) -> Answer:
    """The session goes on as a proved one; recovery codes are shown this once."""
    with deployment().write(me.actor) as uow:
        sessions.prove(uow, me.session)
        uow.commit()
    if not new:
        flash(_("Your passkey is added."))
        return redirect(url_for("own_account.shown"), 303)
    return render_template("admin/recovery.html", codes=new)


def _try(form: str, act: Callable[[], None]) -> Answer:
    try:
        act()
    except NotAsked as problem:
        return page(form, refusals.said(problem)), 409
    return redirect(url_for("own_account.shown"), 303)


def page(failed: str = "", problem: str = "") -> str:
    """Return the page of one's own account; with what could not be done, and why."""
    me = signed_in()
    found: Account | None = None
    shown: dict[str, Any] = {}
    if me.account is not None:
        with deployment().read(me.actor) as uow:
            found = stored.one(uow, me.account)
            shown = {
                "passkeys": stored.passkeys(uow, me.account),
                "identity": identities.of_account(uow, me.account),
                "sessions": sessions.of_account(uow, me.account, deployment().timer.now()),
            }
    if found is not None and found.one_time is None:
        secret = session.setdefault("secret", signing_in.new_secret())
        shown |= {"secret": secret, "drawn": _drawn(signing_in.address_of(secret, found.sign_in))}
    if found is not None:
        shown["may_change"] = _may_change(me, found)
        shown["question"] = challenges.put(passkeys.ask_for_new(deployment(), found))
    shown |= {"must": me.must_prove, "provider": provider.name if (provider := deployment().sign_on) else ""}
    return render_template("admin/own_account.html", found=found, failed=failed, problem=problem, **shown)


def _drawn(address: str) -> str:
    """Return the address as a QR code, in an image that needs no other request."""
    return segno.make(address, error="m").svg_data_uri(scale=4, border=2)
