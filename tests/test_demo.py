"""The demo as its visitor starts it: one command, pages that answer, an end with nothing unheld, no frozen clock."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo_process import DemoProcess, Visitor


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., DemoProcess]]:
    running: list[DemoProcess] = []

    def started(*arguments: str, **environment: str) -> DemoProcess:
        running.append(DemoProcess(tmp_path / "demo", "--members", "3", *arguments, **environment))
        return running[-1]

    yield started
    for demo in running:
        demo.kill()


def test_the_demo_shows_its_world_and_plays_it_to_its_end(start: Callable[..., DemoProcess]) -> None:
    demo = start("--pace", "full_speed")
    links = demo.links()
    assert set(links) == {"coordinator", "supervisor"}
    for link in links.values():
        visitor = Visitor(link)
        assert visitor.landed.endswith("/phones")
        assert visitor.get("/loops")[0] == 200
    assert Visitor(links["supervisor"]).get("/loops")[0] == 401
    assert "0 still waiting, unheld 0" in demo.until("Every loop is closed or owned")
    assert demo.stop() == 0


@pytest.mark.full
def test_played_once_it_ends_by_itself(start: Callable[..., DemoProcess]) -> None:
    demo = start("--once")
    demo.until("Every loop is closed or owned")
    demo.process.communicate(timeout=60)
    assert demo.process.returncode == 0


@pytest.mark.full
def test_an_endless_demo_goes_on_with_the_next_seed_and_the_visitor_stays(start: Callable[..., DemoProcess]) -> None:
    demo = start("--endless", "--pace", "full_speed", "--seed", "5")
    visitor = Visitor(demo.links()["coordinator"])
    demo.until("World 7")
    assert visitor.get("/loops")[0] == 200
    assert len(list(demo.folder.glob("world-*"))) <= 2
    assert demo.stop() == 0


def test_a_demo_that_cannot_go_on_ends_and_says_so(start: Callable[..., DemoProcess]) -> None:
    demo = start("--pace", "paused")
    demo.links()
    with sqlite3.connect(demo.folder / "world-1" / "outreach.db", timeout=30) as database:
        database.execute("DROP TABLE signal")
    database.close()
    said, _ = demo.process.communicate(timeout=60)
    assert demo.process.returncode not in (0, None)
    assert said.strip()


def test_the_demo_refuses_a_real_carrier_in_one_sentence(start: Callable[..., DemoProcess]) -> None:
    demo = start(TWILIO_ACCOUNT_SID="AC1", TWILIO_AUTH_TOKEN="t", TWILIO_FROM="+1")
    said, _ = demo.process.communicate(timeout=60)
    assert demo.process.returncode == 2
    assert said.strip().startswith("OUTREACH_MODE=demo refuses a real carrier")
    assert "Traceback" not in said
