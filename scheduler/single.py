"""One machine: an APScheduler interval job is the metronome; the database decides what is due."""

from __future__ import annotations

import signal
import threading
from datetime import UTC

from apscheduler.events import EVENT_SCHEDULER_SHUTDOWN
from apscheduler.schedulers.background import BackgroundScheduler

from outreach.engine.deployment import Deployment
from scheduler.working import BEAT, Working

_STEADY = {"max_instances": 1, "coalesce": True, "misfire_grace_time": None}


def scheduler_for(deployment: Deployment, working: Working | None = None) -> BackgroundScheduler:
    """Return a scheduler with the tick and the heartbeat: in memory, in UTC, never two at a time, late ones folded.

    It says that its process works, and, once it is shut down, that it does not any more.
    """
    working = working or Working(deployment)
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(working.pump_all, "interval", seconds=deployment.settings.timing.tick, id="tick", **_STEADY)
    scheduler.add_job(working.beat, "interval", seconds=BEAT, id="beat", **_STEADY)
    scheduler.add_listener(lambda _event: working.leave(), EVENT_SCHEDULER_SHUTDOWN)
    return scheduler


def tick(deployment: Deployment) -> None:
    """Pump every queue once. A database that is away is tried again later; nothing is lost meanwhile."""
    Working(deployment).pump_all()


def run(deployment: Deployment) -> None:
    """Tick until SIGTERM or SIGINT; the queue under way is finished, and no other is begun."""
    stop, working = threading.Event(), Working(deployment)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = scheduler_for(deployment, working)
    working.rehearse()
    working.beat()
    scheduler.start()
    stop.wait()
    working.stop()
    scheduler.shutdown(wait=True)
