"""`outreach worker`: one machine ticks by itself, many share a PostgreSQL. Both call the same pump."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import structlog

from outreach.bootstrap import bootstrap, calm_collector
from outreach.settings import Settings
from scheduler import single

log = structlog.get_logger()


def run_worker(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, then finish what is under way and return."""
    deployment = bootstrap(settings)
    calm_collector()
    log.info("worker_started", worker=deployment.worker, database=deployment.database.dialect)
    if deployment.database.dialect == "postgresql":
        _cluster().run(deployment)
    else:
        single.run(deployment)
    log.info("worker_stopped", worker=deployment.worker)


def prepare_cluster(settings: Settings) -> None:
    """Create what many machines share beside our own tables; part of `outreach migrate` on PostgreSQL."""
    _cluster().prepare(settings)


def _cluster() -> Any:
    # The job engine belongs to the extra `postgres`; one machine on SQLite does not have it.
    return import_module("scheduler.cluster")
