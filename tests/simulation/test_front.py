"""One door for one world after another: nobody's request is cut off, and what left is closed once."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import pytest
from werkzeug.test import Client

from outreach.simulation.front import Front


class App:
    """Answers with its name, when it is let."""

    def __init__(self, name: str, waits: bool = False) -> None:
        self.name = name
        self.let = threading.Event()
        self.entered = threading.Event()
        self.closed = 0
        if not waits:
            self.let.set()

    def __call__(self, _environ: Any, start_response: Any) -> Iterable[bytes]:
        self.entered.set()
        self.let.wait(10)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [self.name.encode()]

    def close(self) -> None:
        self.closed += 1


def asked(front: Front) -> str:
    return Client(front).get("/", buffered=True).text


def test_a_request_under_way_is_finished_by_the_world_it_came_to() -> None:
    front, old, new, heard = Front(), App("old", waits=True), App("new"), []
    front.show(old, old.close)
    asking = threading.Thread(target=lambda: heard.append(asked(front)))
    asking.start()
    assert old.entered.wait(10)
    front.show(new, new.close)
    assert asked(front) == "new"
    assert old.closed == 0
    old.let.set()
    asking.join(10)
    assert heard == ["old"]
    assert (old.closed, new.closed) == (1, 0)


def test_a_world_nobody_is_in_closes_at_once() -> None:
    front, old, new = Front(), App("old"), App("new")
    front.show(old, old.close)
    assert asked(front) == "old"
    front.show(new, new.close)
    assert (old.closed, new.closed) == (1, 0)


def test_a_request_that_fails_has_left_too() -> None:
    def broken(_environ: Any, _start_response: Any) -> Iterable[bytes]:
        raise ValueError("broken")

    front, old, new = Front(), App("old"), App("new")
    front.show(broken, old.close)
    with pytest.raises(ValueError, match="broken"):
        asked(front)
    front.show(new, new.close)
    assert old.closed == 1


def test_before_anything_is_shown_there_is_nothing_to_answer_with() -> None:
    with pytest.raises(LookupError):
        asked(Front())
