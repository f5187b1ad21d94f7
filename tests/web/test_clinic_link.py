"""A clinic reports how one visit ended, by a link for that visit and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

VISIT = "/clinic/visit"


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
    visit, browser = world.visit(), world.browser(role=None)
    browser.get(world.clinic_link(visit))
    assert browser.post(VISIT, VISIT, outcome=outcome, reason="illness").status_code == 303
    row = world.row("SELECT stage, outcome, source, reason FROM loop")
    assert (row.stage, row.outcome, row.source) == (stage, outcome, "clinic_staff")
    assert row.reason == (None if outcome == "kept" else "illness")
    assert "Recorded" in browser.get(VISIT).text


@pytest.mark.parametrize("form", [{}, {"outcome": "rescheduled"}, {"outcome": "x"}, {"outcome": "kept", "reason": "x"}])
def test_anything_but_the_choices_is_refused(world, form):
    visit, browser = world.visit(), world.browser(role=None)
    browser.get(world.clinic_link(visit))
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
