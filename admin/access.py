"""Who is signed in, and what each page needs; a page that does not declare it fails the build."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import abort, current_app, g, request, session

from admin.roles import Right, Role, rights
from admin.within import reaches
from outreach.engine.deployment import Deployment
from outreach.store.actor import Actor, Scope

IDLE = timedelta(minutes=15)
LIFETIME = timedelta(hours=12)
_OPEN_PAGES = 8  # how many pages a person may keep open without each look being noted anew

Args = ParamSpec("Args")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, and for which part of the organisation they work; None is all of it."""

    name: str
    role: Role
    scope: Scope | None = None

    def may(self, right: Right) -> bool:
        """Whether this person's role has a right."""
        return right in rights()[self.role]

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
            if not found.may(right):
                abort(403)
            if not reaches(found.actor):
                abort(404)
            return view(*args, **kwargs)

        guarded.needs = right  # type: ignore[attr-defined]
        return guarded

    return declare


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


def signed_in() -> Person:
    """Return the person behind a page that `allowed` let through."""
    found = person()
    if found is None:
        abort(401)
    return found


def sign_in(subject: dict[str, Any]) -> None:
    """Start a new session; whatever the browser carried before is gone."""
    now = deployment().timer.now().isoformat()
    session.clear()
    session["person"] = {"name": str(subject["name"]), "role": str(subject["role"]), "since": now, "seen": now}


def asks_itself_again() -> bool:
    """Whether an open page asks for its own news: that is no sign of somebody being there."""
    return "Outreach-Live" in request.headers


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
    kept = session.get("person")
    if not kept or kept["role"] not in tuple(Role):
        return None
    since, seen = datetime.fromisoformat(kept["since"]), datetime.fromisoformat(kept["seen"])
    if now >= since + LIFETIME or now >= seen + IDLE:
        session.pop("person")
        return None
    if not asks_itself_again():
        session["person"] = kept | {"seen": now.isoformat()}
    return Person(kept["name"], Role(kept["role"]))
