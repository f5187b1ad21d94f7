"""What every room's tests may ask for: a database of each kind, a timer, and a deployment around them."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from clock import FakeTimer
from compiled import compile_once
from console_world import CARRIER, World, build_template, copied
from counts import PROOF, shorten
from databases import postgres_database, sqlite_database, sqlite_template
from kept import Kept
from memory import compile_for_all, work_in_memory
from postgres import NoPostgres, Postgres, postgres_server

from outreach.bootstrap import bootstrap
from outreach.channels.look.phones import PhonesLookout
from outreach.channels.phones import MemoryNetwork
from outreach.channels.send.phones import Phones
from outreach.engine.deployment import Deployment
from outreach.loops import gate
from outreach.settings import Settings
from outreach.store.database import Database
from outreach.store.seal import Keyring

work_in_memory()
compile_for_all()
compile_once()
shorten()

# The gate without one of its checks: `tests/gate_removal.py` asks which tests notice.
gate.CHECKS = tuple(check for check in gate.CHECKS if check.__name__ != os.environ.get("OUTREACH_WITHOUT"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long ways to `make prove`."""
    if not PROOF:
        long = [item for item in items if item.get_closest_marker("full")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if not item.get_closest_marker("full")]


def pytest_collection_finish() -> None:
    """What was collected stays: nobody need look through it for garbage, again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    try:
        with postgres_server() as server:
            yield server
    except NoPostgres as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def kept_databases(postgres: Postgres) -> Kept:
    return Kept(postgres)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring.fresh()


@pytest.fixture
def timer() -> FakeTimer:
    return FakeTimer()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, tmp_path: Path, timer: FakeTimer, keyring: Keyring, migrated_file: Path
) -> Iterator[Database]:
    """A fresh, migrated database of each kind."""
    if request.param == "sqlite":
        with sqlite_database(migrated_file, tmp_path, timer.now, keyring) as opened:
            yield opened
    else:
        with postgres_database(request.getfixturevalue("kept_databases"), timer.now, keyring) as opened:
            yield opened


@pytest.fixture
def network(database: Database) -> MemoryNetwork:
    return MemoryNetwork(database.now)


@pytest.fixture
def deployment(database: Database, timer: FakeTimer, network: MemoryNetwork) -> Deployment:
    """A deployment whose texts reach the simulated phones; nothing in it comes from the environment's carrier."""
    settings = Settings(twilio_account_sid="", mode="demo", public_url="http://127.0.0.1:8080")
    return bootstrap(
        settings,
        database=database,
        timer=timer,
        carrier=Phones(network, timer.monotonic),
        lookout=PhonesLookout(network),
    )


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def world(template: Path, tmp_path: Path) -> Iterator[World]:
    """A deployment behind its web app, with simulated phones."""
    made = copied(template, tmp_path)
    yield made
    made.close()


@pytest.fixture
def carried(template: Path, tmp_path: Path) -> Iterator[World]:
    """The same with a carrier configured."""
    made = copied(template, tmp_path / "carried", **CARRIER)
    yield made
    made.close()
