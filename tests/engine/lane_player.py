"""Plays scenarios of the lane through the real engine: rows in, an event row, Decide, and rows out; many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from lane_scenarios import Scenario
from scene import CADENCE, CLINIC, OPERATOR, PROGRAM, Scene
from sqlalchemy import Row, Table, update

from conversations.meaning import Screening
from outreach.engine.decide import decide
from outreach.loops import events as e
from outreach.loops.advance import advance
from outreach.loops.effects import Answer, Await, CloseTasks, Effect, OpenTask, StopAwaiting, Tell
from outreach.loops.loop import Loop, Stage
from outreach.loops.rides import Ride
from outreach.loops.setting import Setting
from outreach.loops.task_clock import deadlines_until
from outreach.loops.tasks import RULES, TaskKind
from outreach.store import calendar, events, loops, people, replies, trips, unread, work
from outreach.store import tables as t
from outreach.store.trips import Details
from outreach.store.unit_of_work import UnitOfWork

AREAS = (202, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229, 231)
_UNDONE = (Stage.WANTS_CHANGE, Stage.CANNOT_COME, Stage.NOT_KEPT)
_DONE = (Stage.NOT_KEPT, Stage.CLOSED, Stage.GOING_HOME)
_DETAILS = Details("RideCo", "ambulatory")


@dataclass
class Played:
    """A scenario with its loop in the database, and where the pure core says that it stands."""

    scenario: Scenario
    loop: int
    pure: Loop
    event: e.Event | None = None
    effects: tuple[Effect, ...] = ()


@dataclass
class Seen:
    """The rows of some loops, by loop."""

    tasks: Mapping[int, list[Row[Any]]]
    waits: Mapping[int, list[Row[Any]]]
    signals: Mapping[int, list[Row[Any]]]
    answers: Mapping[int, list[Row[Any]]]
    loops: Mapping[int, Loop]
    unheld: Mapping[int, str]


@dataclass
class Player:
    """One furnished database in which every scenario has a member, a phone and a visit of its own."""

    scene: Scene
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.numbers = (f"+1{area}55501{line:02d}" for area in AREAS for line in range(100))
        self.ids = count(1)

    def play(self, scenarios: Sequence[Scenario]) -> dict[str, list[str]]:
        """Return what differs from what each scenario says, by its name; nothing is good.

        Those whose next event comes at one instant are decided together, in one transaction, as the engine does.
        """
        playing = self._given(scenarios)
        for turn in range(max(len(scenario.events) for scenario in scenarios)):
            at_once: dict[datetime, list[Played]] = defaultdict(list)
            for one in playing:
                if turn < len(one.scenario.events):
                    at_once[one.scenario.events[turn].event.at].append(one)
            for at in sorted(at_once):
                self._happen(at, at_once[at], turn)
        return self.wrong

    # -- given

    def _given(self, scenarios: Sequence[Scenario]) -> list[Played]:
        ready: dict[datetime, list[Scenario]] = defaultdict(list)
        for scenario in scenarios:
            ready[scenario.events[0].event.at].append(scenario)
        return [one for at in sorted(ready) for one in self._given_at(at, ready[at])]

    def _given_at(self, at: datetime, scenarios: Sequence[Scenario]) -> list[Played]:
        self.at(at)
        with self.scene.deployment.write(OPERATOR) as uow:
            playing = [Played(scenario, self._furnished(uow, scenario), scenario.loop) for scenario in scenarios]
            decide(uow, [one.loop for one in playing if one.pure.open])
            uow.commit()
        return playing

    def _furnished(self, uow: UnitOfWork, scenario: Scenario) -> int:
        state, setting = scenario.loop, scenario.loop.setting
        member = self.scene.new_member(uow, [next(self.numbers)])
        standing = {"tier": setting.tier, "standing": setting.standing}
        uow.execute(update(t.member).where(t.member.c.id == member).values(**standing))
        for n in range(setting.misses):
            self._other_visit(uow, member, state, days=-7 * (n + 1), outcome="no_show", closed="no_new_visit")
        if setting.clashes:
            self._other_visit(uow, member, state, days=0)
        loop_id = self._loop(uow, member, state)
        self._holds(uow, loop_id, state, uow.now, scenario.events[-1].event.at + timedelta(days=1))
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
        if state.ride.trips:
            trips.record(uow, loop_id, state.ride.trips, _DETAILS, stands=True)
        return loop_id

    def _other_visit(self, uow: UnitOfWork, member: int, state: Loop, days: int, **columns: Any) -> None:
        day = state.anchor.day + timedelta(days=days)
        other = replace(state, anchor=replace(state.anchor, day=day, cancelled=False), ride=Ride())
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

    # -- when

    def at(self, instant: datetime) -> None:
        with self.scene.deployment.write(OPERATOR) as uow:
            calendar.set_time(uow, instant)
            uow.commit()

    def _happen(self, at: datetime, playing: Sequence[Played], turn: int) -> None:
        """What the engine does before a loop hears of an event, then the events, all decided at once."""
        self.at(at)
        for patience in sorted({one.pure.setting.escalate_after for one in playing}):
            together = [one for one in playing if one.pure.setting.escalate_after == patience]
            self.scene.change(t.cadence, CADENCE, escalate_after=patience)
            with self.scene.deployment.write(OPERATOR) as uow:
                before = {found.loop.id: found.loop.ride.revision for found in loops.lock(uow, _ids(together))}
                for one in together:
                    one.event = self.prepared(uow, one.loop, one.scenario.events[turn].event)
                events.append(uow, [(one.loop, one.event) for one in together if one.event])
                decide(uow, _ids(together))
                self._booked(uow, together, before)
                uow.commit()
        for one in playing:
            assert one.event is not None
            step = advance(one.pure, one.event)
            one.pure, one.effects = step.loop, step.effects
        self._check([one for one in playing if turn == len(one.scenario.events) - 1])

    def _booked(self, uow: UnitOfWork, playing: Iterable[Played], before: Mapping[int, int]) -> None:
        """What a booking's handler does when the loop has decided."""
        for one in playing:
            if isinstance(one.event, e.RideBooked):
                taken = loops.lock(uow, [one.loop])[0].loop.ride.revision > before[one.loop]
                trips.record(uow, one.loop, one.event.trips, _DETAILS, stands=taken)

    def prepared(self, uow: UnitOfWork, loop_id: int, event: e.Event) -> e.Event:
        """Do what comes with an event, and return it as this loop hears it."""
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
                people.set_standing(uow, loops.member_of(uow, loop_id), standing, review_at)
        return event

    def _reply(self, uow: UnitOfWork, loop_id: int) -> int:
        phone = people.members(uow, [who := loops.member_of(uow, loop_id)])[who].contact_points[0]
        row = {"sid": f"SM{next(self.ids)}", "contact_point_id": phone, "media_count": 0, "provider_word": None}
        more = {"received_at": uow.now, "safety": []}
        stored = replies.store(uow, row | more, "as understood", (), Screening(frozenset()))
        assert stored is not None
        unread.mark_read(uow, [unread.Read(stored, (), loop_id)])
        return stored

    def _finish(self, uow: UnitOfWork, loop_id: int, kind: str, resolution: str, reason: Any) -> None:
        mine = [task.id for task in work.open_tasks(uow, [loop_id]).get(loop_id, []) if task.kind == kind]
        work.close_tasks(uow, mine, resolution, reason)

    # -- then

    def _check(self, ended: Sequence[Played]) -> None:
        seen = self._seen(_ids(ended))
        for one in ended:
            found = [*_state(seen, one), *_rows(seen, one), *_held(seen, one)]
            if found:
                self.wrong[one.scenario.name] = found

    def _seen(self, ids: list[int]) -> Seen:
        def of(table: Table, *where: Any) -> dict[int, list[Row[Any]]]:
            found: dict[int, list[Row[Any]]] = defaultdict(list)
            for row in self.scene.rows(table, table.c.loop_id.in_(ids), *where):
                found[row.loop_id].append(row)
            return found

        with self.scene.deployment.write(OPERATOR) as uow:
            stored = {found.loop.id: found.loop for found in loops.lock(uow, ids)}
        waiting, answers = t.awaited.c.state == "waiting", t.touch.c.reply_id.is_not(None)
        unheld = self.scene.unheld() if ids else {}
        return Seen(of(t.task), of(t.awaited, waiting), of(t.signal), of(t.touch, answers), stored, unheld)


def _ids(playing: Iterable[Played]) -> list[int]:
    return [one.loop for one in playing]


def _state(seen: Seen, one: Played) -> list[str]:
    found = replace(seen.loops[one.loop], id=one.pure.id, anchor=one.pure.anchor, setting=Setting())
    wanted = replace(one.scenario.after, id=one.pure.id, anchor=one.pure.anchor, setting=Setting())
    pairs = [(name, getattr(found, name), getattr(wanted, name)) for name in Loop.__dataclass_fields__]
    return [f"{name} is {stored!r}, not {said!r}" for name, stored, said in pairs if stored != said]


def _rows(seen: Seen, one: Played) -> list[str]:
    return [f"no row for {effect}" for effect in one.effects if not _has(seen, one, effect)]


def _has(seen: Seen, one: Played, effect: Effect) -> bool:
    tasks, waits = seen.tasks.get(one.loop, []), seen.waits.get(one.loop, [])
    match effect:
        case OpenTask(kind):
            ended = not one.pure.open and RULES[kind].ends_with_loop
            return ended or any(row.kind == kind and row.state == "open" and row.due_at for row in tasks)
        case CloseTasks(kinds):
            again = {opened.kind for opened in one.effects if isinstance(opened, OpenTask)}
            return not {row.kind for row in tasks if row.state == "open"} & (set(kinds) - again)
        case Await(kind, deadline):
            return [row.deadline for row in waits if row.kind == kind] == [deadline]
        case StopAwaiting(kind):
            again = {other.kind for other in one.effects if isinstance(other, Await)}
            return kind in again or kind not in {row.kind for row in waits}
        case Answer(_, words):
            assert isinstance(one.event, e.Heard)
            reply = one.event.reply
            return any((row.reply_id, row.words) == (reply, words) for row in seen.answers.get(one.loop, []))
        case Tell(signal, reason, plan):
            told = [(row.kind, row.body["reason"], row.body["plan"]) for row in seen.signals.get(one.loop, [])]
            return (signal, reason, plan) in told


def _held(seen: Seen, one: Played) -> list[str]:
    """No worker sends here, so a text that was due between two events is late; nothing else may be wrong."""
    why = seen.unheld.get(one.loop)
    return [why] if why is not None and why != "a touch is overdue" else []
