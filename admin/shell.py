"""What stands on every page of the console: who is signed in, unheld loops, sending, the time; and the filters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, render_template, request
from markupsafe import Markup, escape

from admin import task_words, words
from admin.access import deployment, person
from outreach.store.reads.metrics import standing, unheld_count
from outreach.store.unit_of_work import UnitOfWork

_SPARE = 20
_CONSOLE = ("loops", "rides", "standing", "tasks", "task_acts", "sends", "answers")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")


def prepare(app: Flask) -> None:
    """Give the console's templates their filters and their top bar."""
    app.extensions["outreach.admin"] = _Unheld()
    app.context_processor(_shell)
    app.add_template_filter(said, "said")
    app.add_template_filter(words.plain, "plain")
    app.add_template_filter(words.at, "at")
    app.add_template_filter(words.visit, "visit")
    app.add_template_filter(words.day, "day")
    app.add_template_filter(words.zone_name, "zone")
    app.add_template_filter(task_words.queue, "queue")
    app.add_template_filter(task_words.did, "did")
    app.register_error_handler(401, signed_out)


def signed_out(_problem: object) -> tuple[str, int]:
    """Say how to sign in; nothing else is told."""
    return render_template("admin/signed_out.html", left=False), 401


def said(text: str) -> Markup:
    """Return a member's or our own words, with characters that turn text round made visible."""
    return Markup(_BIDI.sub(_mark, str(escape(text))))  # noqa: S704 - escaped before the marks are put in


def _mark(found: re.Match[str]) -> str:
    return f'<span class="mark">U+{ord(found[0]):04X}</span>'


def _shell() -> dict[str, Any]:
    if request.blueprint not in _CONSOLE:
        return {}
    found = person()
    if found is None:
        return {}
    with deployment().read(found.actor) as uow:
        return {"person": found, "standing": standing(uow, current_app.extensions["outreach.admin"].count(uow))}


@dataclass(slots=True)
class _Unheld:
    """The number in the top bar. On a large deployment counting is dear: at most a twentieth of the time goes to it."""

    known: int = 0
    good_until: float = float("-inf")

    def count(self, uow: UnitOfWork) -> int:
        """Return the number, counted now or moments ago."""
        timer = deployment().timer
        began = timer.monotonic()
        if began >= self.good_until:
            self.known = unheld_count(uow)
            ended = timer.monotonic()
            self.good_until = ended + _SPARE * (ended - began)
        return self.known
