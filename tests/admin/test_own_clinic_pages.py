"""A clinic's own people see how their visits go, and nothing else (HIP-16)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from console_world import NOW, ON_THE_DAY
from two_programs import add_harbor, browser_within, scope

from outreach.engine import handlers
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.sharing import Information, Recipient, SharingAction, SharingEvent, Workflow
from outreach.store import sharing
from outreach.store.actor import OPERATOR, Actor

PAGE = "/our-visits?from=2026-11-20&to=2026-12-10"


@pytest.fixture
def clinic(world):
    """A browser of somebody of Riverside."""
    add_harbor(world)
    return lambda *clinics: browser_within(world, "clinic_viewer", scope(world, clinics=clinics or ("riverside",)))


def external(visit):
    return f"V-{visit.loop}"


def test_a_clinic_sees_its_own_visits_by_its_own_number_without_names_and_words(world, clinic):
    ours, theirs = world.visit("Canary Name"), world.visit("Canary Other", clinic="lakeview")
    elsewhere = world.visit("Canary Far", clinic="pier")
    world.remind()
    world.hear(ours, "I cannot come, canary words")
    world.settle()
    page = clinic().get(PAGE).text
    assert external(ours) in page
    assert external(theirs) not in page
    assert external(elsewhere) not in page
    assert "canary" not in page.lower()
    assert ours.number[-4:] not in page
    assert f"/loops/{ours.loop}" not in page


def test_status_outcome_reason_and_plan_stand_in_their_columns(world, clinic):
    kept, missed, coming = world.visit("A"), world.visit("B"), world.visit("C", day=date(2026, 12, 4))
    world.remind()
    world.at(ON_THE_DAY)
    handlers.report_outcome(world.deployment, OPERATOR, kept.loop, Outcome.KEPT, None)
    handlers.report_outcome(world.deployment, OPERATOR, missed.loop, Outcome.NO_SHOW, None)
    rows = {row.split("</bdi>")[0].rpartition(">")[2]: row for row in clinic().get(PAGE).text.split("<tr>")[2:]}
    assert "Kept" in rows[external(kept)]
    assert "Closed" in rows[external(kept)]
    assert "Did not come" in rows[external(missed)]
    assert "We look for another time with them" in rows[external(missed)]
    assert "To come" in rows[external(coming)]
    assert "Not known" in rows[external(coming)]


def test_what_a_member_keeps_from_the_clinic_stands_there_as_if_nobody_knew_it(world, clinic):
    visit = world.visit("A")
    world.remind()
    world.at(ON_THE_DAY)
    handlers.report_outcome(
        world.deployment, Actor("person", "Maya Ortiz"), visit.loop, Outcome.NO_SHOW, None, Source.MEMBER
    )
    assert "Did not come" in clinic().get(PAGE).text
    with world.deployment.write(OPERATOR) as uow:
        for information in (Information.OUTCOME, Information.REASON):
            way = (information, Recipient.CLINIC, Workflow.CLINIC_SIGNAL)
            sharing.note(uow, visit.member, SharingEvent(SharingAction.LIMIT, uow.now, *way), "call", "note 1")
        uow.commit()
    page = clinic().get(PAGE).text
    assert "Did not come" not in page
    assert "Not kept" not in page
    assert "Not known" in page


def test_days_are_chosen_and_pages_of_fifty_follow_each_other(world, clinic):
    made = [world.visit(f"M{n}", day=date(2026, 11, 30) + timedelta(days=n % 3)) for n in range(53)]
    browser = clinic()
    first = browser.get(PAGE).text
    following = first.split('class="btn" href="')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(following).text
    met = [page.count('<td class="o-mono') for page in (first, second)]
    assert met == [50, 3]
    assert all((external(visit) in first) != (external(visit) in second) for visit in made)
    assert browser.get("/our-visits?from=2026-12-05&to=2026-12-06").text.count('<td class="o-mono') == 0
    assert browser.get("/our-visits?from=2026-12-06&to=2026-12-05").status_code == 400
    assert browser.get("/our-visits?from=2020-01-01&to=2026-12-05").status_code == 400


def test_who_was_given_no_clinic_sees_no_visit_and_is_told_why(world, clinic):
    world.visit("A")
    for part in (None, scope(world, programs=("carelink",))):
        page = browser_within(world, "clinic_viewer", part, f"Nobody {part is None}").get(PAGE).text
        assert "No clinic was given to you yet" in page
        assert "V-" not in page


def test_two_clinics_of_one_person_are_told_apart(world, clinic):
    world.visit("A")
    world.visit("B", clinic="lakeview")
    page = clinic("riverside", "lakeview").get(PAGE).text
    assert page.count("Lakeview Counseling") == 2
    assert page.count('<td class="o-mono') == 2


def test_a_look_at_our_visits_is_noted_once_and_there_is_nothing_else_for_a_clinic(world, clinic):
    visit, browser = world.visit("A"), clinic()
    world.at(NOW)
    browser.get(PAGE)
    noted = world.row("SELECT count(*) AS n FROM audit WHERE object = 'own_visits' AND action = 'viewed'")
    assert noted.n == 1
    for path in ("/loops", "/tasks", f"/loops/{visit.loop}", f"/members/{visit.member}", "/reports", "/settings"):
        assert browser.get(path).status_code == 403
    assert "Hold sending" not in browser.get(PAGE).text
