"""The engine's furnished world, for what is shown of delivery as a whole."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from demo_process import free_port

sys.path.insert(0, str(Path(__file__).parents[1] / "engine"))
from scene import Scene, compose
from twin import HandTimer, TwinCarrier

from outreach.store.database import Database
from outreach.store.seal import Keyring

ACCOUNT, TOKEN, PUBLIC = "AC" + "0" * 32, "a-token", "https://care.example.org"
CARRIER = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_from": "+12025550100"}


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    """Keys that another process can read."""
    Keyring.create(tmp_path / "keys.json")
    return Keyring.read(tmp_path / "keys.json")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def timer() -> HandTimer:
    return HandTimer()


@pytest.fixture
def scene(database: Database, timer: HandTimer) -> Scene:
    """A Monday morning, words approved, nobody enrolled yet; a carrier is configured, and its twin answers."""
    carrier = TwinCarrier()
    made = Scene(compose(database, timer, carrier, public_url=PUBLIC, **CARRIER), carrier, timer)
    made.furnish()
    return made
