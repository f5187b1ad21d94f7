"""A text from an unknown number waits in an inbox that somebody owns, until it is placed; nothing is lost."""

from __future__ import annotations

import pytest
from console_world import World, on
from healthy import unheld

from outreach.engine import inbound, understanding
from outreach.store import enrolment
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.reads import unmatched

STRANGER = "+12025550177"


@pytest.fixture
def either(database: Database) -> World:
    return on(database)


def write(world, words, number=STRANGER):
    sid = f"SM{world.timer.token()}"
    got = inbound.receive(world.deployment, sid=sid, number=number, body=words, media_count=0, provider_word=None)
    understanding.understand_now(world.deployment, got.reply_id)


def waiting(world):
    with world.deployment.read(OPERATOR) as uow:
        return unmatched.page(uow, None, 50)


def test_a_strangers_text_is_in_the_inbox_with_who_owns_it_and_without_the_number(either):
    write(either, "hello about friday")
    page = either.browser().get("/unmatched").text
    assert "hello about friday" in page
    assert STRANGER not in page
    assert "0177" in page
    (row,) = waiting(either)
    assert row.owner_queue
    assert row.due_at
    assert "Unmatched" in either.browser().get("/loops").text


def test_a_text_that_is_not_safe_to_show_is_hidden_in_the_inbox(world):
    write(world, "I want to kill myself")
    assert "kill myself" not in world.browser().get("/unmatched").text


def test_placing_it_takes_two_steps_gives_no_consent_and_is_on_record(either):
    visit = either.visit("Rosa Hernández")
    write(either, "hello about friday")
    (row,) = waiting(either)
    browser, page = either.browser(), f"/unmatched/{row.task}"
    found = browser.post(f"{page}/find", page, who="rosa")
    assert "No consent goes with it" in found.text
    assert STRANGER not in found.text
    answer = browser.post(f"{page}/place", page, member=str(visit.member))
    assert answer.status_code == 303
    assert answer.location.endswith(f"/members/{visit.member}")
    assert waiting(either) == []
    assert "0177" in browser.get(f"/members/{visit.member}").text
    given = either.row("SELECT count(*) AS n FROM consent_event WHERE contact_point_id = :phone", phone=row.phone).n
    assert given == 0
    assert either.row("SELECT 1 AS n FROM audit WHERE action = 'text.placed' AND actor = 'person:Maya Ortiz'").n == 1


def test_what_was_placed_meanwhile_is_not_placed_twice(world):
    one, other = world.visit("Rosa Hernández"), world.visit("Alma Torres")
    write(world, "hello about friday")
    (row,) = waiting(world)
    browser, page = world.browser(), f"/unmatched/{row.task}"
    assert browser.post(f"{page}/place", page, member=str(one.member)).status_code == 303
    again = browser.post(f"{page}/place", "/members", member=str(other.member))
    assert again.status_code == 409
    assert "placed already" in again.text
    assert browser.get(page).status_code == 404
    assert browser.post(f"{page}/place", "/members", member="").status_code == 409


def test_fifty_stand_on_a_page_and_the_rest_on_the_next(world):
    for number in range(55):
        write(world, f"hello {number}", f"+1312555{100 + number:04}")
    browser = world.browser()
    first = browser.get("/unmatched")
    with world.deployment.read(OPERATOR) as uow:
        page = unmatched.page(uow, None, 50)
        rest = unmatched.page(uow, page[-1].task, 50)
    assert (len(page), len(rest)) == (50, 5)
    assert not {row.task for row in page} & {row.task for row in rest}
    assert f"after={page[-1].task}" in first.text


@pytest.mark.parametrize("why", ["opted_out", "wrong_number", "not_for_us", "nobody_answers"])
def test_what_is_nobodys_we_know_leaves_the_inbox_with_what_was_found_out_on_record(either, why):
    write(either, "hello about friday")
    (row,) = waiting(either)
    browser, page = either.browser(), f"/unmatched/{row.task}"
    answer = browser.post(f"{page}/aside", page, why=why)
    assert (answer.status_code, answer.location) == (303, "/unmatched")
    assert waiting(either) == []
    ended = either.row("SELECT state, resolution, resolved_by FROM task WHERE id = :task", task=row.task)
    assert tuple(ended) == ("resolved", why, "person:Maya Ortiz")
    noted = either.row("SELECT rule FROM audit WHERE action = 'text.set_aside'")
    assert noted.rule == why
    again = browser.post(f"{page}/aside", "/members", why=why)
    assert (again.status_code, "Back to the inbox" in again.text) == (409, True)


def test_who_wants_no_texts_gets_none_two_clicks_from_the_inbox(either):
    write(either, "hello about friday")
    (row,) = waiting(either)
    page = either.browser().get(f"/unmatched/{row.task}").text
    assert 'value="opted_out"' in page
    either.browser().post(f"/unmatched/{row.task}/aside", f"/unmatched/{row.task}", why="opted_out")
    ledger = either.row("SELECT action, source FROM consent_event WHERE contact_point_id = :phone", phone=row.phone)
    assert (ledger.action, ledger.source) == ("stop", "staff_verbal")
    write(either, "hello again")
    either.settle()
    left = "SELECT count(*) AS n FROM attempt WHERE contact_point_id = :phone"
    assert either.row(left, phone=row.phone).n == 0


def test_an_opt_out_on_a_number_that_became_a_members_meanwhile_silences_their_visits(either):
    visit = either.visit("Rosa Hernández")
    either.settle()
    write(either, "hello about friday")
    (row,) = waiting(either)
    with either.deployment.write(OPERATOR) as uow:
        enrolment.link_phones(uow, [(visit.member, row.phone)])
        uow.commit()
    either.browser().post(f"/unmatched/{row.task}/aside", f"/unmatched/{row.task}", why="wrong_number")
    assert either.row("SELECT state FROM contact_point WHERE id = :phone", phone=row.phone).state == "reassigned_hold"
    assert unheld(either.deployment) == {}


def test_nothing_is_found_out_by_choosing_nothing(world):
    write(world, "hello about friday")
    (row,) = waiting(world)
    browser, page = world.browser(), f"/unmatched/{row.task}"
    assert browser.post(f"{page}/aside", page).status_code == 409
    assert browser.post(f"{page}/aside", page, why="spam").status_code == 400
    assert len(waiting(world)) == 1
