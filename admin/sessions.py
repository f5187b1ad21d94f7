"""Coming in and going out: a password and a second factor, a passkey, or, in a training, a link that works once.

Between the password and the second factor nobody is signed in: who is half way stands in the signed cookie, for five
minutes.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from admin import access, challenges, language, refusals
from admin.access import allowed, deployment, signed_in, visitor, without_sign_in
from admin.homes import home
from admin.language import gettext as _
from admin.leads_back import local, of_this_site
from admin.roles import Right, Role, needs_proof
from outreach.engine import accounts, handlers, passkeys, signing_in
from outreach.engine.refusals import NotAsked
from outreach.engine.signing_in import DOOR, NotSignedIn
from outreach.engine.vouching import ProviderAway
from outreach.store import accounts as stored
from outreach.store import sessions
from outreach.store.accounts import Account
from outreach.store.actor import Actor

pages = Blueprint("sessions", __name__)
Answer = Response | str | tuple[str, int]
_LINK = Actor("person", "sign-in-link")
_HALF_LASTS = timedelta(minutes=5)
_TRIES, _WITHIN = 30, 900.0  # from one network, in seconds; kept in each process


@pages.get("/sign-in")
@without_sign_in
def asked() -> Answer:
    """Who are you?"""
    return door()


def door(problem: str = "", status: int = 200) -> tuple[str, int]:
    """Return the page at which one signs in."""
    with deployment().read(DOOR) as uow:
        nobody = not stored.any_there(uow)
    at_the_door = request.method != "GET" or request.blueprint in ("sessions", "sign_on")
    back = "" if at_the_door else request.full_path.removesuffix("?")
    return render_template(
        "admin/sign_in.html",
        problem=problem,
        nobody=nobody,
        links=not deployment().settings.carrier_configured,
        question=challenges.put(passkeys.ask(deployment())),
        back=request.values.get("back", back),
        provider=_provider(),
    ), status


@pages.post("/sign-in")
@without_sign_in
def entered() -> Answer:
    """Look at an address and a password; what is wrong with them is not told."""
    if not _may_try():
        return door(_("Too many tries from this network. Wait a quarter of an hour."), 429)
    try:
        given = request.form.get("password", "")
        found = signing_in.by_password(deployment(), request.form.get("sign_in", ""), given)
    except NotSignedIn:
        _tried(request.form.get("sign_in", ""))
        return door(_("This address and password do not go together, or the account has to wait. Try again."), 403)
    back = request.form.get("back", "")
    if found.second_factor:
        session.clear()
        return half_way(found, back)
    return come_in(found, back, proved=False)


@pages.get("/sign-in/code")
@without_sign_in
def code() -> Answer:
    """What does your second factor say?"""
    return _code_page() if _half() else redirect(url_for("sessions.asked"), 303)


@pages.post("/sign-in/code")
@without_sign_in
def code_entered() -> Answer:
    """Look at a one-time code, or use up a recovery code."""
    half = _half()
    if half is None or not _may_try():
        return redirect(url_for("sessions.asked"), 303)
    try:
        signing_in.by_code(deployment(), half["account"], request.form.get("code", ""))
    except NotSignedIn:
        _tried(half["sign_in"])
        return _code_page(_("This code is not right, or was used already. Wait for the next one.")), 403
    with deployment().read(DOOR) as uow:
        found = stored.one(uow, half["account"]) or abort(401)
    return come_in(found, half["back"], proved=True)


@pages.post("/sign-in/passkey")
@without_sign_in
def passkey() -> Answer:
    """Look at what a passkey signed: it is both factors. It never has to wait, whoever guesses meanwhile."""
    try:
        found = passkeys.by_passkey(deployment(), request.form.get("answer", ""), challenges.take())
    except NotSignedIn:
        return door(_("This passkey was not taken. Try again, or use your password."), 403)
    return come_in(found, request.form.get("back", ""), proved=True)


@pages.get("/invited/<token>")
@without_sign_in
def invited(token: str) -> Answer:
    """Which password do you choose?"""
    return _choosing(token)


@pages.post("/invited/<token>")
@without_sign_in
def chosen(token: str) -> Answer:
    """Store the password of whoever has the link; it is typed once more when they sign in."""
    given = request.form.get("password", "")
    found = accounts.of_link(deployment(), token)
    try:
        if given != request.form.get("again", given):
            raise NotAsked(_("The two are not the same. Type the password again."))
        alone = found is not None and not needs_proof(Role(found.role))
        accounts.choose_password(deployment(), token, given, alone=alone)
    except NotAsked as problem:
        return _choosing(token, refusals.said(problem)), 409
    flash(_("Your password is set. Sign in with it."))
    return redirect(url_for("sessions.asked"), 303)


@pages.get("/sign-in/<token>")
@without_sign_in
def enter(token: str) -> Response:
    """Exchange a link at once for a session; a second use of it opens nothing. There are none beside a real carrier."""
    subject = None
    if not deployment().settings.carrier_configured:
        subject = handlers.redeem_link(deployment(), _LINK, "sign_in", token, once=True)
    if subject is None or subject.get("role") not in tuple(Role) or not subject.get("name"):
        abort(401)
    name, role = str(subject["name"]), Role(str(subject["role"]))
    access.sign_in(signing_in.begin_training(deployment(), name, role, visitor()))
    return redirect(home(role), 303)


@pages.post("/sign-out")
@allowed(Right.SIGNED_IN)
def leave() -> str:
    """End the session, here and on the server."""
    me = signed_in()
    with deployment().write(me.actor) as uow:
        sessions.end(uow, me.session, deployment().timer.now())
        uow.commit()
    there = _leave_there() if session.get("vouched") else ""
    session.clear()
    g.person = None
    return render_template("admin/signed_out.html", there=there, provider=_provider())


@pages.post("/language")
@without_sign_in
def speak() -> Response:
    """Say in which language the console speaks to this reader; it is kept with their account."""
    chosen = request.form.get("language", "")
    if chosen not in language.SPOKEN:
        abort(400)
    language.choose(chosen)
    me = access.person()
    if me is not None and me.account is not None:
        with deployment().write(me.actor) as uow:
            stored.change(uow, me.account, {"language": chosen})
            uow.commit()
    return redirect(local(url_for("sessions.asked")), 303)


def come_in(found: Account, back: str, *, proved: bool, vouched: bool = False) -> Answer:
    """Sign somebody in, and lead them on; `vouched` when the organisation's own sign-in asked for the second factor."""
    try:
        token = signing_in.begin(deployment(), found, visitor(), proved=proved, vouched=vouched)
    except NotSignedIn:
        return door(_("Your account was changed just now. Sign in again."), 403)
    access.sign_in(token)
    _forgiven(found.sign_in)
    if found.language is not None and found.language in language.SPOKEN:
        language.choose(found.language)
    role = Role(found.role)
    if not proved and needs_proof(role):
        return redirect(url_for("own_account.shown"), 303)
    return redirect(of_this_site(back, home(role)), 303)


def half_way(found: Account, back: str) -> Response:
    """Ask for the second factor of somebody whose first was right."""
    at = deployment().timer.now().isoformat()
    session["half"] = {"account": found.id, "sign_in": found.sign_in, "at": at, "back": back}
    return redirect(url_for("sessions.code"), 303)


def _provider() -> str:
    found = deployment().sign_on
    return found.name if found else ""


def _leave_there() -> str:
    """Return where somebody signs out of the organisation's own sign-in too, as far as that is known now."""
    found = deployment().sign_on
    try:
        return found.leave_address() if found else ""
    except ProviderAway:
        return ""


def _half() -> dict[str, Any] | None:
    """Return who gave a right password a short while ago, and where they wanted to go."""
    half = session.get("half")
    if not half or deployment().timer.now() > datetime.fromisoformat(half["at"]) + _HALF_LASTS:
        return None
    found: dict[str, Any] = half
    return found


def _code_page(problem: str = "") -> str:
    question = challenges.put(passkeys.ask(deployment()))
    return render_template("admin/second_factor.html", problem=problem, question=question)


def _choosing(token: str, problem: str = "") -> str:
    found = accounts.of_link(deployment(), token) or abort(404)
    alone = not needs_proof(Role(found.role))
    provider = _provider() if found.state == stored.INVITED else ""
    return render_template(
        "admin/invited.html", found=found, problem=problem, alone=alone, token=token, provider=provider
    )


def _tries() -> dict[str, deque[tuple[float, str]]]:
    tries: dict[str, deque[tuple[float, str]]] = current_app.extensions.setdefault("outreach.tries", {})
    return tries


def _may_try() -> bool:
    """Whether a network has wrong tries left: guessing through many accounts costs it its time."""
    found, now = _tries().get(visitor().address), deployment().timer.monotonic()
    while found and found[0][0] < now - _WITHIN:
        found.popleft()
    return not found or len(found) < _TRIES


def _tried(sign_in: str) -> None:
    found = _tries().setdefault(visitor().address, deque(maxlen=_TRIES))
    found.append((deployment().timer.monotonic(), stored.folded(sign_in)))


def _forgiven(sign_in: str) -> None:
    """Who came in only mistyped before: an office of forty behind one address does not lock itself out."""
    tries, mine = _tries(), visitor().address
    left = [each for each in tries.pop(mine, ()) if each[1] != stored.folded(sign_in)]
    if left:
        tries[mine] = deque(left, maxlen=_TRIES)
