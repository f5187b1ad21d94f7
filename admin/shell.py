"""What stands on every page of the console: who is signed in, what is open, sending, the time; and the filters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, request
from markupsafe import Markup, escape

from admin import language, pause_words, task_words, words
from admin.access import deployment, person
from admin.homes import home
from admin.leads_back import here
from admin.roles import Right
from admin.sessions import door
from admin.words_for_me import for_me
from outreach.store.actor import Scope
from outreach.store.reads import unmatched
from outreach.store.reads.metrics import Counts, count, standing
from outreach.store.unit_of_work import UnitOfWork

_SPARE = 20
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")


def prepare(app: Flask) -> None:
    """Give the console's templates their filters and their top bar."""
    language.prepare(app)
    app.extensions["outreach.admin"] = _Counted()
    app.context_processor(_shell)
    app.add_template_filter(said, "said")
    app.add_template_filter(initials, "initials")
    app.add_template_filter(pause_words.what, "paused")
    app.add_template_filter(pause_words.why, "paused_why")
    app.add_template_filter(words.plain, "plain")
    app.add_template_filter(words.at, "at")
    app.add_template_filter(words.visit, "visit")
    app.add_template_filter(words.day, "day")
    app.add_template_filter(words.zone_name, "zone")
    app.add_template_filter(task_words.queue, "queue")
    app.add_template_filter(task_words.did, "did")
    app.register_error_handler(401, signed_out)


def signed_out(_problem: object) -> tuple[str, int]:
    """Let whoever comes without a session sign in; nothing else is told."""
    return door(status=401)


def said(text: str) -> Markup:
    """Return a member's or our own words, with characters that turn text round made visible."""
    return Markup(_BIDI.sub(_mark, str(escape(text))))  # noqa: S704 - escaped before the marks are put in


def initials(name: str) -> str:
    """Return the first letters of the first and the last name."""
    parts = name.split()
    return "".join(part[0] for part in (parts[0], *parts[1:][-1:])).upper() if parts else ""


def _mark(found: re.Match[str]) -> str:
    return f'<span class="mark">U+{ord(found[0]):04X}</span>'


def _shell() -> dict[str, Any]:
    """Only a page that somebody signed in for has the shell around it."""
    view = current_app.view_functions.get(request.endpoint or "")
    found = person() if getattr(view, "needs", None) else None
    if found is None:
        return {}
    with deployment().read(found.actor) as uow:
        counts = current_app.extensions["outreach.admin"].counts(uow, found.scope)
        return {
            "person": found,
            "homeward": home(found.role),
            "here": here(),
            "standing": standing(uow, counts),
            "words_for_me": for_me(uow, found),
            "unmatched": unmatched.count(uow) if found.may(Right.MEMBERS) else 0,
            "streams": deployment().settings.web_streams > 0,
            "simulated_phones": not deployment().settings.carrier_configured,
        }


@dataclass(slots=True)
class _Counts:
    """What was counted for one part of the organisation, and until when that will do."""

    known: Counts = field(default_factory=lambda: Counts(0, 0, 0))
    good_until: float = float("-inf")


@dataclass(slots=True)
class _Counted:
    """The counts in the shell. On a large deployment counting is dear: at most a twentieth of the time goes to it."""

    parts: dict[Scope | None, _Counts] = field(default_factory=dict)

    def counts(self, uow: UnitOfWork, scope: Scope | None) -> Counts:
        """Return what was counted now or moments ago, in the part of the organisation that the reader sees."""
        timer, part = deployment().timer, self.parts.setdefault(scope, _Counts())
        began = timer.monotonic()
        if began >= part.good_until:
            part.known = count(uow)
            ended = timer.monotonic()
            part.good_until = ended + _SPARE * (ended - began)
        return part.known
