"""Who may see and do what: every page declares it, and a session is started by a link that works once."""

from __future__ import annotations

from datetime import timedelta

import pytest

WEB = {"twilio", "voice", "health", "metrics", "clinic", "played"}


def test_every_page_declares_what_it_needs(world):
    for rule in world.app.url_map.iter_rules():
        if rule.endpoint == "static" or rule.endpoint.partition(".")[0] in WEB:
            continue
        assert hasattr(world.app.view_functions[rule.endpoint], "needs"), f"{rule.endpoint} does not say what it needs"


def test_without_a_session_every_page_says_how_to_sign_in(world):
    visit = world.visit("Canary Name")
    for path in ("/", "/loops", "/tasks", f"/loops/{visit.loop}", "/loops/999"):
        answer = world.browser(role=None).get(path)
        assert answer.status_code == 401
        assert "outreach links sign-in" in answer.text
        assert "Canary" not in answer.text


def test_a_sign_in_link_works_once(world):
    link = world.sign_in_link()
    assert world.browser(role=None).get(link).status_code == 303
    assert world.browser(role=None).get(link).status_code == 401


def test_a_sign_in_link_expires(world):
    link = world.sign_in_link()
    world.timer.ahead = timedelta(hours=2)
    assert world.browser(role=None).get(link).status_code == 401


def test_a_role_that_does_not_exist_signs_nobody_in(world):
    assert world.browser(role=None).get(world.sign_in_link("owner")).status_code == 401


def test_a_session_ends_after_fifteen_idle_minutes(world):
    browser = world.browser()
    world.timer.ahead = timedelta(minutes=14)
    assert browser.get("/loops").status_code == 200
    world.timer.ahead = timedelta(minutes=28)
    assert browser.get("/loops").status_code == 200
    world.timer.ahead = timedelta(minutes=44)
    assert browser.get("/loops").status_code == 401


def test_a_session_ends_after_twelve_hours_however_busy(world):
    browser = world.browser()
    for minutes in range(0, 12 * 60, 14):
        world.timer.ahead = timedelta(minutes=minutes)
        assert browser.get("/tasks").status_code == 200
    world.timer.ahead = timedelta(hours=12)
    assert browser.get("/tasks").status_code == 401


def test_signing_out_ends_the_session(world):
    browser = world.browser()
    assert browser.post("/sign-out", "/loops").status_code == 200
    assert browser.get("/loops").status_code == 401


def test_a_session_of_another_deployment_is_worth_nothing(world):
    browser = world.browser()
    world.app.config["SECRET_KEY"] = "another"
    assert browser.get("/loops").status_code == 401


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("coordinator", "/sends/freeze", 303),
        ("program_staff", "/sends/freeze", 303),
        ("coordinator", "/sends/unfreeze", 403),
        ("program_staff", "/sends/unfreeze", 303),
        ("supervisor", "/sends/unfreeze", 303),
        ("coordinator", "/sends/release", 403),
        ("program_staff", "/sends/release", 303),
        ("supervisor", "/sends/release", 303),
        ("program_staff", "/tasks/1/resolve", 403),
        ("coordinator", "/tasks/1/resolve", 409),
    ],
)
def test_each_role_does_only_its_own(world, role, path, status):
    assert world.browser(role).post(path, "/loops", resolution="done").status_code == status


@pytest.mark.parametrize("path", ["outcome", "close", "clinic-link"])
def test_program_staff_neither_end_a_loop_nor_ask_the_clinic(world, path):
    visit, browser = world.visit(), world.browser("program_staff")
    assert browser.post(f"/loops/{visit.loop}/{path}", "/loops", text="1").status_code == 403
