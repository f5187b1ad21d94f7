"""Both clocks call the same pump: APScheduler on one machine, procrastinate on PostgreSQL."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from outreach.bootstrap import RealTimer
from outreach.engine.deployment import Deployment
from outreach.engine.pump import QUEUES
from outreach.simulation import world
from outreach.store.actor import OPERATOR
from outreach.store.database import StoreAway
from outreach.store.reads.summary import summary
from scheduler import run, single
from scheduler.working import Working


def sent(deployment: Deployment) -> int:
    with deployment.read(OPERATOR) as uow:
        return dict(summary(uow).touches).get("sent", 0)


def test_a_tick_sends_what_is_due(deployment: Deployment, tmp_path: Path) -> None:
    world.build(deployment, tmp_path / "world", 1, 4)
    single.tick(deployment)
    assert sent(deployment) > 0


def test_the_metronome_and_the_heartbeat_are_jobs_in_memory_that_never_overlap(deployment: Deployment) -> None:
    jobs = single.scheduler_for(deployment).get_jobs()
    assert [(job.max_instances, job.coalesce, job.misfire_grace_time) for job in jobs] == [(1, True, None)] * 2


def test_a_tick_survives_a_database_that_is_away(deployment: Deployment) -> None:
    class Away:
        dialect = "sqlite"

        def read(self, actor: object) -> object:
            raise StoreAway(StoreAway.__doc__)

        write = read

    single.tick(replace(deployment, database=Away()))  # type: ignore[arg-type]


def test_a_cluster_looks_every_few_seconds_for_queues_that_nobody_pumps(deployment: Deployment) -> None:
    from scheduler import cluster

    clocks = cluster.app_for(deployment).periodic_registry.periodic_tasks
    ticks = {name: [task.croniter.get_next(float, start_time=second) - second for second in range(0, 7200, 15)]
             for (name, _), task in clocks.items()}  # fmt: skip
    assert {name: set(waits) for name, waits in ticks.items()} == {"tick": {5.0}, "rescue": {15.0}}


def test_a_cluster_carries_pump_jobs_for_every_queue(
    deployment: Deployment, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if deployment.database.dialect != "postgresql":
        pytest.skip("procrastinate needs PostgreSQL: one machine on SQLite ticks by itself")
    from scheduler import cluster

    url = deployment.database.engine.url.render_as_string(hide_password=False)
    real = replace(deployment, settings=deployment.settings.model_copy(update={"database_url": url}), timer=RealTimer())
    run.prepare_cluster(real.settings)
    run.prepare_cluster(real.settings)  # twice is once
    world.build(real, tmp_path / "world", 1, 4)
    working = Working(real)
    app = cluster.app_for(real, working)

    async def carry() -> tuple[list[str], set[str]]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(len(QUEUES) + 4))
        async with app.open_async():
            await cluster.defer_missing(app)
            worker = asyncio.create_task(cluster._jobs(app, real.worker, working.free, len(QUEUES)))
            waiting = set[str]()
            for _ in range(100):
                await asyncio.sleep(0.1)
                waiting = {job.queue for job in await app.job_manager.list_jobs_async(task="pump", status="todo")}
                if sent(real) and waiting == QUEUES.keys() and not working.free:
                    break
            free = list(working.free)
            working.stop()
            worker.cancel()
            await asyncio.wait([worker])
            return free, waiting

    # Each is worked by this process, and in each a job waits that it leaves to the next one.
    assert asyncio.run(carry()) == ([], set(QUEUES))
    working.leave()
    assert sent(real) > 0
    assert sorted(working.free) == sorted(QUEUES)
    assert threading.active_count() < 20
