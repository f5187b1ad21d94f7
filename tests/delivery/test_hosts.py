"""Workers on several hosts share one PostgreSQL; some are killed, paused or cut off: every text leaves once."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from carrier_stub import Stub, start_stub
from fleet import LIST_LAG, PUBLIC, TIMING, TOKEN, Fleet, Process, environment, fleet, run, until
from hosts import Hosts, hosts, relay
from scene import Scene, compose
from storm import crowd, drained, time_passes, tried
from twin import HandTimer, TwinCarrier
from verdict import judge

from outreach.store import tables as t
from outreach.store.database import Database

WORKERS = 4
TEXTS = 120
STOPPING = (sys.executable, str(Path(__file__).parents[1] / "crashing_worker.py"))


@pytest.fixture
def stub(port: int) -> Iterator[Stub]:
    """A carrier that every host reaches."""
    door = f"http://127.0.0.1:{port}"
    given = {"list_lag": LIST_LAG, "latency": 0.05, "callbacks": door, "token": TOKEN, "public_url": PUBLIC}
    with start_stub(host="0.0.0.0", **given) as one:
        yield Stub(one.url.replace("0.0.0.0", "127.0.0.1"), one.stop)


@pytest.fixture
def scene(database: Database) -> Scene:
    made = Scene(compose(database, HandTimer()), TwinCarrier(), HandTimer())
    made.furnish()
    return made


@pytest.fixture
def many() -> Iterator[Hosts]:
    with hosts(WORKERS) as made:
        yield made


@pytest.fixture
def address(database: Database, many: Hosts) -> Iterator[str]:
    """The database, as a host over the network knows it."""
    url = database.engine.url
    if "host" not in url.query:
        yield url.render_as_string(hide_password=False)
        return
    with relay(many.address, f"{url.query['host']}/.s.PGSQL.{url.query.get('port', 5432)}") as port:
        yield f"postgresql+psycopg://{url.username}@{many.address}:{port}/{url.database}"


@pytest.mark.full
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_workers_on_several_hosts_send_every_text_once(
    scene: Scene, stub: Stub, port: int, tmp_path: Path, many: Hosts, address: str
) -> None:
    here = scene.deployment.database.engine.url.render_as_string(hide_password=False)
    settings = environment(here, tmp_path / "keys.json", stub.url, port) | {"OUTREACH_RATE_ACCOUNT": "25"}
    there = settings | {"DATABASE_URL": address, "TWILIO_BASE_URL": stub.url.replace("127.0.0.1", many.address)}
    run(settings, "migrate")
    phones = crowd(scene, TEXTS)
    ours = fleet(settings, tmp_path, WORKERS)
    for number, process in enumerate(ours.processes[1:]):
        process.before, process.settings = many.on(number), there
    sleeper = ours.processes[1]  # claims, and is suspended before it posts
    sleeper.command, sleeper.arguments, sleeper.settings = STOPPING, (), there | {"CRASH_AFTER": "pause"}
    web, others = ours.processes[0], ours.processes[2:]
    dice = random.Random(7)
    with ours:
        ours.ready()
        until(lambda: bool(scene.rows(t.attempt)), 60, "Nobody ever claimed.")
        until(lambda: _strike(others, ours, many, dice) and tried(scene), 120, "It never ended.")
        time.sleep(TIMING["LEASE"])
        sleeper.send(signal.SIGCONT)  # what it holds was given to others long ago
        until(lambda: time_passes(scene) and drained(scene, stub), 90, "It never ended.")
        assert web.running is not None
        assert web.running.poll() is None
    run(settings, "evidence", "export", str(tmp_path / "evidence"))
    verdict = judge(scene, stub, tmp_path / "evidence")
    assert verdict.wrong == {}
    posted = [message["to"] for message in stub.messages()]
    assert sorted(posted) == sorted(phones)
    claimed_twice = [row.outcome for row in scene.rows(t.attempt) if row.fencing > 1]
    assert claimed_twice, "The suspended worker's claims were never taken over: the test shows nothing."
    assert many.separate or os.getuid() != 0, "There were no network namespaces, though we are root."


def _strike(others: list[Process], ours: Fleet, many: Hosts, dice: random.Random) -> bool:
    time.sleep(1.5)
    victim = dice.randrange(len(others))
    match dice.choice(("kill", "pause", "cut off" if many.separate else "pause")):
        case "kill":
            ours.kill(others[victim])
        case "pause":
            ours.pause(others[victim], 1.2)
        case _:
            many.cut_off(victim + 1)
            time.sleep(1.5)
            many.plug_in(victim + 1)
    return True
