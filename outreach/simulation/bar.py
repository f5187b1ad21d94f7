"""The clock bar of the demo: what its template needs on every page that somebody signed in for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from flask import current_app, request

from admin.access import deployment, person
from admin.leads_back import here
from admin.roles import Right
from outreach.channels.phones import Mood
from outreach.simulation.board import Board, board
from outreach.simulation.clock import Pace
from outreach.simulation.demo import Demo
from outreach.simulation.guide import tried

PACES: Mapping[Pace, str] = MappingProxyType(
    {
        Pace.PAUSED: "Pause",
        Pace.REAL_TIME: "Real time",
        Pace.DAY_A_MINUTE: "1 day a minute",
        Pace.FULL_SPEED: "Full speed",
    }
)
MOODS: Mapping[Mood, tuple[str, str]] = MappingProxyType(
    {
        Mood.WORKING: ("works", "Every text arrives, and its receipt comes at once."),
        Mood.SLOW: ("slow", "Texts arrive, receipts come seconds later. Nothing is sent twice meanwhile."),
        Mood.FAILING: ("failing", "The network refuses texts. Each says so, and a person gets the work."),
        Mood.AMBIGUOUS: ("ambiguous", "No answer whether a text left. We look it up before anything is sent again."),
    }
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One day of the track: where it begins, in percent, and whether it is named."""

    day: date
    at: float
    named: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar as it is drawn; `reached` is how much of the days has passed, in percent."""

    pace: Pace
    mood: Mood
    over: bool
    board: Board
    marks: tuple[Mark, ...]
    reached: float
    tried: tuple[int, int]
    may: bool
    back: str


def demo_now() -> Demo | None:
    """Return the running demo, or None where the phones are only for training."""
    found: Demo | None = current_app.extensions.get("outreach.demo")
    return found


def in_the_demo() -> dict[str, Any]:
    """Give every page with the shell its bar; outside a demo there is none."""
    demo, found = demo_now(), person()
    view = current_app.view_functions.get(request.endpoint or "")
    if demo is None or found is None or not getattr(view, "needs", None):
        return {}
    with deployment().read(found.actor) as uow:
        counted, steps = board(uow), tried(uow)
    marks, reached = _track(counted)
    bar = Bar(
        demo.pace, demo.mood, demo.over, counted, marks, reached, steps, found.may(Right.CARE), here() or "/phones"
    )
    return {"demo": bar, "paces": PACES, "moods": MOODS}


def _track(counted: Board) -> tuple[tuple[Mark, ...], float]:
    """Return the days from the one before the first visit to the last, and how far today is."""
    first = min(counted.today, counted.first - timedelta(days=1))
    number = max(1, (counted.last - first).days + 1)
    every = max(1, round(number / 5))
    days = [first + timedelta(days=n) for n in range(number)]
    today = (counted.today - first).days
    named = {n for n in range(0, number, every) if abs(n - today) >= every} | {today}
    marks = tuple(Mark(each, round(100 * (n + 0.5) / number, 2), n in named) for n, each in enumerate(days))
    return marks, round(min(100.0, 100 * (today + 0.5) / number), 2)
