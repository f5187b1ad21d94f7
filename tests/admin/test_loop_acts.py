"""What people do on the page of a loop: ask the clinic, pause the texts."""

from __future__ import annotations

import pytest
from console_world import NOW


def test_a_clinic_link_is_made_and_opens_the_visit(world):
    visit, browser = world.visit(), world.browser()
    shown = browser.post(f"/loops/{visit.loop}/clinic-link", f"/loops/{visit.loop}").text
    path = "/clinic/" + shown.partition("/clinic/")[2].partition('"')[0]
    assert world.browser(role=None).get(path).headers["Location"] == "/clinic/visit"


def test_with_a_real_carrier_there_is_no_phone_to_pick_up(carried):
    visit, browser = carried.visit(), carried.browser()
    shown = browser.get(f"/loops/{visit.loop}").text
    assert "Time line" in shown
    assert "Pick up the phone" not in shown
    assert browser.get("/phones").status_code == 404


def test_texts_are_paused_until_somebody_looks_again_and_begin_anew(world):
    visit, browser = world.visit(), world.browser()
    world.settle(NOW)
    path, seen = f"/loops/{visit.loop}/standing", f"/loops/{visit.loop}"
    assert browser.post(path, seen, standing="hospitalised", review="2026-11-27").status_code == 303
    shown = browser.get(seen).text
    for words in ("In hospital, look again Fri Nov 27", "The member: in hospital", "The member is away"):
        assert words in shown
    browser.post(path, seen, standing="active")
    assert "Can come" in browser.get(seen).text
    assert world.row("SELECT review_at FROM member").review_at is None


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 409),
        ({"standing": "hospitalised"}, 409),
        ({"standing": "hospitalised", "review": "2026-11-01"}, 409),
        ({"standing": "deceased"}, 409),
        ({"standing": "x"}, 400),
    ],
)
def test_a_pause_needs_a_place_and_a_date_to_come_and_no_page_records_a_death_in_passing(world, form, status):
    visit = world.visit()
    answer = world.browser().post(f"/loops/{visit.loop}/standing", f"/loops/{visit.loop}", **form)
    assert (answer.status_code, status == 400 or 'role="alert"' in answer.text) == (status, True)
    assert world.row("SELECT standing FROM member").standing == "active"


def test_what_the_clinic_was_told_is_sent_then_received_then_acted_upon(world):
    visit, browser = world.visit(), world.browser()
    world.remind()
    world.hear(visit, "2")
    path = f"/loops/{visit.loop}"
    assert "On its way" in browser.get(path).text
    world.settle()
    shown = browser.get(path).text
    assert "Reschedule requested" in shown
    assert "Waits behind the clinic&#39;s link" in shown
    clinic, signal = world.clinic(visit), world.row("SELECT id FROM signal").id
    clinic.post("/clinic/visit/seen", "/clinic/visit")
    assert ">Received<" in browser.get(path).text
    clinic.post(f"/clinic/visit/acted/{signal}", "/clinic/visit")
    shown = browser.get(path).text
    assert ", the clinic" in shown
    assert ">Acted upon<" in shown
