"""Workers say that they work, end within twenty seconds when asked, and wait out a database that is away."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
from clock import FakeTimer
from sqlalchemy import text

from outreach.bootstrap import RealTimer
from outreach.channels.carrier import Accepted, Answers, Outgoing
from outreach.engine.deployment import Deployment
from outreach.engine.pump import QUEUES, rest
from outreach.loops.cadence import Queue
from outreach.simulation import world
from outreach.store import rounds, workers
from outreach.store.actor import OPERATOR
from outreach.store.database import Database, StoreAway
from scheduler import single
from scheduler.pace import LastMinute
from scheduler.working import Working


def listed(deployment: Deployment) -> list[workers.Worker]:
    with deployment.read(OPERATOR) as uow:
        return workers.every(uow)


def test_a_worker_says_what_it_did_in_the_last_minute(deployment: Deployment, tmp_path: Path) -> None:
    world.build(deployment, tmp_path / "world", 1, 4)
    working = Working(deployment)
    working.pump_all()
    working.beat()
    (said,) = listed(deployment)
    assert said.sent > 0
    assert said.decided >= said.sent
    assert (said.name, said.pid, said.lag) == (deployment.worker, os.getpid(), 0.0)
    working.leave()
    assert listed(deployment) == []


@pytest.fixture
def after_an_outage(deployment: Deployment, tmp_path: Path) -> Working:
    """A worker that begins where nobody has looked for missed texts for an hour, and texts are due."""
    world.build(deployment, tmp_path / "world", 1, 4)
    with deployment.write(OPERATOR) as uow:
        rounds.reach(uow, "missed", deployment.timer.now() - timedelta(hours=1))
        uow.commit()
    return Working(deployment)


def sent(working: Working) -> int:
    working.pump("decisions")
    return sum(working.pump(queue.value) for queue in Queue)


def test_after_an_outage_what_was_missed_is_heard_before_anything_leaves(after_an_outage: Working) -> None:
    assert sent(after_an_outage) == 0
    after_an_outage.pump("missed")
    assert sent(after_an_outage) > 0


def test_a_carrier_that_shows_no_list_holds_texts_no_longer_than_two_looks(
    after_an_outage: Working, timer: FakeTimer
) -> None:
    timer.sleep(119)
    assert sent(after_an_outage) == 0
    timer.sleep(2)
    assert sent(after_an_outage) > 0


def test_a_minute_forgets() -> None:
    now = [0.0]
    minute = LastMinute(lambda: now[0])
    for second in (0.0, 0.5, 30.0):
        now[0] = second
        minute.add(2)
    assert minute.total() == 6
    now[0] = 61.5
    assert minute.total() == 2


def test_a_worker_that_is_silent_is_gone_and_one_that_comes_back_replaces_itself(
    deployment: Deployment, timer: FakeTimer
) -> None:
    Working(deployment).beat()
    (said,) = listed(deployment)
    assert not said.gone(said.seen_at + timedelta(seconds=30))
    assert said.gone(said.seen_at + timedelta(seconds=31))
    Working(replace(deployment, worker="the same process, again")).beat()
    assert [each.name for each in listed(deployment)] == ["the same process, again"]


def test_the_schedulers_end_is_the_workers_end(deployment: Deployment) -> None:
    scheduler = single.scheduler_for(deployment)
    scheduler.start()
    Working(deployment).beat()
    scheduler.shutdown(wait=True)
    assert listed(deployment) == []


def test_a_queue_that_fails_rests_and_keeps_no_other_from_its_work(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, worked = [0.0], []

    class Clock(RealTimer):
        def monotonic(self) -> float:
            return now[0]

    def one(_deployment: Deployment, queue: str) -> int:
        worked.append((queue, now[0]))
        if queue == "looks":
            raise RuntimeError
        return 0

    monkeypatch.setattr("scheduler.working.pump", one)
    working = Working(replace(deployment, timer=Clock()))
    for tenth in range(40):
        now[0] = tenth / 10
        working.pump("looks")
        working.pump("decisions")
    assert [at for queue, at in worked if queue == "looks"] == [0.0, 0.5, 1.5, 3.5]
    assert len([at for queue, at in worked if queue == "decisions"]) == 40


def test_a_queue_with_little_in_it_rests_so_that_what_trickles_in_is_worked_together() -> None:
    assert [rest("callbacks", worked) for worked in (0, 4, 50)] == [0.5, 0.5, 0.0]
    assert [rest("audit", worked) for worked in (499, 2000)] == [1.0, 0.0]
    # What does a batch a call, or sends, goes on as long as there is anything.
    assert [rest(queue, 1) for queue in ("bulk", "deadlines", "signals")] == [0.0, 0.0, 0.0]
    assert all(0 < rest(queue, 0) <= 1 for queue in QUEUES)


def test_two_at_work_on_one_queue_in_one_process_are_one_too_many(deployment: Deployment) -> None:
    working = Working(deployment)
    with working.alone("bulk") as first, working.alone("bulk") as second, working.alone("reply") as other:
        assert (first, second, other) == (True, False, True)
    with working.alone("bulk") as again:
        assert again


def test_a_database_that_is_away_is_asked_ever_less_often_and_met_again_without_hands(deployment: Deployment) -> None:
    asked, now, away = [], [0.0], [True]

    class Clock(RealTimer):
        def monotonic(self) -> float:
            return now[0]

    class Shaky:
        dialect = deployment.database.dialect

        def read(self, actor: Any) -> Any:
            asked.append(now[0])
            if away[0]:
                raise StoreAway(StoreAway.__doc__)
            return deployment.database.read(actor)

        write = read

    working = Working(replace(deployment, database=Shaky(), timer=Clock()))  # type: ignore[arg-type]
    for tenth in range(1200):
        now[0] = tenth / 10
        working.pump("decisions")
    gaps = [round(later - sooner, 1) for sooner, later in pairwise(asked)]
    assert gaps[:5] == [0.5, 1.0, 2.0, 4.0, 8.0]
    assert set(gaps[5:]) == {15.0}
    away[0], asked[:] = False, []
    for tenth in range(1200, 1400):
        now[0] = tenth / 10
        working.pump("decisions")
    assert 120.0 <= asked[0] <= 135.0
    assert len(asked) > 50


@pytest.fixture
def environ(database: Database, tmp_path: Path) -> dict[str, str]:
    keys = tmp_path / "keys.json"
    url = database.engine.url.render_as_string(hide_password=False)
    given = {
        **os.environ, "DATABASE_URL": url, "OUTREACH_KEY_FILE": str(keys), "OUTREACH_MODE": "demo",
        "TWILIO_ACCOUNT_SID": "", "PYTHONPATH": str(Path(__file__).parents[2]),
    }  # fmt: skip
    _outreach(given, "migrate").wait()
    return given


def _outreach(environ: dict[str, str], *words: str) -> subprocess.Popen[bytes]:
    code = "from outreach.cli import main; main()"
    return subprocess.Popen([sys.executable, "-c", code, *words], env=environ, stderr=subprocess.DEVNULL)


def _until(deployment: Deployment, count: int, patience: float = 40.0) -> None:
    end = time.monotonic() + patience
    while len(listed(deployment)) != count:
        assert time.monotonic() < end, "the workers never said what was awaited"
        time.sleep(0.1)


def test_a_real_worker_shows_itself_and_ends_when_it_is_asked(deployment: Deployment, environ: dict[str, str]) -> None:
    process = _outreach(environ, "worker")
    try:
        _until(deployment, 1)
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert time.monotonic() - asked < 20
    finally:
        process.kill()
        process.wait()
    assert listed(deployment) == []


def test_a_worker_whose_connections_all_end_works_on_by_itself(deployment: Deployment, environ: dict[str, str]) -> None:
    if deployment.database.dialect != "postgresql":
        pytest.skip("a file has no connections to end")
    process = _outreach(environ, "worker")
    try:
        _until(deployment, 1)
        (before,) = listed(deployment)
        with deployment.database.engine.begin() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        end = time.monotonic() + 60
        while not _ticked_since(deployment, before):
            assert process.poll() is None
            assert time.monotonic() < end, "it never came back"
            time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()


def _ticked_since(deployment: Deployment, before: workers.Worker) -> bool:
    """Whether the same process has said something since, and its job engine has registered itself anew."""
    (now,) = listed(deployment)
    with deployment.database.engine.connect() as connection:
        heard = text(
            "SELECT count(*) FROM procrastinate.procrastinate_workers"
            " WHERE last_heartbeat > now() - interval '8 seconds'"
        )
        return now.seen_at > before.seen_at and connection.execute(heard).scalar_one() > 0


def test_the_jobs_of_a_dead_worker_are_removed(deployment: Deployment) -> None:
    if deployment.database.dialect != "postgresql":
        pytest.skip("procrastinate needs PostgreSQL")
    from scheduler import cluster, run

    url = deployment.database.engine.url.render_as_string(hide_password=False)
    real = replace(deployment, settings=deployment.settings.model_copy(update={"database_url": url}))
    run.prepare_cluster(real.settings)
    app = cluster.app_for(real)

    async def play() -> tuple[int, int]:
        async with app.open_async():
            await app.tasks["pump"].configure(queue="bulk", queueing_lock="bulk").defer_async(queue="bulk")
            worker = await app.job_manager.register_worker()
            assert await app.job_manager.fetch_job(["bulk"], worker) is not None
            early = await cluster.remove_stalled(app)
            with real.database.engine.begin() as connection:
                connection.execute(
                    text(
                        "UPDATE procrastinate.procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'"
                    )
                )
            return early, await cluster.remove_stalled(app)

    assert asyncio.run(play()) == (0, 1)
    with real.database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM procrastinate.procrastinate_jobs")).scalar_one() == 0


def test_a_batch_is_with_the_carrier_before_anybody_waits_for_its_answers(deployment: Deployment) -> None:
    posted: list[object] = []

    class Eager:
        slots = 1

        def post(self, batch: Sequence[Outgoing]) -> Answers:
            posted.extend(batch)
            return Answers(iter([Accepted(1, 1, "SM1", "queued")]), 1)

    counted = Working(replace(deployment, carrier=Eager()))
    answers = counted.deployment.carrier.post([cast(Outgoing, object())])
    assert len(posted) == 1
    assert [result.touch for result in answers] == [1]
