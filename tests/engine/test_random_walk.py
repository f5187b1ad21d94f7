"""Many loops at once on a random walk through everything that can happen to them: held after every step.

A step is one event that a loop consumes. `make prove` takes 100,000 of them, on both databases together.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import replace
from datetime import time, timedelta

import pytest
from lane_player import AREAS, Player
from lane_scenarios import scenarios
from scene import OPERATOR, Scene, compose, local
from sqlalchemy import func, select
from twin import HandTimer, TwinCarrier

from outreach.engine.decide import decide
from outreach.loops import events as e
from outreach.loops.cadence import standard_cadence
from outreach.loops.loop import Stage
from outreach.loops.standing import Standing
from outreach.loops.tasks import TaskKind
from outreach.store import events, loops, trips, work
from outreach.store import tables as t
from outreach.store.database import Database
from outreach.store.trips import Details
from outreach.store.unit_of_work import UnitOfWork

PROOF = int(os.environ.get("OUTREACH_PROOF", "0")) >= 50
STEPS = {"sqlite": 90_000, "postgresql": 10_000} if PROOF else {"sqlite": 1_200, "postgresql": 500}
MEMBERS = 120
SEED = 20_261_122
# Everything any scenario tells of, at any time and in any order.
HAPPENINGS = [happening.event for scenario in scenarios() for happening in scenario.events]


class Walk:
    """Members with visits, on a calendar that goes on; in each round every open loop meets one random event."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.player, self.dice = scene, Player(scene), random.Random(SEED)
        self.seen: set[Stage] = set()
        self.numbers = [f"+1{area}55501{line:02d}" for area in AREAS[:2] for line in range(100)][:MEMBERS]
        self.members = [scene.member(number) for number in self.numbers]
        for member in self.members:
            self.visit(member)

    def visit(self, member: int) -> None:
        day = self.scene.deployment.database.now().date() + timedelta(days=self.dice.randrange(9))
        at = self.dice.choice([time(7, 30), time(14, 30), None])
        self.scene.visit(member, day=day, at=at, promised_at=None)

    def round(self) -> None:
        """Turn the calendar, do what is due, and let something happen to every open loop, all in one transaction."""
        self.scene.at(self.scene.deployment.database.now() + timedelta(minutes=self.dice.choice([5, 90, 400, 1500])))
        self.scene.settle()
        lately = [row.id for row in self.scene.rows(t.loop, t.loop.c.closed.is_(None))]
        closed = [row.id for row in self.scene.rows(t.loop, t.loop.c.closed.is_not(None))][-40:]
        with self.scene.deployment.write(OPERATOR) as uow:
            ids = lately + self.dice.sample(closed, min(10, len(closed)))
            happened = {loop_id: event for loop_id in ids if (event := self.event(uow, loop_id)) is not None}
            events.append(uow, sorted(happened.items()))
            decide(uow, happened)
            self.book(uow, happened)
            uow.commit()
        self.seen |= {Stage(row.stage) for row in self.scene.rows(t.loop, t.loop.c.id.in_(ids))}
        open_of = Counter(row.member_id for row in self.scene.rows(t.loop, t.loop.c.closed.is_(None)))
        for place, member in enumerate(self.members):
            if self.scene.row(t.member, t.member.c.id == member).standing == Standing.DECEASED:
                self.members[place] = self.scene.member(self.numbers[place])
            if open_of[member] == 0:
                self.visit(self.members[place])

    def event(self, uow: UnitOfWork, loop_id: int) -> e.Event | None:
        """Return a random event that the engine could tell this loop now, after doing what comes with it."""
        event = replace(self.dice.choice(HAPPENINGS), at=uow.now)
        if _ends_it(event) and self.dice.random() < 0.95:
            return None  # else nothing would live long enough to meet the rest
        if not self.concerns(uow, loop_id, event):
            return None
        if isinstance(event, e.StandingChanged) and event.review_at is not None:
            event = replace(event, review_at=uow.now + timedelta(days=2))
        if isinstance(event, e.VisitMoved | e.VisitCancelled):
            self.move(uow, loop_id, isinstance(event, e.VisitCancelled))
        return self.player.prepared(uow, loop_id, event)

    def concerns(self, uow: UnitOfWork, loop_id: int, event: e.Event) -> bool:
        match event:
            case e.TaskResolved(_, kind) | e.TaskEscalated(_, kind):
                return any(task.kind == kind for task in work.open_tasks(uow, [loop_id]).get(loop_id, []))
            case e.NewVisitLinked():
                kinds = [task.kind for task in work.open_tasks(uow, [loop_id]).get(loop_id, [])]
                return TaskKind.RESCHEDULE in kinds
            case e.DeadlinePassed():
                return False  # the calendar sees to it
            case _:
                return True

    def move(self, uow: UnitOfWork, loop_id: int, off: bool) -> None:
        anchor_id = select(t.loop.c.anchor_id).where(t.loop.c.id == loop_id).scalar_subquery()
        values = {"cancelled": off, "version": t.anchor.c.version + 1}
        if not off:
            day = uow.now.date() + timedelta(days=self.dice.randrange(-1, 9))
            values |= {"day": day, "wall_time": time(14, 30), "starts_at": local(day, 14, 30)}
        uow.execute(t.anchor.update().where(t.anchor.c.id == anchor_id).values(**values))

    def book(self, uow: UnitOfWork, happened: dict[int, e.Event]) -> None:
        for loop_id, event in happened.items():
            if isinstance(event, e.RideBooked):
                taken = loops.lock(uow, [loop_id])[0].loop.ride.booked
                trips.record(uow, loop_id, event.trips, Details("RideCo", "ambulatory"), stands=taken)

    @property
    def steps(self) -> int:
        with self.scene.deployment.read(OPERATOR) as uow:
            return int(uow.execute(select(func.count()).select_from(t.loop_event)).scalar_one())


def _ends_it(event: e.Event) -> bool:
    died = isinstance(event, e.StandingChanged) and event.standing is Standing.DECEASED
    return died or isinstance(event, e.StaffClosed | e.NewVisitLinked)


@pytest.fixture
def walk(database: Database, timer: HandTimer) -> Walk:
    carrier = TwinCarrier()
    scene = Scene(compose(database, timer, carrier), carrier, timer)
    scene.furnish(steps=list(standard_cadence()["step"]))
    scene.categories = ("appointment", "transport")
    return Walk(scene)


@pytest.mark.timeout(3000)
def test_loop_health_stays_empty_on_a_long_random_walk(walk: Walk) -> None:
    while walk.steps < STEPS[walk.scene.deployment.database.dialect]:
        walk.round()
        assert walk.scene.unheld() == {}
    assert len(walk.seen) >= (8 if PROOF else 6), walk.seen
    assert Counter(walk.scene.carrier.times_sent().values()).keys() <= {1}
