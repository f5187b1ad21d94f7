"""`outreach simulate`: the world in this database, played to its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from outreach.engine.calendars import set_calendar
from outreach.engine.deployment import Deployment
from outreach.simulation.play import PLAYER, Player
from outreach.store import health
from outreach.store.reads.summary import Summary, summary


class PromiseBroken(Exception):
    """A loop was not held after a step of the simulation: a fault of ours, never of the data."""


def simulate(
    deployment: Deployment,
    seed: int,
    *,
    check_every_step: bool = False,
    watch: Callable[[datetime], None] = lambda instant: None,
) -> Summary:
    """Play until nothing is due, on a stepping calendar that starts now; the same seed gives the same summary.

    Raises CalendarIsReal where a carrier is configured, and PromiseBroken when `loop_health` is not empty.
    """
    set_calendar(deployment, deployment.database.now())
    player = Player(deployment, seed)
    player.begin()
    for instant in player.steps():
        watch(instant)
        if check_every_step:
            _check(deployment)
    _check(deployment)
    with deployment.read(PLAYER) as uow:
        return summary(uow)


def _check(deployment: Deployment) -> None:
    with deployment.read(PLAYER) as uow:
        if broken := health.unheld(uow):
            raise PromiseBroken(f"{PromiseBroken.__doc__} {sorted(broken.items())[:3]}")
