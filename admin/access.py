"""Who is signed in, and what each page needs; a page that does not declare it fails the build."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import ParamSpec, TypeVar

from flask import abort, current_app, g, redirect, request, session, url_for

from admin.language import N_
from admin.roles import OF_ALL, Right, Role, needs_proof, rights
from admin.within import reaches
from outreach.engine.deployment import Deployment
from outreach.engine.signing_in import DOOR, Visitor
from outreach.store import sessions
from outreach.store.actor import Actor, Scope
from outreach.store.scopes import scope_of

_NOTED = timedelta(minutes=1)
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_OPEN_PAGES = 8  # how many pages a person may keep open without each look being noted anew

Args = ParamSpec("Args")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, and for which part of the organisation they work; None is all of it."""

    name: str
    role: Role
    scope: Scope | None = None
    account: int | None = None
    session: int = 0
    proved: bool = True
    seeing_until: datetime | None = None  # members may be seen so long, though the role does not say so
    since: datetime | None = None  # when they signed in

    def may(self, right: Right) -> bool:
        """Whether this person's role has a right, or a broken glass gives it for a while."""
        if right in OF_ALL and self.scope is not None:
            return False
        return right in rights()[self.role] or (right is Right.MEMBERS and self.seeing_until is not None)

    @property
    def must_prove(self) -> bool:
        """Whether a second factor has to be set up before anything else is shown."""
        return not self.proved and needs_proof(self.role)

    @property
    def actor(self) -> Actor:
        """Return the actor that reads and handlers take."""
        return Actor("person", self.name, scope=self.scope)


def deployment() -> Deployment:
    """Return the deployment that this app serves."""
    found: Deployment = current_app.extensions["outreach"]
    return found


def allowed(right: Right) -> Callable[[Callable[Args, Answer]], Callable[Args, Answer]]:
    """Declare what a page needs: nobody signed in gets 401, who may not 403."""

    def declare(view: Callable[Args, Answer]) -> Callable[Args, Answer]:
        @wraps(view)
        def guarded(*args: Args.args, **kwargs: Args.kwargs) -> Answer:
            found = person()
            if found is None:
                abort(401)
            if found.must_prove and right is not Right.SIGNED_IN:
                abort(redirect(url_for("own_account.shown"), 303))
            if not found.may(right):
                abort(403)
            if right is not Right.SIGNED_IN:  # what is one's own is in no part of the organisation
                _within(found)
            return view(*args, **kwargs)

        guarded.needs = right  # type: ignore[attr-defined]
        return guarded

    return declare


def _within(found: Person) -> None:
    """What is not in somebody's part of the organisation is not there; what they only read is not theirs to change."""
    if not reaches(found.actor):
        abort(404)
    if request.method == "POST" and not reaches(found.actor, to_change=True):
        abort(403)


def without_sign_in(view: Callable[Args, Answer]) -> Callable[Args, Answer]:
    """Declare that a page needs nobody signed in."""
    view.needs = None  # type: ignore[attr-defined]
    return view


def person() -> Person | None:
    """Return who is signed in for this request, or None when nobody is or the session is over."""
    if "person" not in g:
        g.person = _person(deployment().timer.now())
    found: Person | None = g.person
    return found


def while_signed_in() -> Callable[[], bool]:
    """Return what tells, long after this request, whether its session is open yet: asking is no sign of anybody."""
    serving, token = deployment(), str(session.get("token"))

    def open_yet() -> bool:
        with serving.read(DOOR) as uow:
            found = sessions.of_token(uow, token)
        return found is not None and not found.over(serving.timer.now())

    return open_yet


def signed_in() -> Person:
    """Return the person behind a page that `allowed` let through."""
    found = person()
    if found is None:
        abort(401)
    return found


def sign_in(token: str) -> None:
    """Let this browser carry a session; whatever it carried before is gone, but the language."""
    language = session.get("speaks")
    session.clear()
    session["token"] = token
    if language:
        session["speaks"] = language


def visitor() -> Visitor:
    """Return where this request comes from, as far as it is kept: the network, and the family of browsers."""
    agent = request.user_agent.string
    family = next((name for mark, name in _BROWSERS if mark in agent), N_("Another browser"))
    return Visitor(_network(request.remote_addr or ""), family)


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))


def asks_itself_again() -> bool:
    """Whether an open page asks for its own news: that is no sign of somebody being there."""
    return "Outreach-Live" in request.headers or request.endpoint == "live.changes"


def looks_anew(subject: str) -> bool:
    """Whether this look is to be noted in the trail (HIP-14): a page that stays open and asks itself again is one look.

    What was looked at of late is kept in the signed session, so nobody can look unseen by sending our header.
    """
    before: list[str] = session.get("looks_at", [])
    if subject in before and asks_itself_again():
        return False
    session["looks_at"] = [*(seen for seen in before if seen != subject), subject][-_OPEN_PAGES:]
    return True


def _person(now: datetime) -> Person | None:
    """Read the session of this browser; that somebody is there is noted once a minute at most, for it costs a write."""
    token = session.get("token")
    if not isinstance(token, str):
        return None
    with deployment().read(DOOR) as uow:
        found = sessions.of_token(uow, token)
        scope = scope_of(uow, found.account) if found is not None and found.account else None
    if found is None or found.over(now) or found.role not in tuple(Role):
        session.pop("token")
        return None
    if not asks_itself_again() and now - found.seen_at >= _NOTED:
        with deployment().write(DOOR) as uow:
            sessions.seen(uow, found.id, now)
            uow.commit()
    if found.language and "speaks" not in session:
        session["speaks"] = found.language
    seeing = found.open_until if found.open_until and found.open_until > now else None
    role = Role(found.role)
    return Person(found.name, role, scope, found.account, found.id, found.proved, seeing, found.created_at)
