"""Random histories through the real engine: whatever happens, in whatever order, the promises hold after every step.

OUTREACH_PROOF sets how many histories are tried on each database; `make prove` asks for many.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from scene import ANA, BEN, NOW, OPERATOR, ZONE, Scene, compose
from sqlalchemy import delete, func, select, update
from twin import (
    ACCEPT,
    DIE_AFTER,
    DIE_BEFORE,
    GIVE_BACK,
    KEEP,
    LOSE,
    Answer,
    HandTimer,
    Throttle,
    TwinCarrier,
    WorkerDied,
)

from conversations.meaning import Reason
from outreach.channels.carrier import Outgoing
from outreach.engine import handlers, rides, standing, tasks
from outreach.engine.pump import QUEUES, pump
from outreach.engine.refusals import NotAsked
from outreach.engine.rides import Booking
from outreach.engine.tasks import Finish
from outreach.loops.cadence import standard_cadence
from outreach.loops.consent import suppressed
from outreach.loops.events import VisitCancelled, VisitMoved
from outreach.loops.outcomes import Outcome
from outreach.loops.rides import Leg, Trip, TripStatus
from outreach.loops.standing import Standing
from outreach.loops.tasks import RULES, Blocker, TaskKind
from outreach.store import consents
from outreach.store import tables as t
from outreach.store.database import Database
from outreach.store.trips import Details

PROOF = int(os.environ.get("OUTREACH_PROOF", "6"))
EXEMPT = ("stop", "start", "help", "wrong", "emergency", "safety_neutral")
REPLIES = (
    "1", "2", "3", "4", "yes", "no", "STOP", "START", "HELP", "ES", "blue bicycle", "thanks", "what?", "CANCEL",
    "I want to kill myself", "he hits me", "wrong number", "my mother passed away", "I need a ride", "I can't come",
)  # fmt: skip
ANSWERS: tuple[Answer, ...] = (ACCEPT, KEEP, LOSE, GIVE_BACK, DIE_BEFORE, DIE_AFTER, 21211, 21610, 30003, Throttle(30))
STATUSES = ("queued", "sent", "delivered", "undelivered", "failed", "teleported")
PHONES = st.sampled_from([ANA, BEN])
STEPS = list(standard_cadence()["step"])  # the whole lane, rides included


class Histories(RuleBasedStateMachine):
    """Members share two phones; the clinic, the carrier, the staff, the worker and the calendar do as they like."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        _empty(self.database)
        timer, self.carrier = HandTimer(), TwinCarrier(slots=3)
        self.carrier.watch = self.leaving
        self.scene = Scene(compose(self.database, timer, self.carrier), self.carrier, timer)
        self.scene.categories = ("appointment", "transport")
        self.scene.furnish(steps=STEPS)
        self.wrong: list[str] = []

    # -- the clinic and its members

    @rule(number=st.one_of(st.none(), PHONES), days=st.integers(0, 9), timed=st.booleans(), consented=st.booleans())
    def open_visit(self, number: str | None, days: int, timed: bool, consented: bool) -> None:
        member = self.scene.member(*([number] if number else []), consented=consented or days < 7)
        self.scene.visit(member, day=self.today() + timedelta(days=days), at=time(14, 30) if timed else None)

    @precondition(lambda self: self.scene.rows(t.member))
    @rule(pick=st.integers(0, 99), days=st.integers(0, 9))
    def open_another_visit_of_a_member(self, pick: int, days: int) -> None:
        self.scene.visit(self.one(t.member, pick).id, day=self.today() + timedelta(days=days))

    @precondition(lambda self: self.scene.rows(t.loop))
    @rule(pick=st.integers(0, 99), days=st.integers(-1, 9), timed=st.booleans(), materially=st.booleans())
    def the_clinic_moves_a_visit(self, pick: int, days: int, timed: bool, materially: bool) -> None:
        loop, day, at = self.one(t.loop, pick).id, self.today() + timedelta(days=days), time(9, 15) if timed else None
        starts_at = datetime.combine(day, at or time(9), ZoneInfo(ZONE))
        self.scene.move_visit(loop, day=day, wall_time=at, starts_at=starts_at, cancelled=False)
        self.scene.happens(loop, VisitMoved(self.now(), materially))

    @precondition(lambda self: self.scene.rows(t.loop))
    @rule(pick=st.integers(0, 99))
    def the_clinic_cancels_a_visit(self, pick: int) -> None:
        loop = self.one(t.loop, pick).id
        self.scene.move_visit(loop, cancelled=True)
        self.scene.happens(loop, VisitCancelled(self.now()))

    @precondition(lambda self: self.scene.rows(t.loop))
    @rule(pick=st.integers(0, 99), outcome=st.sampled_from(Outcome))
    def the_clinic_reports_an_outcome(self, pick: int, outcome: Outcome) -> None:
        handlers.report_outcome(self.scene.deployment, OPERATOR, self.one(t.loop, pick).id, outcome, None)

    @precondition(lambda self: self.scene.rows(t.loop))
    @rule(pick=st.integers(0, 99))
    def the_clinic_sees_a_member(self, pick: int) -> None:
        with suppress(NotAsked):
            handlers.report_arrival(self.scene.deployment, OPERATOR, self.one(t.loop, pick).id)

    # -- rides and absences

    @precondition(lambda self: self.scene.rows(t.loop))
    @rule(pick=st.integers(0, 99), home=st.sampled_from(["none", "on call", "timed"]))
    def a_ride_is_booked(self, pick: int, home: str) -> None:
        loop = self.one(t.loop, pick)
        rides.book_ride(self.scene.deployment, OPERATOR, loop.id, self.booking(loop.id, home))

    @precondition(lambda self: self.scene.rows(t.trip, t.trip.c.current))
    @rule(pick=st.integers(0, 99), status=st.sampled_from(TripStatus), later=st.sampled_from([None, 40]))
    def the_broker_reports(self, pick: int, status: TripStatus, later: int | None) -> None:
        trip = self.one(t.trip, pick, t.trip.c.current)
        at = trip.pickup_from + timedelta(minutes=later) if later and trip.pickup_from else None
        with suppress(NotAsked):
            rides.report_trip(self.scene.deployment, OPERATOR, trip.loop_id, Leg(trip.leg), status, at)

    @precondition(lambda self: self.scene.rows(t.member))
    @rule(pick=st.integers(0, 99), where=st.sampled_from([Standing.HOSPITALISED, Standing.INCARCERATED]))
    def a_member_is_away(self, pick: int, where: Standing) -> None:
        review_at = self.now() + timedelta(days=3)
        standing.set_standing(self.scene.deployment, OPERATOR, self.one(t.member, pick).id, where, review_at)

    @precondition(lambda self: self.scene.rows(t.member, t.member.c.standing != "active"))
    @rule(pick=st.integers(0, 99))
    def a_member_is_back(self, pick: int) -> None:
        away = self.one(t.member, pick, t.member.c.standing != "active")
        standing.set_standing(self.scene.deployment, OPERATOR, away.id, Standing.ACTIVE)

    @rule(number=PHONES, body=st.sampled_from(REPLIES), word=st.sampled_from([None, None, None, "STOP", "START"]))
    def a_member_writes(self, number: str, body: str, word: str | None) -> None:
        self.scene.hear(number, body, word=word)

    # -- staff

    @precondition(lambda self: self.scene.rows(t.task, t.task.c.state == "open"))
    @rule(pick=st.integers(0, 99), way=st.integers(0, 9))
    def staff_resolve_a_task(self, pick: int, way: int) -> None:
        """With everything its resolution may need."""
        task = self.one(t.task, pick, t.task.c.state == "open")
        ways = [how for how in RULES[TaskKind(task.kind)].resolutions if how != "new_visit"]
        finish = Finish(
            ways[way % len(ways)],
            reason=Reason.OTHER,
            booking=self.booking(task.loop_id, "on call") if task.loop_id else None,
            review_at=self.now() + timedelta(days=2),
            member=task.member_id,
        )
        with suppress(NotAsked):  # which of several people on a phone died is never guessed
            tasks.resolve(self.scene.deployment, OPERATOR, task.id, finish)

    @precondition(lambda self: self.scene.rows(t.task, t.task.c.state == "open"))
    @rule(pick=st.integers(0, 99), what=st.integers(0, 4), hours=st.sampled_from([1, 20, 200]))
    def staff_work_on_a_task(self, pick: int, what: int, hours: int) -> None:
        task, at = self.one(t.task, pick, t.task.c.state == "open").id, self.now() + timedelta(hours=hours)
        here, who = self.scene.deployment, OPERATOR
        ways = (
            lambda: tasks.claim(here, who, task),
            lambda: tasks.release(here, who, task),
            lambda: tasks.snooze(here, who, task, at),
            lambda: tasks.block(here, who, task, Blocker.DOCUMENTS, at, "the form is missing"),
            lambda: tasks.hand_over(here, who, task, "nurses", None, "please look"),
        )
        with suppress(NotAsked):
            ways[what]()

    @rule(on=st.booleans())
    def staff_freeze_or_unfreeze(self, on: bool) -> None:
        handlers.set_freeze(self.scene.deployment, OPERATOR, on)

    # -- the worker and the carrier

    @rule(answers=st.lists(st.sampled_from(ANSWERS), max_size=4), queue=st.sampled_from(list(QUEUES)))
    def the_worker_pumps_one_queue(self, answers: list[Answer], queue: str) -> None:
        self.carrier.answers.extend(answers)
        self.pump(queue)

    @precondition(lambda self: self.carrier.posted)
    @rule(pick=st.integers(0, 99), status=st.sampled_from(STATUSES), code=st.sampled_from([30005, 30003, 21610]))
    def the_carrier_calls_back(self, pick: int, status: str, code: int) -> None:
        message = self.carrier.posted[pick % len(self.carrier.posted)]
        kept = [listed.sid for ours, listed in self.carrier.kept if ours == message]
        failed = code if status in ("undelivered", "failed") else None
        if kept:
            self.scene.call_back(message.touch, status, attempt=message.attempt, sid=kept[0], code=failed)

    @rule(blind=st.booleans())
    def the_carriers_list_comes_and_goes(self, blind: bool) -> None:
        self.carrier.blind = blind

    # -- time

    @rule(seconds=st.sampled_from([2, 70, 130, 170, 700]))
    def real_time_passes_with_a_worker_at_work(self, seconds: int) -> None:
        self.scene.timer.sleep(seconds)
        for queue in ("leases", "looks"):
            self.pump(queue)

    @rule(minutes=st.sampled_from([1, 10, 45, 120, 300, 1440, 4320]))
    def the_calendar_turns(self, minutes: int) -> None:
        """Step by step, as the product does: never past the next due instant while work is waiting."""
        until = self.now() + timedelta(minutes=minutes)
        while self.now() < until:
            self.settle()
            self.scene.at(min(until, self.next_due()))
        self.settle()

    # -- what must always be true

    @invariant()
    def every_open_loop_is_held(self) -> None:
        assert self.scene.unheld() == {}

    @invariant()
    def nothing_left_after_a_stop_that_may_not(self) -> None:
        assert self.wrong == []

    @invariant()
    def a_phone_has_at_most_one_open_question(self) -> None:
        phones = Counter(row.contact_point_id for row in self.scene.rows(t.prompt, t.prompt.c.state == "open"))
        assert all(count == 1 for count in phones.values())

    @invariant()
    def caps_hold_on_every_local_day(self) -> None:
        """LAW-35: two a day, and two about booked rides."""
        rides = {row.id for row in self.scene.rows(t.touch, t.touch.c.of_a_booked_ride)}
        left = t.attempt.c.proactive & t.attempt.c.outcome.in_(["claimed", "unknown", "accepted", "failed"])
        days = Counter(
            (row.contact_point_id, row.touch_id in rides, _local_day(row.claimed_at))
            for row in self.scene.rows(t.attempt, left)
        )
        assert all(count <= 2 for count in days.values())

    @invariant()
    def trips_are_current_only_while_their_ride_is_booked(self) -> None:
        booked = {row.id for row in self.scene.rows(t.loop, t.loop.c.ride_need == "booked")}
        assert {row.loop_id for row in self.scene.rows(t.trip, t.trip.c.current)} <= booked

    @invariant()
    def no_touch_reached_the_carrier_twice(self) -> None:
        assert all(times == 1 for times in self.carrier.times_sent().values())

    @invariant()
    def a_closed_loop_says_why_and_an_open_one_does_not(self) -> None:
        for row in self.scene.rows(t.loop):
            assert (row.closed is None) == (row.closed_at is None) == (row.stage != "closed")
            assert row.closed is None or (row.held_by, row.next_at) == (None, None)

    @invariant()
    def every_open_task_is_owned_and_due(self) -> None:
        for task in self.scene.rows(t.task, t.task.c.state == "open"):
            assert task.owner_queue
            assert task.due_at

    # -- helpers

    def leaving(self, message: Outgoing) -> None:
        """Called with each text as it reaches the carrier: judged by the ledger as it is now."""
        touch = self.scene.row(t.touch, t.touch.c.id == message.touch)
        with self.scene.deployment.read(OPERATOR) as uow:
            stopped = suppressed(consents.consents(uow, [touch.contact_point_id]).get(touch.contact_point_id, ()))
        if stopped and (touch.exempt is None or touch.words not in EXEMPT):
            self.wrong.append(f"{touch.words} left after a STOP")

    def pump(self, queue: str) -> int:
        try:
            return pump(self.scene.deployment, queue)
        except WorkerDied:
            return 1

    def settle(self) -> None:
        """Real workers again: what died stays dead, and nothing is in the way of the rest."""
        self.carrier.answers.clear()
        for _ in range(60):
            if not sum(self.pump(queue) for queue in QUEUES if queue != "audit"):
                return
        raise AssertionError("The pump never comes to rest.")

    def next_due(self) -> datetime:
        planned = select(func.min(t.touch.c.due_at)).where(t.touch.c.state == "planned")
        waiting = select(func.min(t.awaited.c.deadline)).where(t.awaited.c.state == "waiting")
        late = select(func.min(t.task.c.escalate_at)).where(t.task.c.state == "open")
        with self.scene.deployment.read(OPERATOR) as uow:
            found = [uow.execute(query).scalar_one() for query in (planned, waiting, late)]
        return min((at for at in found if at), default=NOW + timedelta(days=9999))

    def booking(self, loop_id: int, home: str) -> Booking:
        anchor = self.scene.row(t.anchor, t.anchor.c.id == self.scene.row(t.loop, t.loop.c.id == loop_id).anchor_id)
        way = (Trip(Leg.OUTBOUND, "T-1", **_window(anchor.starts_at - timedelta(hours=1))),)
        if home == "on call":
            way += (Trip(Leg.RETURN, "T-2", will_call=True, phone="800-555-0142"),)
        elif home == "timed":
            way += (Trip(Leg.RETURN, "T-2", **_window(anchor.starts_at + timedelta(hours=2))),)
        return Booking(way, Details("RideCo", "ambulatory", "second floor"))

    def now(self) -> datetime:
        return self.database.now()

    def today(self) -> date:
        return _local_day(self.now())

    def one(self, table: Any, pick: int, *where: Any) -> Any:
        rows = self.scene.rows(table, *where)
        return rows[pick % len(rows)]


def _window(start: datetime) -> dict[str, Any]:
    return {"pickup_from": start, "pickup_until": start + timedelta(minutes=30)}


def _local_day(at: datetime) -> date:
    return at.astimezone(ZoneInfo(ZONE)).date()


_POINTING_FIRST = (
    "signal", "awaited", "task_note", "task", "trip", "loop_event", "attempt", "prompt", "touch", "reply",
    "consent_event", "member_contact", "loop", "anchor", "message_version", "cadence", "clinic", "member",
    "contact_point", "sent_tally", "program", "audit", "checkpoint", "parked_callback", "switch",
)  # fmt: skip


def _empty(database: Database) -> None:
    with database.write(OPERATOR) as uow:
        uow.execute(update(t.touch).values(reply_id=None))
        uow.execute(update(t.reply).values(prompt_id=None))
        for name in _POINTING_FIRST:
            uow.execute(delete(getattr(t, name)))
        uow.commit()


def test_the_promises_hold_through_every_history(database: Database) -> None:
    machine = type("Histories", (Histories,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=PROOF,
            stateful_step_count=25,
            deadline=None,
            database=None,
            derandomize=PROOF < 50,
            suppress_health_check=list(HealthCheck),
        ),
    )
