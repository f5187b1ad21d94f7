"""The demo's own clock: it plays the world at a pace one can watch, and goes on when a visitor stirs it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from outreach.engine.calendars import set_calendar
from outreach.engine.deployment import Deployment
from outreach.simulation.play import PLAYER, Player
from outreach.store.reads.summary import Summary, summary

_IDLE = 0.5


def morning_after(instant: datetime) -> datetime:
    """Return two in the afternoon, UTC, of the next day: office hours in every demo clinic."""
    return datetime.combine(instant.date() + timedelta(days=1), time(14), UTC)


def begin(deployment: Deployment) -> None:
    """Stop the calendar at the start of the demo's first day."""
    set_calendar(deployment, morning_after(deployment.timer.now()))


def play(
    deployment: Deployment,
    seed: int,
    pace: float,
    say: Callable[[str], None],
    stop: threading.Event,
    once: bool = False,
) -> None:
    """Play until `stop` is set: a step every `pace` seconds while anything is due, then wait for the visitor.

    With `once` return as soon as nothing is due: every loop is then closed or owned.
    """
    player = Player(deployment, seed)
    player.begin()
    told = False
    while not stop.is_set():
        for instant in player.steps():
            told = False
            say(f"{instant:%a %b %d %H:%M} UTC")
            if stop.wait(pace):
                return
        if not told:
            with deployment.read(PLAYER) as uow:
                say(in_words(summary(uow)))
            told = True
        if once:
            return
        stop.wait(_IDLE)


def in_words(found: Summary) -> str:
    """Return a summary as a few lines."""
    lines = [
        f"Every loop is closed or owned: {sum(n for _, n in found.closed)} closed, {found.owned} owned by a person,"
    ]
    lines[0] += f" {found.waiting} still waiting, unheld {found.unheld}."
    for title, rows in (
        ("Closed", found.closed),
        ("Open", found.open),
        ("Tasks", found.tasks),
        ("Texts", found.touches),
        ("Refused, by rule", found.refusals),
    ):
        lines.append(f"  {title}: " + (", ".join(f"{words} {count}" for words, count in rows) or "none"))
    return "\n".join(lines)
