"""Many machines: procrastinate carries pump jobs on the same PostgreSQL, and ticks once for the whole cluster."""

from __future__ import annotations

import asyncio
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import procrastinate
import psycopg
import structlog
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager
from psycopg_pool import PoolTimeout

from outreach.engine.deployment import Deployment
from outreach.engine.pump import QUEUES, rest
from outreach.settings import Settings
from scheduler.working import BEAT, Working

log = structlog.get_logger()

SCHEMA = "procrastinate"
TICK = "ticks"
DRAIN = 15  # seconds for jobs under way; the process has 20 in all
_SEARCH_PATH = f"-csearch_path={SCHEMA}"
_LONGEST_JOB = 30.0  # seconds: then the job ends and one that waits takes its place
_SPARE = 4  # threads for what the job engine itself asks for
_GONE = 30.0  # a worker that was silent so long is dead, and its jobs with it
_SHORTEST_WAIT, _LONGEST_WAIT = 1.0, 15.0
_AWAY = (ConnectorException, psycopg.OperationalError, PoolTimeout, OSError)


def prepare(settings: Settings) -> None:
    """Create the job engine's tables in their own schema, once; part of `outreach migrate`."""
    with psycopg.connect(_conninfo(settings), autocommit=False, options=_SEARCH_PATH) as connection:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        known = connection.execute(f"SELECT to_regclass('{SCHEMA}.procrastinate_jobs')").fetchone()
        if known is None or known[0] is None:
            connection.execute(SchemaManager.get_schema())


def _conninfo(settings: Settings) -> str:
    return settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)


def app_for(deployment: Deployment, working: Working | None = None) -> procrastinate.App:
    """Return the job app: one pump task, deferred into the job queue of each of our queues by a periodic tick.

    A pump job is never in the future and carries no data: a lost one loses nothing, since the rows hold their leases.
    For half a minute it looks for what is due, many times a second: the engine's own second is no lag of any text.
    """
    at_work = working or Working(deployment)
    connector = procrastinate.PsycopgConnector(
        conninfo=_conninfo(deployment.settings),
        kwargs={"options": _SEARCH_PATH, "connect_timeout": 5},
        min_size=1,
        max_size=8,
    )
    app = procrastinate.App(connector=connector)

    @app.task(name="pump", pass_context=False)
    def pump_job(queue: str) -> None:
        with at_work.alone(queue) as alone:
            if alone:
                _defer(app, queue)  # for the next process: it need not wait for the clock
                _pump_for_a_while(at_work, queue)

    @app.periodic(cron="* * * * * */5")  # seconds come last
    @app.task(name="tick", queue=TICK, queueing_lock=TICK)
    async def tick(timestamp: int) -> None:
        await defer_missing(app)

    @app.periodic(cron="* * * * * */15")
    @app.task(name="rescue", queue=TICK, queueing_lock="rescue")
    async def rescue(timestamp: int) -> None:
        await remove_stalled(app)

    return app


async def defer_missing(app: procrastinate.App) -> None:
    """Defer a pump job for each queue that has none waiting; one is enough, however many processes ask for it."""
    waiting = {job.queue for job in await app.job_manager.list_jobs_async(task="pump", status="todo")}
    for queue in QUEUES.keys() - waiting:
        with suppress(AlreadyEnqueued):  # another process was faster
            await _pump_job(app, queue).defer_async(queue=queue)


def _defer(app: procrastinate.App, queue: str) -> None:
    with suppress(AlreadyEnqueued):
        _pump_job(app, queue).defer(queue=queue)


def _pump_job(app: procrastinate.App, queue: str) -> Any:
    """One waits for each queue, whoever asks for it."""
    return app.tasks["pump"].configure(queue=queue, queueing_lock=queue, priority=10)


async def remove_stalled(app: procrastinate.App) -> int:
    """Remove the jobs of workers that died: the next tick defers new ones, and the rows hold their own leases."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_GONE))
    for job in stalled:
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
        log.warning("job_of_a_dead_worker", queue=job.queue)
    return len(stalled)


def _pump_for_a_while(working: Working, queue: str) -> None:
    timer = working.deployment.timer
    give_up = timer.monotonic() + _LONGEST_JOB
    while (left := give_up - timer.monotonic()) > 0 and not working.stopping.is_set():
        if pause := rest(queue, working.pump(queue)):
            working.stopping.wait(min(pause, left))


def run(deployment: Deployment) -> None:
    """Work until SIGTERM or SIGINT; jobs under way end within 20 seconds. Outages of the database are waited out."""
    working = Working(deployment)
    beating = threading.Thread(target=_beat, args=[working], daemon=True)
    working.rehearse()
    beating.start()
    asyncio.run(_serve(working))
    working.leave()


def _beat(working: Working) -> None:
    while not working.stopping.is_set():
        working.beat()
        working.stopping.wait(BEAT)


async def _serve(working: Working) -> None:
    """Carry jobs; where the job engine lost its connections, begin anew after a while."""
    loop, stop, wait = asyncio.get_running_loop(), asyncio.Event(), _SHORTEST_WAIT
    # A thread for each queue: the usual executor has four more than there are processors, and the rest would starve.
    loop.set_default_executor(ThreadPoolExecutor(len(QUEUES) + _SPARE, thread_name_prefix="pump"))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, working, stop)
    while not stop.is_set():
        began = loop.time()
        try:
            await _carry(working, stop)
        except _AWAY as problem:
            wait = _SHORTEST_WAIT if loop.time() - began > _LONGEST_WAIT else min(2 * wait, _LONGEST_WAIT)
            log.warning("jobs_away", problem=type(problem).__name__, again_in=wait)
            await asyncio.wait([asyncio.create_task(stop.wait())], timeout=wait)


def _stop(working: Working, stop: asyncio.Event) -> None:
    working.stop()
    stop.set()


async def _carry(working: Working, stop: asyncio.Event) -> None:
    app = app_for(working.deployment, working)
    async with app.open_async():
        await defer_missing(app)  # a process that has just begun does not wait for the clock
        # The clock apart. The list of what this process does not work yet is asked for at each look: what waits in the
        # others is for other processes.
        name = working.deployment.worker
        jobs = (_jobs(app, f"{name}-clock", [TICK], 1), _jobs(app, name, working.free, len(QUEUES)), stop.wait())
        await _first_of([asyncio.create_task(job) for job in jobs])


async def _first_of(tasks: list[asyncio.Task[Any]]) -> None:
    """Wait until one of them ends, end the others in their own way, and raise what one of them raised."""
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()  # a worker that is asked to ends its jobs first
    await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled() and (problem := task.exception()) is not None:
            raise problem


async def _jobs(app: procrastinate.App, name: str, queues: list[str], at_once: int) -> None:
    await app.run_worker_async(
        queues=queues,
        name=name,
        concurrency=at_once,
        delete_jobs="always",
        shutdown_graceful_timeout=DRAIN,
        fetch_job_polling_interval=1.0,
        install_signal_handlers=False,
    )
