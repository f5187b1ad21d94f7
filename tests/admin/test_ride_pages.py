"""A ride is recorded as the broker confirmed it, each leg is reported, and what the driver must know stays sealed."""

from __future__ import annotations

import pytest
from console_world import ON_THE_DAY

from outreach.engine import handlers
from outreach.loops.outcomes import Outcome
from outreach.store.actor import OPERATOR

NEEDS = "Canary entrance, uses a walker"
ON_CALL = {
    "broker": "TriCounty Rides", "service": "ambulatory", "ride_day": "2026-11-30", "there_trip": "T-100",
    "there_from": "13:15", "there_until": "13:45", "home": "on_call", "home_trip": "T-101",
    "home_phone": "800-555-0164", "needs": NEEDS,
}  # fmt: skip
SET_TIME = {**ON_CALL, "home": "set_time", "home_from": "16:00", "home_until": "16:30"}
ONE_WAY = {**ON_CALL, "home": "none"}


def book(world, visit, browser=None, **form: str):
    return (browser or world.browser()).post(f"/loops/{visit.loop}/ride", "/loops", **(form or ON_CALL))


def test_a_ride_is_booked_at_its_task_with_the_way_home_on_call(world):
    visit = world.visit()
    task, browser = world.needs_ride(visit), world.browser()
    form = {**ON_CALL, "resolution": "ride_booked", "back": str(visit.loop)}
    answer = browser.post(f"/tasks/{task}/resolve", "/tasks", **form)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/loops/{visit.loop}")
    shown = browser.get(f"/loops/{visit.loop}").text
    for words in ("Mon Nov 30, 1:15 PM ET, until 1:45 PM", "On call, the member phones 800-555-0164", "T-101"):
        assert words in shown
    assert "Ride booked, home on call" in shown
    assert "Canary" not in shown
    assert world.row("SELECT resolution FROM task").resolution == "ride_booked"


@pytest.mark.parametrize(
    ("form", "said"), [(SET_TIME, "Ride booked, there and back"), (ONE_WAY, "Ride booked, one way")]
)
def test_a_ride_is_recorded_without_a_task(world, form, said):
    visit, browser = world.visit(), world.browser()
    assert book(world, visit, browser, **form).status_code == 303
    assert said in browser.get(f"/loops/{visit.loop}").text
    home = world.row("SELECT will_call, pickup_from FROM trip WHERE leg = 'return'")
    assert (home is not None) == (form is SET_TIME)
    assert home is None or not home.will_call


@pytest.mark.parametrize(
    ("amiss", "said"),
    [
        ({"broker": ""}, "Name the broker"),
        ({"service": ""}, "Choose the level of service"),
        ({"ride_day": ""}, "Give the day of the ride"),
        ({"there_trip": ""}, "number of each trip"),
        ({"home_trip": ""}, "number of each trip"),
        ({"there_from": ""}, "from and until"),
        ({"there_from": "14:00"}, "from and until"),
        ({"there_from": "noon"}, "Give times like"),
        ({"home_phone": "ask Bob"}, "Give the phone as a number"),
        ({"home": "set_time"}, "from and until"),
    ],
)
def test_a_ride_that_cannot_be_is_refused_with_a_sentence_and_what_was_typed_is_kept(world, amiss, said):
    visit = world.visit()
    task, browser = world.needs_ride(visit), world.browser()
    alone = book(world, visit, browser, **(ON_CALL | amiss))
    at_its_task = browser.post(f"/tasks/{task}/resolve", "/tasks", resolution="ride_booked", **(ON_CALL | amiss))
    for answer in (alone, at_its_task):
        assert (answer.status_code, said in answer.text) == (409, True)
        assert NEEDS in answer.text
        assert 'value="2026-11-30"' in answer.text or "ride_day" in amiss
    assert world.row("SELECT id FROM trip") is None


@pytest.mark.parametrize("tampered", [{"home": "x"}, {"service": "x"}])
def test_a_choice_that_the_form_does_not_have_is_refused(world, tampered):
    assert book(world, world.visit(), **(ON_CALL | tampered)).status_code == 400


def test_what_the_driver_must_know_is_shown_on_the_rides_page_alone_and_the_view_is_in_the_trail(world):
    visit = world.visit()
    book(world, visit)
    assert b"Canary" not in bytes(world.row("SELECT needs FROM trip").needs)
    assert NEEDS in world.browser().get(f"/loops/{visit.loop}/ride").text
    assert world.row("SELECT actor FROM audit WHERE action = 'ride.viewed'").actor == "person:Maya Ortiz"
    staff = world.browser("program_staff")
    assert staff.get(f"/loops/{visit.loop}/ride").status_code == 403
    shown = staff.get(f"/loops/{visit.loop}").text
    assert "T-100" in shown
    assert "Canary" not in shown
    assert "Report how it goes" not in shown


def test_a_leg_is_reported_in_the_brokers_words_and_its_new_time_is_on_the_day_of_the_ride(world):
    visit, browser = world.visit(), world.browser()
    book(world, visit, browser)
    path = f"/loops/{visit.loop}/ride/outbound"
    assert browser.post(path, f"/loops/{visit.loop}", status="assigned", pickup_from="13:00").status_code == 303
    shown = browser.get(f"/loops/{visit.loop}").text
    for words in ("Driver named", "Mon Nov 30, 1:00 PM ET, until 1:30 PM", "Ride to the visit: driver named"):
        assert words in shown


def test_a_ride_that_falls_through_opens_its_task_again(world):
    visit, browser = world.visit(), world.browser()
    book(world, visit, browser)
    browser.post(f"/loops/{visit.loop}/ride/outbound", f"/loops/{visit.loop}", status="cancelled_broker")
    assert "Fell through" in browser.get(f"/loops/{visit.loop}").text
    assert world.task("arrange_ride")


@pytest.mark.parametrize(
    ("leg", "form", "status"),
    [
        ("outbound", {}, 409),
        ("outbound", {"status": "assigned", "pickup_from": "x"}, 409),
        ("outbound", {"status": "x"}, 400),
        ("return", {"status": "assigned"}, 409),
        ("sideways", {"status": "assigned"}, 404),
    ],
)
def test_a_report_needs_a_leg_that_is_booked_and_a_status_of_the_list(world, leg, form, status):
    visit, browser = world.visit(), world.browser()
    book(world, visit, browser, **ONE_WAY)
    assert browser.post(f"/loops/{visit.loop}/ride/{leg}", "/loops", **form).status_code == status
    assert world.row("SELECT status FROM trip").status == "scheduled"


def test_a_ride_booked_anew_takes_the_place_of_the_first_which_keeps_its_own_time(world):
    visit, browser = world.visit(), world.browser()
    book(world, visit, browser, **ONE_WAY)
    before = world.row("SELECT pickup_from FROM trip WHERE trip_id = 'T-100'").pickup_from
    book(world, visit, browser, **(ONE_WAY | {"there_trip": "T-200", "there_from": "12:00"}))
    first = world.row("SELECT current, pickup_from FROM trip WHERE trip_id = 'T-100'")
    assert (bool(first.current), first.pickup_from) == (False, before)
    assert world.row("SELECT trip_id FROM trip WHERE current").trip_id == "T-200"


def test_a_ride_recorded_after_the_visit_ended_must_be_cancelled_and_the_page_says_so(world):
    visit, browser = world.visit(), world.browser()
    world.at(ON_THE_DAY)
    handlers.report_outcome(world.deployment, OPERATOR, visit.loop, Outcome.KEPT, None)
    book(world, visit, browser)
    assert "cancel this ride with the broker" in browser.get(f"/loops/{visit.loop}").text
    assert world.task("cancel_ride")


@pytest.mark.parametrize("path", ["ride", "ride/outbound", "standing"])
def test_only_who_cares_for_members_changes_a_loop_and_only_with_the_form_token(world, path):
    visit = world.visit()
    assert world.browser("program_staff").post(f"/loops/{visit.loop}/{path}", "/loops").status_code == 403
    assert world.browser().client.post(f"/loops/{visit.loop}/{path}").status_code == 400
    assert world.browser().post(f"/loops/999999/{path}", "/loops").status_code == 404
