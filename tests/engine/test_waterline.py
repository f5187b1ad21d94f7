"""A process that looks many times a second passes over what has left, and misses nothing for longer than a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from scene import ANA, BEN, NOW, OPERATOR, Scene
from sqlalchemy import update

from outreach.engine.waterline import MARGIN, SWEEP, Waterline
from outreach.loops.cadence import Queue
from outreach.store import calendar, lanes
from outreach.store.tables import touch


@pytest.fixture
def due_at(scene: Scene) -> list[datetime]:
    """Two texts that were due, an hour apart; most tests need PostgreSQL, where bounds are looked by."""
    if scene.deployment.database.dialect != "postgresql":
        pytest.skip("SQLite leaves nothing behind in its indexes, and looks at everything")
    scene.crowd(ANA, BEN)
    return [NOW - timedelta(hours=2), NOW - timedelta(hours=1)]


def put(scene: Scene, number: int, at: datetime, state: str = "planned") -> None:
    with scene.deployment.write(OPERATOR) as uow:
        mine = uow.all(touch.select().where(touch.c.step == "welcome").order_by(touch.c.id))[number]
        uow.execute(update(touch).where(touch.c.id == mine.id).values(due_at=at, state=state, queue=Queue.BULK))
        uow.commit()


def since(scene: Scene, line: Waterline) -> list[datetime]:
    with scene.deployment.read(OPERATOR) as uow:
        return [lane.since for lane in line.lanes_due(uow, Queue.BULK)]


def test_what_left_is_passed_over_and_what_is_due_is_found(scene: Scene, due_at: list[datetime]) -> None:
    put(scene, 0, due_at[0])
    put(scene, 1, due_at[1])
    line = Waterline(lambda: 0.0)
    assert since(scene, line) == [due_at[0]]
    put(scene, 0, due_at[0], "sent")
    assert since(scene, line) == [due_at[1]]
    put(scene, 1, due_at[1], "sent")
    assert since(scene, line) == []


def test_what_commits_a_little_late_is_found_at_once(scene: Scene, due_at: list[datetime]) -> None:
    put(scene, 0, due_at[1])
    put(scene, 1, NOW + timedelta(days=1))
    line = Waterline(lambda: 0.0)
    since(scene, line)
    put(scene, 1, due_at[1] - MARGIN + timedelta(seconds=1))
    assert since(scene, line) == [due_at[1] - MARGIN + timedelta(seconds=1)]


def test_what_became_due_long_ago_is_found_within_a_minute(scene: Scene, due_at: list[datetime]) -> None:
    now = [0.0]
    line = Waterline(lambda: now[0])
    put(scene, 0, due_at[1])
    put(scene, 1, NOW + timedelta(days=1))
    since(scene, line)
    put(scene, 1, due_at[0])
    assert since(scene, line) == [due_at[1]]
    now[0] = SWEEP
    assert since(scene, line) == [due_at[0]]


def test_a_calendar_that_goes_on_brings_what_is_planned(scene: Scene, due_at: list[datetime]) -> None:
    later = NOW + timedelta(hours=3)
    for number in range(2):
        put(scene, number, later)
    line = Waterline(lambda: 0.0)
    assert since(scene, line) == []
    with scene.deployment.write(OPERATOR) as uow:
        calendar.set_time(uow, later)
        uow.commit()
    assert since(scene, line) == [later]


def test_lanes_are_the_same_with_a_bound_below_everything(scene: Scene, due_at: list[datetime]) -> None:
    put(scene, 0, due_at[0])
    put(scene, 1, due_at[1])
    with scene.deployment.read(OPERATOR) as uow:
        every = lanes.every(uow, Queue.BULK)
        assert lanes.above(uow, Queue.BULK, dict.fromkeys(every, NOW - timedelta(days=9))) == every
        assert lanes.lanes_in(every) == lanes.due(uow, Queue.BULK)
