"""Many machines: procrastinate carries pump jobs on the same PostgreSQL, and ticks once for the whole cluster."""

from __future__ import annotations

from typing import Any

import procrastinate
import psycopg
import structlog
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.schema import SchemaManager

from outreach.engine.deployment import Deployment
from outreach.engine.pump import QUEUES, pump
from outreach.settings import Settings

log = structlog.get_logger()

SCHEMA = "procrastinate"
TICK = "ticks"
_SEARCH_PATH = f"-csearch_path={SCHEMA}"
_LONGEST_JOB = 30.0  # seconds: then the job ends and the next tick defers another
_IDLE = 0.2


def prepare(settings: Settings) -> None:
    """Create the job engine's tables in their own schema, once; part of `outreach migrate`."""
    with psycopg.connect(_conninfo(settings), autocommit=False, options=_SEARCH_PATH) as connection:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        known = connection.execute(f"SELECT to_regclass('{SCHEMA}.procrastinate_jobs')").fetchone()
        if known is None or known[0] is None:
            connection.execute(SchemaManager.get_schema())


def _conninfo(settings: Settings) -> str:
    return settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)


def app_for(deployment: Deployment) -> procrastinate.App:
    """Return the job app: one pump task, deferred into the job queue of each of our queues by a periodic tick.

    A pump job is never in the future and carries no data: a lost one loses nothing, since the rows hold their leases.
    """
    connector = procrastinate.PsycopgConnector(
        conninfo=_conninfo(deployment.settings), kwargs={"options": _SEARCH_PATH}, min_size=1, max_size=8
    )
    app = procrastinate.App(connector=connector)

    @app.task(name="pump", pass_context=False)
    def pump_job(queue: str) -> None:
        _pump_until_idle(deployment, queue)

    @app.periodic(cron="* * * * * *")
    @app.task(name="tick", queue=TICK, queueing_lock=TICK)
    async def tick(timestamp: int) -> None:
        for queue in QUEUES:
            deferrer: Any = pump_job.configure(queue=queue, queueing_lock=queue, priority=10)
            try:
                await deferrer.defer_async(queue=queue)
            except AlreadyEnqueued:
                continue  # one waiting pump of a queue is enough

    return app


def _pump_until_idle(deployment: Deployment, queue: str) -> None:
    began = deployment.timer.monotonic()
    while deployment.timer.monotonic() - began < _LONGEST_JOB:
        if not pump(deployment, queue):
            return
        deployment.timer.sleep(_IDLE)


def run(deployment: Deployment) -> None:
    """Work until SIGTERM or SIGINT; the jobs under way are finished within 20 seconds."""
    app = app_for(deployment)
    with app.open():
        app.run_worker(
            queues=[TICK, *QUEUES],
            name=deployment.worker,
            concurrency=len(QUEUES) + 1,
            delete_jobs="always",
            shutdown_graceful_timeout=20,
            fetch_job_polling_interval=1.0,
        )
