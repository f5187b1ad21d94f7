"""Every error of the carrier's, by the answer and by a callback: what becomes of the text, the number, the ledger."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from counts import PROOF
from scene import NOW, Scene
from structlog.testing import capture_logs

from conversations.meaning import Reason
from outreach.engine.handlers import close_loop
from outreach.engine.pauses import release, stand
from outreach.engine.pump import pump
from outreach.loops.failures import table
from outreach.store import tables as t
from outreach.store.actor import OPERATOR

ERRORS = tomllib.loads(Path(__file__).with_name("provider_errors.toml").read_text(encoding="utf-8"))["error"]
CASES = [(code, error) for error in ERRORS for code in error["codes"]]


def _fail(scene: Scene, number: str, path: str, code: int) -> int:
    """A new member's first text fails; return its loop."""
    loop = scene.visit(scene.member(number))
    if path == "answer":
        scene.carrier.answers.append(code)
    pump(scene.deployment, "bulk")
    if path == "callback":
        scene.call_back(scene.touch(loop, "welcome").id, "undelivered", code=code)
    pump(scene.deployment, "decisions")
    return loop


def _numbers() -> Iterator[str]:
    return (f"+1{area}55501{line:02d}" for area in (202, 212, 213) for line in range(100))


@pytest.mark.parametrize("path", ["answer", "callback"])
def test_twi_33_each_error_does_the_same_by_either_path(scene: Scene, path: str) -> None:
    cases = CASES if PROOF or scene.deployment.database.dialect == "sqlite" else CASES[::4]
    for (code, error), number in zip(cases, _numbers(), strict=False):
        before = {row.id for row in scene.rows(t.task)}
        with capture_logs() as logs:
            loop = _fail(scene, number, path, code)
        welcome, phone = (
            scene.touch(loop, "welcome"),
            scene.row(t.contact_point, t.contact_point.c.id == scene.phone(number)),
        )
        assert _seen(scene, welcome, phone, before) == _expected(error), f"{code} by {path}"
        assert (welcome.state, scene.unheld()) == (_state(error, path), {}), f"{code} by {path}"
        assert number not in str(logs)
        paged = [log["code"] for log in logs if log["log_level"] == "error"]
        assert set(paged) == ({code} if table().get(code, _refused(code)).pages or "paused" in error else set()), code
        for found in stand(scene.deployment, OPERATOR):
            release(scene.deployment, OPERATOR, found.pause.name)
        close_loop(scene.deployment, OPERATOR, loop, Reason.OTHER)  # out of the way of the next
        scene.timer.sleep(1200)  # a sender that was slowed down may send again


def _refused(code: int) -> Any:
    return table()[-1 if code < 30000 else -2]


def _state(error: dict[str, Any], path: str) -> str:
    if "again" in error:
        return "planned"
    return str(error.get("left", "refused" if path == "answer" else "sent"))


def _seen(scene: Scene, welcome: Any, phone: Any, before: set[int]) -> dict[str, Any]:
    waits = (welcome.due_at - NOW) / timedelta(minutes=1) if welcome.state == "planned" else None
    stops = scene.rows(
        t.consent_event, t.consent_event.c.contact_point_id == phone.id, t.consent_event.c.action == "stop"
    )
    return {
        "waits": waits is not None and waits,
        "number": phone.state,
        "asks_line": phone.line_asked_at is not None,
        "stopped": bool(stops),
        "tasks": sorted(row.kind for row in scene.rows(t.task) if row.id not in before),
        "paused": [str(found.pause.what) for found in stand(scene.deployment, OPERATOR)],
    }


class _Within:
    """A number of minutes between two, for a comparison that says what was found."""

    def __init__(self, first: float, last: float) -> None:
        self.first, self.last = first, last

    def __eq__(self, other: object) -> bool:
        return isinstance(other, float) and self.first <= other <= self.last

    def __repr__(self) -> str:
        return f"{self.first} to {self.last} minutes"


def _expected(error: dict[str, Any]) -> dict[str, Any]:
    return {
        "waits": _Within(*error["again"]) if "again" in error else False,
        "number": error.get("number", "unverified"),
        "asks_line": error.get("asks_line", False),
        "stopped": error.get("stopped", False),
        "tasks": error.get("tasks", []),
        "paused": [error["paused"]] if "paused" in error else [],
    }


def test_twi_33_the_scenarios_walk_the_whole_table() -> None:
    assert {code for code, _ in CASES} >= {code for code in table() if code > 0}
