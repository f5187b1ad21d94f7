"""A clinic reports how one visit ended, by a link for that visit and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from console_world import NOW, ON_THE_DAY

VISIT = "/clinic/visit"
TOMORROW = ON_THE_DAY + timedelta(days=1)


def test_the_link_is_exchanged_at_once_for_a_cookie(world):
    browser = world.browser(role=None)
    answer = browser.get(world.clinic_link(world.visit()))
    assert (answer.status_code, answer.headers["Location"]) == (303, VISIT)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert browser.get(VISIT).status_code == 200


def test_the_page_shows_the_clinics_own_id_and_no_name(world):
    visit, browser = world.visit("Canary Name"), world.browser(role=None)
    browser.get(world.clinic_link(visit))
    shown = browser.get(VISIT).text
    assert f"V-{visit.loop}" in shown
    assert "Mon 11/30/2026, 2:30 PM" in shown
    assert "Canary" not in shown
    assert visit.number not in shown


@pytest.mark.parametrize(
    ("outcome", "stage"),
    [
        ("kept", "closed"),
        ("no_show", "not_kept"),
        ("cancelled_by_clinic", "not_kept"),
        ("left_without_being_seen", "not_kept"),
    ],
)
def test_each_button_records_its_outcome(world, outcome, stage):
    browser = world.clinic(world.visit())
    world.at(ON_THE_DAY)
    assert browser.post(VISIT, VISIT, outcome=outcome, reason="illness").status_code == 303
    row = world.row("SELECT stage, outcome, source, reason FROM loop")
    assert (row.stage, row.outcome, row.source) == (stage, outcome, "clinic_staff")
    assert row.reason == (None if outcome == "kept" else "illness")
    assert "Recorded" in browser.get(VISIT).text


@pytest.mark.parametrize("form", [{}, {"outcome": "rescheduled"}, {"outcome": "x"}, {"outcome": "kept", "reason": "x"}])
def test_anything_but_the_choices_is_refused(world, form):
    browser = world.clinic(world.visit())
    world.at(ON_THE_DAY)
    assert browser.post(VISIT, VISIT, **form).status_code == 400
    assert world.row("SELECT outcome FROM loop").outcome is None


def test_a_report_needs_the_form_token(world):
    visit, browser = world.visit(), world.browser(role=None)
    browser.get(world.clinic_link(visit))
    assert browser.client.post(VISIT, data={"outcome": "kept"}).status_code == 400
    assert world.row("SELECT outcome FROM loop").outcome is None


def test_an_expired_link_says_what_to_do(world):
    link = world.clinic_link(world.visit())
    world.timer.ahead = timedelta(hours=2)
    answer = world.browser(role=None).get(link)
    assert answer.status_code == 404
    assert "ask for a new link" in answer.text


def test_the_cookie_lives_for_an_hour_only(world):
    browser = world.browser(role=None)
    browser.get(world.clinic_link(world.visit()))
    world.timer.ahead = timedelta(hours=1, seconds=1)
    assert browser.get(VISIT).status_code == 404


def test_another_clinics_link_opens_nothing_of_this_visit(world):
    visit, other = world.visit(), world.visit(clinic="lakeview")
    browser = world.browser(role=None)
    browser.get(world.clinic_link(visit, clinic=other.clinic))
    assert browser.get(VISIT).status_code == 404


def test_a_sign_in_link_opens_no_visit_and_a_clinic_link_no_console(world):
    visit, browser = world.visit(), world.browser(role=None)
    assert browser.get(world.sign_in_link().replace("/sign-in/", "/clinic/")).status_code == 404
    assert browser.get(world.clinic_link(visit).replace("/clinic/", "/sign-in/")).status_code == 401
    browser.get(world.clinic_link(visit))
    assert browser.get("/loops").status_code == 401


def told(world):
    """A visit whose member asked for another time, told behind the clinic's link; and the signal."""
    visit = world.visit()
    world.remind()
    world.hear(visit, "2")
    world.settle()
    return visit, world.row("SELECT id FROM signal").id


@pytest.mark.parametrize("outcome", ["kept", "no_show", "left_without_being_seen"])
def test_before_its_day_a_visit_can_only_be_cancelled(world, outcome):
    browser = world.clinic(world.visit())
    shown = browser.get(VISIT).text
    assert "Cancelled by us" in shown
    assert f'value="{outcome}"' not in shown
    answer = browser.post(VISIT, VISIT, outcome=outcome)
    assert (answer.status_code, "The visit is still to come." in answer.text) == (409, True)
    assert world.row("SELECT outcome FROM loop").outcome is None
    assert world.row("SELECT id FROM task") is None


def test_a_clinic_cancels_before_the_day(world):
    browser = world.clinic(world.visit())
    assert browser.post(VISIT, VISIT, outcome="cancelled_by_clinic", reason="clinic_canceled").status_code == 303
    assert world.row("SELECT outcome FROM loop").outcome == "cancelled_by_clinic"


def test_still_here_is_recorded_on_the_day(world):
    browser = world.clinic(world.visit())
    world.at(ON_THE_DAY)
    assert "Still here" in browser.get(VISIT).text
    assert browser.post(f"{VISIT}/arrival", VISIT).status_code == 303
    assert world.row("SELECT stage FROM loop").stage == "arrived"
    shown = browser.get(VISIT).text
    assert "Recorded: still here." in shown
    assert browser.post(VISIT, VISIT, outcome="kept").status_code == 303
    assert world.row("SELECT closed FROM loop").closed == "visit_completed"


@pytest.mark.parametrize(("at", "said"), [(NOW, "The visit is still to come."), (TOMORROW, "The visit is not today.")])
def test_still_here_is_neither_offered_nor_taken_on_another_day(world, at, said):
    browser = world.clinic(world.visit())
    world.at(at)
    assert "Still here" not in browser.get(VISIT).text
    answer = browser.post(f"{VISIT}/arrival", VISIT)
    assert (answer.status_code, said in answer.text) == (409, True)
    assert world.row("SELECT stage FROM loop").stage == "scheduled"


def test_news_of_the_visit_is_received_when_the_clinic_says_so_and_not_by_looking(world):
    visit, _ = told(world)
    browser = world.clinic(visit)
    shown = browser.get(VISIT).text
    assert "The patient asks for another time." in shown
    assert world.row("SELECT delivered_at FROM signal").delivered_at is None
    assert browser.post(f"{VISIT}/seen", VISIT).status_code == 303
    row = world.row("SELECT delivered_at, acted_at FROM signal")
    assert (row.delivered_at is not None, row.acted_at) == (True, None)
    assert "We have seen these" not in browser.get(VISIT).text


def test_that_the_clinic_acted_is_noted_once_in_its_name(world):
    visit, signal = told(world)
    browser = world.clinic(visit)
    for _ in range(2):
        assert browser.post(f"{VISIT}/acted/{signal}", VISIT).status_code == 303
    assert world.row("SELECT acted_by FROM signal").acted_by == f"clinic:link-{visit.clinic}"
    assert world.row("SELECT count(*) AS n FROM audit WHERE action = 'signal.acted'").n == 1
    assert "You have acted on this." in browser.get(VISIT).text


def test_a_clinic_acts_on_nothing_that_belongs_to_another_visit_or_clinic(world):
    _, signal = told(world)
    for other in (world.visit(), world.visit(clinic="lakeview")):
        assert world.clinic(other).post(f"{VISIT}/acted/{signal}", VISIT).status_code == 404
    assert world.row("SELECT acted_at FROM signal").acted_at is None


def test_law_15_a_clinic_that_was_asked_to_stop_the_texts_says_so_behind_its_link(world):
    visit, other = world.visit(), world.visit()
    browser = world.clinic(visit)
    before = browser.get(VISIT).text
    assert "They asked us to stop the texts" in before
    for _ in range(2):
        assert browser.post(f"{VISIT}/stop", VISIT).status_code == 303
    after = browser.get(VISIT).text
    assert "Noted: no more texts to this patient." in after
    assert "They asked us to stop the texts" in after  # the page never tells what was known before
    stops = (
        "SELECT count(*) AS n, min(source) AS source, min(collector) AS who FROM consent_event WHERE action = 'stop'"
    )
    row = world.row(stops)
    assert (row.n, row.source, row.who) == (1, "clinic", f"clinic:link-{visit.clinic}")
    assert world.row(f"SELECT kind FROM task WHERE loop_id = {visit.loop}").kind == "call_member"
    assert world.row(f"SELECT kind FROM task WHERE loop_id = {other.loop}") is None


@pytest.mark.parametrize("path", ["arrival", "seen", "acted/1", "stop"])
def test_every_report_needs_the_link_and_the_form_token(world, path):
    browser = world.clinic(world.visit())
    world.at(ON_THE_DAY)
    assert browser.client.post(f"{VISIT}/{path}").status_code == 400
    stranger = world.browser()
    assert stranger.post(f"{VISIT}/{path}", "/loops").status_code == 404
    assert world.row("SELECT stage FROM loop").stage == "scheduled"
