"""Disk full, database away, clocks that jump: said at once, nothing half stored, well again by itself (I32)."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from console_world import TOKEN, World
from postgres import Postgres
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from test_carrier_doors import PUBLIC, TEXT
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from outreach.engine.deployment import Deployment
from outreach.settings import DatabaseLimits
from outreach.store.actor import OPERATOR, Actor
from outreach.store.database import Database, Limits, StoreAway
from outreach.store.seal import Keyring
from outreach.store.unit_of_work import UnitOfWork
from scheduler.working import Working


def hear(world: World, sid: str) -> TestResponse:
    """The carrier brings a text."""
    form = TEXT | {"MessageSid": sid}
    signed = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(f"{PUBLIC}/twilio/sms", form)}
    return world.app.test_client().post("/twilio/sms", data=form, headers=signed)


def ready(world: World) -> int:
    return world.app.test_client().get("/readyz").status_code


class Outage:
    """Every new transaction fails while it is on, as when the server is gone."""

    def __init__(self, database: Database) -> None:
        self.on = False
        event.listen(database.engine, "begin", self._fail, insert=True)

    def _fail(self, _connection: Any) -> None:
        if self.on:
            raise OperationalError("the server is gone", None, Exception())


def test_webhooks_are_sent_again_while_the_database_is_away_and_stored_once_it_is_back(carried: World) -> None:
    outage = Outage(carried.deployment.database)
    assert hear(carried, "SM1").status_code == 200
    outage.on = True
    assert (ready(carried), hear(carried, "SM2").status_code) == (503, 503)
    outage.on = False
    assert (ready(carried), hear(carried, "SM2").status_code) == (200, 200)
    assert carried.row("SELECT count(*) AS found FROM reply WHERE sid IN ('SM1', 'SM2')").found == 2


def test_a_full_disk_stores_nothing_by_half(carried: World) -> None:
    with carried.deployment.database.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        free = connection.execute(text("PRAGMA freelist_count")).scalar_one()

    def shrink(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    carried.deployment.database.engine.dispose()
    event.listen(carried.deployment.database.engine, "connect", shrink)
    answers = [hear(carried, f"SM{n}").status_code for n in range(200 + 50 * free)]
    assert answers[-1] == 503
    assert set(answers) == {200, 503}
    stored = carried.row("SELECT count(*) AS found FROM reply").found
    assert stored == answers.count(200)  # what was answered is stored, and nothing else is
    event.remove(carried.deployment.database.engine, "connect", shrink)
    carried.deployment.database.engine.dispose()
    assert hear(carried, "SM-after").status_code == 200


def test_an_outage_takes_no_memory(carried: World) -> None:
    outage = Outage(carried.deployment.database)
    outage.on = True
    for number in range(30):
        hear(carried, f"SM{number}")
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(300):
        hear(carried, f"SM{number}")
    gc.collect()  # what waits to be collected is not kept
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 500_000


@pytest.fixture
def server(postgres: Postgres) -> Iterator[str]:
    """A database of PostgreSQL."""
    postgres.create("degrading")
    yield postgres.of("degrading")
    postgres.drop("degrading")


def test_postgres_that_ends_every_connection_is_met_again_at_the_next_call(
    postgres: Postgres, server: str, keyring: Keyring
) -> None:
    database = Database(server, keyring, _now)
    met = {
        "asked": database.ready,
        "read": lambda: _opens(database.read),
        "written": lambda: _opens(database.write),
        "told the time": lambda: database.now() == _now(),
    }
    for how, again in met.items():
        assert again(), how
        postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'degrading'")
        assert again(), how
    database.engine.dispose()


def test_a_statement_that_takes_too_long_is_given_up(server: str, keyring: Keyring) -> None:
    database = Database(server, keyring, _now, Limits(statement=0.2, pool=2))
    with pytest.raises(StoreAway), database.read(OPERATOR) as uow:
        uow.all(text("SELECT pg_sleep(5)"))
    assert database.engine.pool.size() == 2  # type: ignore[attr-defined]
    database.engine.dispose()


def _opens(transaction: Callable[[Actor], AbstractContextManager[UnitOfWork]]) -> bool:
    with transaction(OPERATOR) as uow:
        return uow.now == _now()


def _now() -> datetime:
    return datetime(2026, 11, 23, 15, tzinfo=UTC)


def test_pool_sizes_and_waits_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTREACH_DB_POOL", "4")
    monkeypatch.setenv("OUTREACH_DB_STATEMENT", "7.5")
    limits = Limits(**DatabaseLimits().model_dump())
    assert limits.pool == 4
    assert "-c statement_timeout=7500 " in limits.options()


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=30)])
def test_a_clock_that_jumps_sends_nothing_twice_and_stops_nothing(world: World, jump: timedelta) -> None:
    world.visit()
    working = Working(_jumping(world.deployment, timedelta(0)))
    working.pump_all()
    sent = world.row("SELECT count(*) AS found FROM attempt").found
    jumped = Working(_jumping(world.deployment, jump))
    for _ in range(3):
        jumped.pump_all()
    jumped.beat()
    twice = "SELECT count(*) AS found FROM (SELECT touch_id FROM attempt GROUP BY touch_id HAVING count(*) > 1) AS t"
    assert world.row(twice).found == 0
    assert world.row("SELECT count(*) AS found FROM attempt").found >= sent
    assert world.row("SELECT count(*) AS found FROM worker").found == 1


def _jumping(deployment: Deployment, jump: timedelta) -> Deployment:
    """The same deployment on a host whose wall clock jumped; its monotonic one never does."""

    class Jumped:
        def __init__(self) -> None:
            self.monotonic, self.sleep = deployment.timer.monotonic, deployment.timer.sleep
            self.token = deployment.timer.token

        def now(self) -> Any:
            return deployment.timer.now() + jump

    return replace(deployment, timer=Jumped())
