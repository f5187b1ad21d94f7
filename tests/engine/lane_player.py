"""Plays a scenario of the lane through the real engine: rows in, an event row, Decide, and rows out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from lane_scenarios import Scenario
from scene import CADENCE, CLINIC, OPERATOR, PROGRAM, Scene

from outreach.engine.decide import decide
from outreach.loops import events as e
from outreach.loops.advance import advance
from outreach.loops.effects import Answer, Await, CloseTasks, Effect, OpenTask, StopAwaiting, Tell
from outreach.loops.loop import Loop, Stage
from outreach.loops.tasks import RULES, TaskKind, deadlines_until
from outreach.store import calendar, events, loops, people, replies, trips, work
from outreach.store import tables as t
from outreach.store.trips import Details
from outreach.store.unit_of_work import UnitOfWork

AREAS = (202, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229, 231)
_UNDONE = (Stage.WANTS_CHANGE, Stage.CANNOT_COME, Stage.NOT_KEPT)
_DONE = (Stage.NOT_KEPT, Stage.CLOSED, Stage.GOING_HOME)


@dataclass
class Player:
    """One furnished database in which every scenario has a member, a phone and a visit of its own."""

    scene: Scene

    def __post_init__(self) -> None:
        self.numbers = (f"+1{area}55501{line:02d}" for area in AREAS for line in range(100))
        self.ids = count(1)

    def play(self, scenario: Scenario) -> list[str]:
        """Return what differs from what the scenario says; nothing is good."""
        first, last = scenario.events[0], scenario.events[-1]
        loop_id = self._given(scenario, first.event.at, last.event.at)
        pure = scenario.loop
        for happening in scenario.events:
            event = self._happens(loop_id, happening.event)
            before, pure = pure, advance(pure, event).loop
        effects = advance(before, event).effects
        return [*self._state(loop_id, scenario.after), *self._rows(loop_id, event, pure, effects), *self._held(loop_id)]

    # -- given

    def _given(self, scenario: Scenario, first: datetime, last: datetime) -> int:
        state = scenario.loop
        member = self.scene.member(next(self.numbers))
        setting = {"tier": state.setting.tier, "standing": state.setting.standing}
        self.scene.change(t.member, member, **setting)
        self.scene.change(t.cadence, CADENCE, escalate_after=state.setting.escalate_after)
        self.at(first)
        with self.scene.deployment.write(OPERATOR) as uow:
            for n in range(state.setting.misses):
                self._other_visit(uow, member, state, days=-7 * (n + 1), outcome="no_show", closed="no_new_visit")
            if state.setting.clashes:
                self._other_visit(uow, member, state, days=0)
            loop_id = self._loop(uow, member, state)
            self._holds(uow, loop_id, state, first, last + timedelta(days=1))
            uow.commit()
        return loop_id

    def _loop(self, uow: UnitOfWork, member: int, state: Loop) -> int:
        about, anchor_id, loop_id = state.anchor, uow.next_id(), uow.next_id()
        row = {"id": anchor_id, "kind": "appointment", "program_id": PROGRAM, "clinic_id": CLINIC, "member_id": member}
        row |= {"external_id": f"S{anchor_id}", "version": about.version, "day": about.day, "zone": about.zone}
        row |= {"wall_time": about.wall_time, "starts_at": about.starts_at, "cancelled": about.cancelled}
        uow.insert(t.anchor, [row | {"sensitivity": about.sensitivity}])
        columns = {"id": loop_id, "version": 1, "program_id": PROGRAM, "member_id": member, "anchor_id": anchor_id}
        columns |= {"lane": "appointment", "opened_at": uow.now, "closed_at": None if state.open else uow.now}
        uow.insert(t.loop, [columns | loops.loop_row(state, None)])
        trips.record(uow, loop_id, state.ride.trips, Details("RideCo", "ambulatory"), stands=True)
        return loop_id

    def _other_visit(self, uow: UnitOfWork, member: int, state: Loop, days: int, **columns: Any) -> None:
        day = state.anchor.day + timedelta(days=days)
        other = replace(state, anchor=replace(state.anchor, day=day, cancelled=False), ride=type(state.ride)())
        loop_id = self._loop(uow, member, replace(other, stage=Stage.SCHEDULED, closed=None, outcome=None))
        uow.execute(t.loop.update().where(t.loop.c.id == loop_id).values(**columns, version=1))

    def _holds(self, uow: UnitOfWork, loop_id: int, state: Loop, first: datetime, until: datetime) -> None:
        """What holds such a loop in earnest; due late enough that only the scenario's own events happen."""
        clock = deadlines_until(first, until + timedelta(days=30))
        kinds = [TaskKind.RESCHEDULE] if state.stage in _UNDONE else []
        kinds += [TaskKind.FIND_OUTCOME] if state.stage is Stage.OUTCOME_MISSING else []
        about = {"program_id": PROGRAM, "loop_id": loop_id}
        work.open_task(uow, [work.task_row(uow, kind, clock, **about) for kind in kinds])
        awaited = ["outcome"] if state.stage not in (*_DONE, Stage.OUTCOME_MISSING) else []
        awaited += ["home"] if state.stage is Stage.GOING_HOME else []
        work.await_signals(uow, [work.wait_row(uow, loop_id, kind, until) for kind in awaited])
        if state.open:
            decide(uow, [loop_id])

    # -- when

    def at(self, instant: datetime) -> None:
        with self.scene.deployment.write(OPERATOR) as uow:
            calendar.set_time(uow, instant)
            uow.commit()

    def _happens(self, loop_id: int, event: e.Event) -> e.Event:
        """What the engine does before a loop hears of an event, and then the event itself."""
        self.at(event.at)
        with self.scene.deployment.write(OPERATOR) as uow:
            before = loops.lock(uow, [loop_id])[0].loop.ride.revision
            event = self.prepared(uow, loop_id, event)
            events.append(uow, [(loop_id, event)])
            decide(uow, [loop_id])
            if isinstance(event, e.RideBooked):
                taken = loops.lock(uow, [loop_id])[0].loop.ride.revision > before
                trips.record(uow, loop_id, event.trips, Details("RideCo", "ambulatory"), stands=taken)
            uow.commit()
        return event

    def prepared(self, uow: UnitOfWork, loop_id: int, event: e.Event) -> e.Event:
        match event:
            case e.Heard():
                return replace(event, reply=self._reply(uow, loop_id))
            case e.TaskResolved(_, kind, resolution, reason):
                self._finish(uow, loop_id, kind, resolution, reason)
            case e.NewVisitLinked():
                self._finish(uow, loop_id, TaskKind.RESCHEDULE, "new_visit", None)
            case e.DeadlinePassed(_, awaited):
                missed = [wait.id for wait in work.waits(uow, [loop_id]).get(loop_id, []) if wait.kind == awaited]
                work.end_waits(uow, missed, "missed")
            case e.StandingChanged(_, standing, review_at):
                people.set_standing(uow, self._member(uow, loop_id), standing, review_at)
        return event

    def _reply(self, uow: UnitOfWork, loop_id: int) -> int:
        phone = people.members(uow, [who := self._member(uow, loop_id)])[who].contact_points[0]
        row = {"sid": f"SM{next(self.ids)}", "contact_point_id": phone, "text": "as understood", "media_count": 0}
        stored = replies.store(uow, row | {"provider_word": None, "received_at": uow.now, "safety": []})
        assert stored is not None
        replies.mark_read(uow, stored, "[]", loop_id=loop_id, intents=[])
        return stored

    def _member(self, uow: UnitOfWork, loop_id: int) -> int:
        return loops.member_of(uow, loop_id)

    def _finish(self, uow: UnitOfWork, loop_id: int, kind: str, resolution: str, reason: Any) -> None:
        mine = [task.id for task in work.open_tasks(uow, [loop_id]).get(loop_id, []) if task.kind == kind]
        work.close_tasks(uow, mine, resolution, reason)

    # -- then

    def _state(self, loop_id: int, after: Loop) -> list[str]:
        with self.scene.deployment.write(OPERATOR) as uow:
            found = loops.lock(uow, [loop_id])[0].loop
        names = [name for name in Loop.__dataclass_fields__ if name not in ("id", "anchor", "setting", "lane")]
        pairs = [(name, getattr(found, name), getattr(after, name)) for name in names]
        if after.ride.need != "booked":  # trips that were given up stay in their rows, not with the loop
            pairs = [(n, a if n != "ride" else replace(a, trips=()), b) for n, a, b in pairs]
        return [f"{name} is {stored!r}, not {wanted!r}" for name, stored, wanted in pairs if stored != wanted]

    def _rows(self, loop_id: int, event: e.Event, after: Loop, effects: tuple[Effect, ...]) -> list[str]:
        return [f"no row for {effect}" for effect in effects if not self._has(loop_id, event, after, effect, effects)]

    def _has(self, loop_id: int, event: e.Event, after: Loop, effect: Effect, effects: tuple[Effect, ...]) -> bool:
        mine = t.task.c.loop_id == loop_id
        match effect:
            case OpenTask(kind):
                ended = not after.open and RULES[kind].ends_with_loop
                found = self.scene.rows(t.task, mine, t.task.c.kind == kind)
                return ended or any(row.state == "open" and row.due_at is not None for row in found)
            case CloseTasks(kinds):
                again = {opened.kind for opened in effects if isinstance(opened, OpenTask)}
                left = self.scene.rows(t.task, mine, t.task.c.state == "open")
                return not {row.kind for row in left} & (set(kinds) - again)
            case Await(kind, deadline):
                waiting = (t.awaited.c.loop_id == loop_id, t.awaited.c.kind == kind, t.awaited.c.state == "waiting")
                return [row.deadline for row in self.scene.rows(t.awaited, *waiting)] == [deadline]
            case StopAwaiting(kind):
                waiting = (t.awaited.c.loop_id == loop_id, t.awaited.c.kind == kind, t.awaited.c.state == "waiting")
                again = any(isinstance(other, Await) and other.kind == kind for other in effects)
                return again or not self.scene.rows(t.awaited, *waiting)
            case Answer(_, words):
                assert isinstance(event, e.Heard)
                return bool(self.scene.rows(t.touch, t.touch.c.reply_id == event.reply, t.touch.c.words == words))
            case Tell(signal, reason, plan):
                told = self.scene.rows(t.signal, t.signal.c.loop_id == loop_id, t.signal.c.kind == signal)
                return any((row.body["reason"], row.body["plan"]) == (reason, plan) for row in told)

    def _held(self, loop_id: int) -> list[str]:
        """No worker sends here, so a text that was due between two events is late; nothing else may be wrong."""
        found = [why for unheld, why in self.scene.unheld().items() if unheld == loop_id]
        return [why for why in found if why != "a touch is overdue"]
