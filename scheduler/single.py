"""One machine: an APScheduler interval job is the metronome; the database decides what is due."""

from __future__ import annotations

import signal
import threading
from datetime import UTC

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from outreach.engine.deployment import Deployment
from outreach.engine.pump import pump_all
from outreach.store.database import StoreAway

log = structlog.get_logger()


def scheduler_for(deployment: Deployment) -> BackgroundScheduler:
    """Return a scheduler with the one tick job: in memory, in UTC, never two at a time, late ticks folded into one."""
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.add_job(
        tick,
        "interval",
        seconds=deployment.settings.timing.tick,
        args=[deployment],
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    return scheduler


def tick(deployment: Deployment) -> None:
    """Pump every queue once. A database that is away is tried again at the next tick; nothing is lost meanwhile."""
    try:
        pump_all(deployment)
    except StoreAway:
        log.warning("store_away", worker=deployment.worker)
    except Exception:
        # The metronome must go on: the rows are still due, and the next tick meets them again.
        log.exception("tick_failed", worker=deployment.worker)


def run(deployment: Deployment) -> None:
    """Tick until SIGTERM or SIGINT; the tick under way is finished."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = scheduler_for(deployment)
    scheduler.start()
    stop.wait()
    scheduler.shutdown(wait=True)
