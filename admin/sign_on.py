"""Coming in by the organisation's own sign-in, and linking an account with it.

What was begun stands in the signed cookie until the browser is back, ten minutes at most, and is good once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for

from admin import own_account, refusals
from admin.access import allowed, deployment, person, signed_in, without_sign_in
from admin.language import gettext as _
from admin.roles import Right
from admin.sessions import Answer, come_in, door, half_way
from outreach.engine import single_sign_on
from outreach.engine.refusals import NotAsked
from outreach.engine.single_sign_on import Closed, NotLinked
from outreach.engine.vouching import SIGN_ON_BACK, Answered, Begun, NotVouched, Provider, ProviderAway, Vouched
from outreach.store.accounts import Account

pages = Blueprint("sign_on", __name__)
_LASTS = timedelta(minutes=10)
_log = structlog.get_logger()


@pages.get("/sign-in/with")
@without_sign_in
def begin() -> Answer:
    """Go and sign in at the organisation's own."""
    try:
        return redirect(_begun({"back": request.args.get("back", "")}), 303)
    except ProviderAway:
        return door(_away(), 503)


@pages.post("/invited/<token>/with")
@without_sign_in
def invited(token: str) -> Answer:
    """Take an invitation without choosing a password."""
    return _go({"invite": token})


@pages.post("/account/identity")
@allowed(Right.SIGNED_IN)
def link() -> Answer:
    """Let the organisation's own sign-in open one's account from now on."""
    me, found = own_account.mine()
    try:
        own_account.proven_of_late(me, found)
    except NotAsked as problem:
        return own_account.page("identity", refusals.said(problem)), 409
    return _go({"link": found.id})


@pages.post("/account/identity/remove")
@allowed(Right.SIGNED_IN)
def unlink() -> Answer:
    """End the link."""
    me, found = own_account.mine()
    try:
        own_account.proven_of_late(me, found)
        single_sign_on.unlink(deployment(), me.actor, found.id)
    except NotAsked as problem:
        return own_account.page("identity", refusals.said(problem)), 409
    return redirect(url_for("own_account.shown"), 303)


@pages.get(SIGN_ON_BACK)
@without_sign_in
def back() -> Answer:
    """Who is it, by what the provider says of whoever comes back from it?"""
    provider, kept = _provider(), session.pop("sign_on", None)
    given = request.args
    if not isinstance(kept, dict) or _late(kept) or not kept["state"] or given.get("state") != kept["state"]:
        return door(_("This sign-in took too long, or was begun in another window. Begin again."), 403)
    if "code" not in given:
        return door(_("You did not sign in at %(name)s.", name=provider.name), 403)
    begun = Begun("", kept["state"], kept["nonce"], kept["verifier"])
    try:
        answered = Answered(given["code"], given.get("iss", ""))
        found = single_sign_on.vouched(deployment(), provider, begun, answered)
    except ProviderAway:
        return door(_away(), 503)
    except NotVouched as problem:
        _log.warning("sign_on.not_vouched", why=problem.why)
        return door(_unsure(problem), 403)
    return _known(kept["for"], found)


def _known(wanted: Mapping[str, Any], found: Vouched) -> Answer:
    """Do what was begun, now that it is known who came back."""
    if "link" in wanted:
        return _link(wanted["link"], found)
    try:
        if "invite" in wanted:
            account = single_sign_on.accept(deployment(), wanted["invite"], found)
        else:
            account = single_sign_on.come_in(deployment(), found)
    except NotAsked as problem:
        return door(refusals.said(problem), 409)
    except NotLinked:
        unknown = _("No account here is linked with this sign-in.")
        how = _("Open your invitation, or sign in with your password and link it under My account.")
        return door(f"{unknown} {how}", 403)
    except Closed:
        return door(_("Your account is disabled. Ask an administrator."), 403)
    return _in(account, str(wanted.get("back", "")), found)


def _in(account: Account, back: str, found: Vouched) -> Answer:
    session.clear()
    if account.second_factor and not found.proved:
        return half_way(account, back)
    answer = come_in(account, back, proved=found.proved, vouched=found.proved)
    session["vouched"] = True  # who came in there may want to leave there too
    return answer


def _link(account_id: int, found: Vouched) -> Answer:
    me = person()
    if me is None or me.account != account_id:
        return door(_("You were signed out meanwhile. Sign in, and begin again."), 403)
    try:
        own_account.proven_of_late(*own_account.mine())
        single_sign_on.link(deployment(), signed_in().actor, account_id, found)
    except NotAsked as problem:
        return render_template("admin/sign_on.html", problem=refusals.said(problem), provider=_provider().name), 409
    flash(_("Linked. From now on you can come in by %(name)s.", name=_provider().name))
    return redirect(url_for("own_account.shown"), 303)


def _go(wanted: Mapping[str, Any]) -> Answer:
    """Show the way there: a form of ours may lead nowhere else, so the last step is a link."""
    try:
        address = _begun(wanted)
    except ProviderAway:
        return door(_away(), 503)
    return render_template("admin/sign_on.html", address=address, provider=_provider().name)


def _begun(wanted: Mapping[str, Any]) -> str:
    begun = single_sign_on.begin(deployment(), _provider())
    kept = {"state": begun.state, "nonce": begun.nonce, "verifier": begun.verifier, "for": dict(wanted)}
    session["sign_on"] = kept | {"at": deployment().timer.now().isoformat()}
    return begun.address


def _provider() -> Provider:
    return deployment().sign_on or abort(404)


def _late(kept: Mapping[str, Any]) -> bool:
    return deployment().timer.now() > datetime.fromisoformat(kept["at"]) + _LASTS


def _away() -> str:
    return _("%(name)s does not answer. Try again in a minute, or use your password.", name=_provider().name)


def _unsure(problem: NotVouched) -> str:
    if problem.why == "domain":
        return _("%(name)s does not vouch for an address that may come in here.", name=_provider().name)
    unsure = _("What %(name)s said of you could not be checked, so you are not signed in.", name=_provider().name)
    then = _("Begin again; if it stays so, tell whoever looks after Outreach.")
    return f"{unsure} {then}"
