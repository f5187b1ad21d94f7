"""What a visitor does with the demo itself: its pace, its carrier's mood, another world, and the story at its end."""

from __future__ import annotations

import threading

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.access import allowed, deployment, signed_in
from admin.leads_back import local
from admin.roles import Right
from outreach.channels.phones import Mood
from outreach.simulation.bar import demo_now
from outreach.simulation.board import board
from outreach.simulation.clock import Pace
from outreach.simulation.demo import Demo
from outreach.simulation.story import story

acts = Blueprint("acts", __name__, url_prefix="/demo")
_LARGEST_SEED = 999_999


@acts.post("/pace")
@allowed(Right.CARE)
def pace() -> Response:
    """Let the calendar go at another pace."""
    chosen = request.form.get("pace", "")
    if chosen not in list(Pace):
        abort(400)
    _demo().set_pace(Pace(chosen))
    return _back()


@acts.post("/step")
@allowed(Right.CARE)
def step() -> Response:
    """Go to the next event, and stay there."""
    _demo().step()
    return _back()


@acts.post("/mood")
@allowed(Right.CARE)
def mood() -> Response:
    """Let the simulated network behave differently."""
    chosen = request.form.get("mood", "")
    if chosen not in list(Mood):
        abort(400)
    _demo().set_mood(Mood(chosen))
    return _back()


@acts.get("/summary")
@allowed(Right.LOOPS)
def summary() -> str:
    """What became of these promises?"""
    demo = _demo()
    with deployment().read(signed_in().actor) as uow:
        counted = board(uow, counted_now=True)
        told = story(uow, counted)
    return render_template("simulation/summary.html", told=told, next_seed=(demo.seed % _LARGEST_SEED) + 1)


@acts.post("/again")
@allowed(Right.CARE)
def again() -> Response:
    """Build another world beside this one; its visitor waits on a page that comes back by itself."""
    demo, seed = _demo(), request.form.get("seed", "")
    if not (seed.isascii() and seed.isdigit() and 0 < int(seed) <= _LARGEST_SEED):
        abort(400)
    leaving: threading.Event = current_app.extensions.setdefault("outreach.leaving", threading.Event())
    if not leaving.is_set():
        leaving.set()
        threading.Thread(target=_start, args=(demo, int(seed), leaving), name="another-world", daemon=True).start()
    return redirect(url_for("phones.acts.wait"), 303)


@acts.get("/wait")
@allowed(Right.LOOPS)
def wait() -> Response:
    """Wait for the other world, which is another application: there, nobody is leaving."""
    _demo()
    leaving = current_app.extensions.get("outreach.leaving")
    if leaving is None or not leaving.is_set():
        return redirect(url_for("phones.shown"), 303)
    answer = Response(render_template("simulation/wait.html"), mimetype="text/html")
    answer.headers["Refresh"] = "1"
    return answer


def _start(demo: Demo, seed: int, leaving: threading.Event) -> None:
    try:
        demo.start_again(seed)
    finally:
        leaving.clear()  # where it failed, one is back in the world that is still shown


def _demo() -> Demo:
    return demo_now() or abort(404)


def _back() -> Response:
    return redirect(local(url_for("phones.shown")), 303)
