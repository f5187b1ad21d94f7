"""The appointment lane as scenarios that a nurse could read: given, events, then. They live in scenarios/*.toml."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from loop_builders import NEW_YORK, a_loop, a_visit, local

from conversations.meaning import Intent, Meaning, Reason, Safety
from outreach.loops import events as e
from outreach.loops.advance import advance
from outreach.loops.effects import Answer, Await, CloseTasks, Effect, OpenTask, StopAwaiting, Tell
from outreach.loops.loop import Closed, Loop, Stage
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.tasks import TaskKind, due

FOLDER = Path(__file__).parent / "scenarios"
Row = dict[str, Any]


def _scenarios() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.toml")):
        for scenario in tomllib.loads(path.read_text(encoding="utf-8"))["scenario"]:
            yield pytest.param(scenario, id=f"{path.stem}: {scenario['name']}")


def _loop(given: Row) -> Loop:
    day, _, wall_time = given.get("visit", "2027-03-16 14:30").partition(" ")
    time = dt.time.fromisoformat(wall_time) if wall_time else None
    return a_loop(a_visit(day=dt.date.fromisoformat(day), wall_time=time), **_state(given))


def _state(row: Row) -> Row:
    return {
        "stage": Stage(row["stage"]),
        "outcome": Outcome(row["outcome"]) if "outcome" in row else None,
        "source": Source(row["source"]) if "source" in row else None,
        "reason": Reason(row["reason"]) if "reason" in row else None,
        "barriers": frozenset(Reason(barrier) for barrier in row.get("barriers", ())),
        "closed": Closed(row["closed"]) if "closed" in row else None,
    }


def _why(row: Row) -> Reason | None:
    return Reason(row["why"]) if "why" in row else None


def _heard(at: dt.datetime, row: Row) -> e.Heard:
    words = [row["heard"]] if isinstance(row["heard"], str) else row["heard"]
    safety = frozenset(Safety(flag) for flag in row.get("safety", ()))
    meaning = Meaning(frozenset(Intent(word) for word in words), _why(row), safety=safety)
    return e.Heard(at, 7, meaning, row.get("prompt"), row.get("repeats", 0))


# What happened -> the event; the word is the key that a scenario uses.
HAPPENINGS: dict[str, Callable[[dt.datetime, Row], e.Event]] = {
    "opened": lambda at, row: e.Opened(at),
    "moved": lambda at, row: e.VisitMoved(at, row["moved"] == "materially"),
    "cancelled": lambda at, row: e.VisitCancelled(at),
    "heard": _heard,
    "delivered": lambda at, row: e.TouchDelivered(at, row["delivered"]),
    "refused": lambda at, row: e.TouchRefused(at, "reminder", row["refused"], row.get("answers", False)),
    "failed": lambda at, row: e.TouchFailed(at, "reminder", row["failed"]),
    "unresolved": lambda at, row: e.TouchUnresolved(at, row["unresolved"]),
    "deadline": lambda at, row: e.DeadlinePassed(at, row["deadline"], row.get("unanswered", 0)),
    "reported": lambda at, row: e.OutcomeReported(at, Outcome(row["reported"]), Source(row["by"]), _why(row)),
    "resolved": lambda at, row: e.TaskResolved(at, row["resolved"], row["as"], _why(row)),
    "linked": lambda at, row: e.NewVisitLinked(at),
    "suppressed": lambda at, row: e.Suppressed(at, row["suppressed"]),
    "staff_closed": lambda at, row: e.StaffClosed(at, Reason(row["staff_closed"])),
}


def _event(row: Row) -> e.Event:
    (happened,) = [word for word in HAPPENINGS if word in row]
    return HAPPENINGS[happened](local(row["at"]), row)


def _in_words(effect: Effect) -> str:
    match effect:
        case OpenTask(kind):
            return f"task {kind}"
        case CloseTasks(kinds, resolution):
            return f"close {', '.join(kinds)}: {resolution}"
        case Await(kind, deadline):
            return f"await {kind} {deadline.astimezone(ZoneInfo(NEW_YORK)):%Y-%m-%d %H:%M}"
        case StopAwaiting(kind):
            return f"stop awaiting {kind}"
        case Answer(_, words):
            return f"answer {words}"
        case Tell(signal, reason, plan):
            return " ".join(part for part in ("tell", signal, reason, plan) if part)


@pytest.mark.parametrize("scenario", list(_scenarios()))
def test_the_lane_does_what_its_scenario_says(scenario: Row) -> None:
    loop, effects = _loop(scenario["given"]), None
    for row in scenario["events"]:
        step = advance(loop, _event(row))
        loop, effects = step.loop, step.effects
        opened = [effect for effect in step.effects if isinstance(effect, OpenTask)]
        assert [task.due for task in opened] == [due(task.kind, local(row["at"]), NEW_YORK) for task in opened]
    then = scenario["then"]
    assert {name: getattr(loop, name) for name in _state(then)} == _state(then)
    assert [_in_words(effect) for effect in effects or ()] == then["effects"]


def test_every_kind_of_event_has_a_scenario() -> None:
    told = {word for param in _scenarios() for row in param.values[0]["events"] for word in HAPPENINGS if word in row}
    assert told == set(HAPPENINGS)
    assert len(HAPPENINGS) == len(e.Event.__args__)


def test_every_stage_is_where_a_scenario_starts_and_where_one_ends() -> None:
    scenarios = [param.values[0] for param in _scenarios()]
    assert {s["given"]["stage"] for s in scenarios} == set(Stage)
    assert {s["then"]["stage"] for s in scenarios} == set(Stage)


def test_every_task_that_the_lane_can_resolve_is_one_it_knows() -> None:
    assert {row["resolved"] for p in _scenarios() for row in p.values[0]["events"] if "resolved" in row} < set(TaskKind)
