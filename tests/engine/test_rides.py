"""Rides through the whole engine: asked for, booked leg by leg, told, late, called off, and home again."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from scene import ANA, NOW, OPERATOR, VISIT_DAY, Scene, compose, local
from sqlalchemy import select
from twin import HandTimer, TwinCarrier

from outreach.engine import rides, tasks
from outreach.engine.handlers import report_outcome
from outreach.engine.refusals import NotAsked
from outreach.engine.rides import Booking
from outreach.engine.tasks import Finish
from outreach.loops.cadence import standard_cadence
from outreach.loops.events import VisitMoved
from outreach.loops.outcomes import Outcome
from outreach.loops.rides import Leg, Trip, TripStatus
from outreach.store import tables as t
from outreach.store.database import Database
from outreach.store.trips import NEEDS, Details

PICKUP = local(VISIT_DAY, 13, 15)
HOME_PHONE = "800-555-0142"


def trip(leg: Leg = Leg.OUTBOUND, start: datetime = PICKUP, **more: Any) -> Trip:
    return Trip(leg, f"T-{leg}", pickup_from=start, pickup_until=start + timedelta(minutes=30), **more)


ON_CALL = Trip(Leg.RETURN, "T-home", will_call=True, phone=HOME_PHONE)
DETAILS = Details("RideCo", "wheelchair_van", "blue door, second floor")


def booking(*legs: Trip) -> Booking:
    return Booking(legs or (trip(), ON_CALL), DETAILS)


@pytest.fixture
def scene(database: Database, timer: HandTimer) -> Scene:
    """The standard cadence, and members who agreed to texts about rides."""
    carrier = TwinCarrier()
    made = Scene(compose(database, timer, carrier), carrier, timer)
    made.furnish(steps=list(standard_cadence()["step"]))
    made.categories = ("appointment", "transport")
    return made


def book(scene: Scene, loop: int, *legs: Trip) -> None:
    rides.book_ride(scene.deployment, OPERATOR, loop, booking(*legs))


def words(scene: Scene, loop: int) -> list[str]:
    sent = t.touch.c.state == "sent"
    return [row.words for row in scene.rows(t.touch, t.touch.c.loop_id == loop, sent) if row.of_a_booked_ride]


def task(scene: Scene, kind: str) -> Any:
    return scene.row(t.task, t.task.c.kind == kind, t.task.c.state == "open")


def test_nemt_03_asked_two_business_days_before_the_brokers_last_day_and_booked_from_the_task(
    scene: Scene, loop: int
) -> None:
    scene.live_to(local(date(2027, 3, 3), 13, 30))  # four business days before Tuesday's visit
    asked = scene.row(t.prompt, t.prompt.c.state == "open")
    assert asked.key == "transport"
    scene.at(local(date(2027, 3, 3), 14))
    scene.say(ANA, "2")
    assert scene.row(t.loop).ride_need == "needed"
    arranging = task(scene, "arrange_ride")
    with pytest.raises(NotAsked, match="needs its trips"):
        tasks.resolve(scene.deployment, OPERATOR, arranging.id, Finish("ride_booked"))
    tasks.resolve(scene.deployment, OPERATOR, arranging.id, Finish("ride_booked", booking=booking()))
    assert scene.row(t.loop).ride_need == "booked"
    assert {row.leg: row.will_call for row in scene.rows(t.trip)} == {"outbound": False, "return": True}
    scene.settle()
    assert words(scene, loop) == ["ride_booked"]
    assert "1:15 PM" in scene.carrier.bodies[-1]
    assert HOME_PHONE in scene.carrier.bodies[-1]
    assert scene.unheld() == {}


def test_what_the_driver_must_know_is_sealed(scene: Scene, loop: int) -> None:
    book(scene, loop)
    row = scene.rows(t.trip)[0]
    assert scene.deployment.database.keyring.open(NEEDS, row.id, row.needs) == "blue door, second floor"
    assert b"blue" not in row.needs.blob


@pytest.mark.parametrize(
    ("legs", "body"),
    [
        ((trip(),), "ride_booked_one_way"),
        ((trip(), ON_CALL), "ride_booked"),
        ((trip(), trip(Leg.RETURN, local(VISIT_DAY, 16))), "ride_booked_return"),
    ],
)
def test_the_text_about_a_booked_ride_says_how_to_get_home(
    scene: Scene, loop: int, legs: tuple[Trip, ...], body: str
) -> None:
    scene.live_to(NOW + timedelta(minutes=20))
    book(scene, loop, *legs)
    scene.settle()
    version = scene.rows(t.attempt)[-1].message_version_id
    assert scene.row(t.message_version, t.message_version.c.id == version).key == body


def test_another_pickup_time_is_told_once_more_and_the_same_one_is_not(scene: Scene, loop: int) -> None:
    scene.live_to(NOW + timedelta(minutes=20))
    book(scene, loop)
    scene.settle()
    for _ in range(2):
        rides.report_trip(scene.deployment, OPERATOR, loop, Leg.OUTBOUND, TripStatus.ASSIGNED, PICKUP)
        scene.settle()
    assert words(scene, loop) == ["ride_booked"]
    rides.report_trip(
        scene.deployment, OPERATOR, loop, Leg.OUTBOUND, TripStatus.ASSIGNED, PICKUP + timedelta(minutes=10)
    )
    scene.live_to(NOW + timedelta(days=1))
    assert words(scene, loop) == ["ride_booked", "ride_booked"]
    assert "1:25 PM" in next(body for body in reversed(scene.carrier.bodies) if "ride" in body)
    outbound = scene.row(t.trip, t.trip.c.leg == "outbound")
    assert outbound.pickup_until - outbound.pickup_from == timedelta(minutes=30)


def test_nemt_07_the_evening_before_then_whether_it_came_and_a_no_is_everybodys_alarm(scene: Scene, loop: int) -> None:
    scene.live_to(NOW + timedelta(minutes=20))
    book(scene, loop)
    scene.settle()
    scene.live_to(local(VISIT_DAY - timedelta(days=1), 18))
    assert words(scene, loop) == ["ride_booked", "ride_reminder"]
    scene.live_to(PICKUP + timedelta(minutes=14))
    assert "ride_come" not in words(scene, loop)
    scene.live_to(PICKUP + timedelta(minutes=15))
    assert words(scene, loop)[-1] == "ride_come"
    scene.at(PICKUP + timedelta(minutes=50))
    scene.say(ANA, "2")
    assert task(scene, "ride_problem").priority == "stat"
    assert {row.kind for row in scene.rows(t.signal)} == {"ride-problem", "running-late"}


def test_a_ride_that_fell_through_is_looked_for_again_and_the_visit_still_stands(scene: Scene, loop: int) -> None:
    book(scene, loop)
    rides.report_trip(scene.deployment, OPERATOR, loop, Leg.OUTBOUND, TripStatus.DENIED)
    row = scene.row(t.loop)
    assert (row.stage, row.ride_need, row.closed) == ("scheduled", "failed", None)
    assert "arrange_ride" in scene.open_tasks()
    assert scene.rows(t.trip, t.trip.c.current) == []
    assert scene.unheld() == {}


def test_nemt_09_a_visit_that_moves_calls_the_ride_off_and_looks_for_another(scene: Scene, loop: int) -> None:
    book(scene, loop)
    moved = VISIT_DAY + timedelta(days=3)
    scene.move_visit(loop, day=moved, starts_at=local(moved, 14, 30))
    scene.happens(loop, VisitMoved(NOW, materially=True))
    assert {"cancel_ride", "arrange_ride"} <= set(scene.open_tasks())
    assert scene.rows(t.trip, t.trip.c.current) == []


def test_a_ride_booked_for_a_visit_that_is_off_is_called_off_at_once(scene: Scene, loop: int) -> None:
    report_outcome(scene.deployment, OPERATOR, loop, Outcome.CANCELLED_BY_CLINIC, None)
    book(scene, loop)
    assert "cancel_ride" in scene.open_tasks()
    assert scene.rows(t.trip, t.trip.c.current) == []
    assert len(scene.rows(t.trip)) == 2


def test_nemt_08_seen_and_not_home_yet_keeps_the_loop_open_until_somebody_knows(scene: Scene, loop: int) -> None:
    scene.live_to(NOW + timedelta(minutes=20))
    book(scene, loop)
    scene.live_to(local(VISIT_DAY, 16))
    report_outcome(scene.deployment, OPERATOR, loop, Outcome.KEPT, None)
    assert scene.row(t.loop).stage == "going_home"
    assert scene.unheld() == {}
    rides.report_trip(scene.deployment, OPERATOR, loop, Leg.RETURN, TripStatus.COMPLETED)
    assert scene.row(t.loop).closed == "visit_completed"


def test_nemt_08_nobody_knows_whether_a_member_at_high_risk_got_home_a_person_calls(scene: Scene, loop: int) -> None:
    scene.change(t.member, scene.row(t.member).id, tier=4)
    book(scene, loop)
    scene.live_to(local(VISIT_DAY, 16))
    report_outcome(scene.deployment, OPERATOR, loop, Outcome.KEPT, None)
    scene.live_to(local(VISIT_DAY, 20))
    assert "stranded" in scene.open_tasks()
    tasks.resolve(scene.deployment, OPERATOR, task(scene, "stranded").id, Finish("done"))
    assert scene.row(t.loop).closed == "visit_completed"


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        (Booking((ON_CALL,), DETAILS), "one trip to the visit"),
        (Booking((trip(), trip()), DETAILS), "at most one home"),
        (Booking((Trip(Leg.OUTBOUND, "T-1"),), DETAILS), "pickup window"),
        (Booking((Trip(Leg.OUTBOUND, "T-1", will_call=True),), DETAILS), "Only the way home"),
        (Booking((trip(), Trip(Leg.RETURN, " ", will_call=True)), DETAILS), "broker's number"),
        (Booking((trip(),), Details("RideCo", "helicopter")), "level of service"),
    ],
)
def test_a_ride_nobody_could_take_is_not_recorded(scene: Scene, loop: int, wrong: Booking, advice: str) -> None:
    with pytest.raises(NotAsked, match=advice):
        rides.book_ride(scene.deployment, OPERATOR, loop, wrong)
    assert scene.rows(t.trip) == []


def test_news_of_a_ride_that_does_not_exist_is_refused(scene: Scene, loop: int) -> None:
    with pytest.raises(NotAsked, match="no such ride"):
        rides.report_trip(scene.deployment, OPERATOR, loop, Leg.RETURN, TripStatus.COMPLETED)


def test_law_35_texts_about_a_booked_ride_do_not_use_up_the_visits_own(scene: Scene, loop: int) -> None:
    scene.live_to(NOW + timedelta(minutes=20))
    book(scene, loop)
    scene.live_to(local(VISIT_DAY, 18))
    counted = select(t.touch.c.words).where(t.touch.c.rule == "LAW-35")
    with scene.deployment.read(OPERATOR) as uow:
        assert uow.all(counted) == []
    assert {"dayof"} <= {row.words for row in scene.rows(t.touch, t.touch.c.state == "sent")}


def test_a_visit_known_inside_the_notice_window_is_asked_about_at_once(scene: Scene) -> None:
    scene.visit(scene.member(ANA), day=NOW.date() + timedelta(days=2), at=time(14, 30))
    scene.live_to(NOW + timedelta(hours=26))
    assert "transport" in {row.words for row in scene.rows(t.touch, t.touch.c.state == "sent")}
    scene.say(ANA, "I need a ride")
    assert "ride_urgent" in scene.open_tasks()
