"""Members are found by name and number, masked until somebody asks; what is typed goes nowhere, who was shown does."""

from __future__ import annotations

import logging
import re

import pytest
from console_world import World, on

from outreach.engine import finding
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.reads.access_report import accesses
from outreach.store.tables import audit, name_token


@pytest.fixture
def either(database: Database) -> World:
    return on(database)


def find(browser, who):
    return browser.post("/members", "/members", who=who)


def shown(browser, who):
    """The members whom a search shows."""
    return {int(one) for one in re.findall(r'href="/members/([0-9]+)"', find(browser, who).text)}


def test_a_member_is_found_by_the_beginning_of_each_name_and_by_every_number(either):
    rosa, alma = either.visit("Rosa Hernández-O'Brien"), either.visit("Alma Torres")
    browser = either.browser()
    for typed in (
        "rosa",
        "HERNANDEZ",
        "her ros",
        "o’brien",
        "Obrien",
        rosa.number,
        f"M-{rosa.member}",
        f"l-{rosa.loop}",
        "M1",
    ):
        assert shown(browser, typed) == {rosa.member}, typed
    assert shown(browser, "tor al") == {alma.member}
    assert shown(browser, "rosa torres") == set()
    assert shown(browser, "ernandez") == set(), "a name is found from the beginning of each word"


def test_names_of_every_script_are_found_as_they_are_typed(either):
    names = {
        "Nguyễn Thị Ánh": "nguyen anh",
        "王小明": "王小",
        "محمد علي": "محمد",
        "สมชาย ใจดี": "สมชาย",
        "राजेश कुमार": "राजेश",
    }
    made = {either.visit(name).member: typed for name, typed in names.items()}
    browser = either.browser()
    for member, typed in made.items():
        assert shown(browser, typed) == {member}, typed


def test_a_result_shows_who_it_is_and_no_number(world):
    visit = world.visit("Rosa Hernández")
    page = find(world.browser(), "rosa").text
    assert "Rosa Hernández" in page
    assert "Nov 30" in page
    assert visit.number not in page


@pytest.mark.parametrize("typed", ["", " ", "a", "x" * 81, "\0"])
def test_too_little_or_too_much_is_no_search(world, typed):
    answer = find(world.browser(), typed)
    assert answer.status_code in (400, 409)
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    "typed", ["%%", "_osa", "' OR 1=1 --", "<script>alert(1)</script>", "\u202eRosa", "__", "9" * 40]
)
def test_hostile_words_find_nobody_and_are_shown_as_they_are(world, typed):
    world.visit("Rosa Hernández")
    answer = find(world.browser(), typed)
    assert answer.status_code in (200, 409)
    assert "<script>alert(1)" not in answer.text
    assert "Rosa Hernández" not in answer.text or typed.endswith("Rosa")


def test_who_was_shown_is_on_record_and_what_was_typed_nowhere(world, caplog):
    rosa, other = world.visit("Rosa Kanarie"), world.visit("Alma Torres")
    browser = world.browser()
    with caplog.at_level(logging.DEBUG):
        answer = find(browser, "kanar")
    assert answer.status_code == 200
    assert answer.request.path == "/members"
    assert not answer.request.query_string
    with world.deployment.read(OPERATOR) as uow:
        trail = [tuple(map(str, row)) for row in uow.all(audit.select())]
        seen, not_seen = accesses(uow, rosa.member), accesses(uow, other.member)
    assert [(look.who, look.action) for look in seen] == [("person:Maya Ortiz", "found.viewed")]
    assert not_seen == []
    assert any("members.searched" in row for row in trail)
    assert "kanar" not in str(trail).lower()
    assert "kanar" not in caplog.text.lower()
    assert "kanar" not in answer.text.partition("</title>")[0].lower()


def test_who_searches_name_by_name_has_to_wait(world):
    world.visit("Rosa Hernández")
    browser = world.browser()
    answers = [find(browser, "rosa").status_code for _ in range(25)]
    assert answers[0] == 200
    assert answers[-1] == 409
    assert find(world.browser(name="Kevin Lee"), "rosa").status_code == 200


def test_a_role_without_members_searches_none(world):
    assert world.browser("program_staff").get("/members").status_code == 403


def test_members_from_before_are_found_once_they_are_indexed(either):
    visit = either.visit("Rosa Hernández")
    nameless = either.visit("---")
    with either.deployment.write(OPERATOR) as uow:
        uow.execute(name_token.delete())
        uow.commit()
    browser = either.browser()
    assert shown(browser, "rosa") == set()
    assert finding.index_names(either.deployment, OPERATOR) >= 1
    assert shown(browser, "rosa") == {visit.member}
    assert nameless.member not in shown(browser, "rosa")


def test_a_number_is_in_no_page_before_somebody_asks_for_it_and_that_is_on_record(world, asked):
    browser, page = world.browser(), f"/members/{asked.member}"
    task = world.row("SELECT id FROM task WHERE loop_id = :loop AND state = 'open'", loop=asked.loop).id
    for path in (page, f"/tasks/{task}", f"/loops/{asked.loop}", "/tasks"):
        assert asked.number not in browser.get(path).text, path
    phone = world.row("SELECT contact_point_id AS id FROM member_contact WHERE member_id = :who", who=asked.member).id
    answer = browser.post(f"/numbers/{phone}/show", page, what="number")
    assert asked.number in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    with world.deployment.read(OPERATOR) as uow:
        newest = accesses(uow, asked.member, limit=1)[0]
    assert (newest.action, newest.object) == ("number.viewed", f"contact_point:{phone}")
    assert browser.post(f"/members/{asked.member}/show", page, what="member_number").status_code == 200
    assert browser.post(f"/members/{asked.member}/show", page, what="name").status_code == 400
    assert browser.post("/numbers/999999/show", page).status_code == 404


def test_a_code_word_stands_in_no_form_and_stays_until_another_is_typed(world, asked):
    browser, page = world.browser(), f"/members/{asked.member}"
    browser.post(f"{page}/contact-rule", page, code_word="bluebird")
    assert world.row("SELECT contact_rule AS kept FROM member WHERE id = :who", who=asked.member).kept
    assert "bluebird" not in browser.get(page).text
    browser.post(f"{page}/contact-rule", page, voicemail_ok="yes")
    assert "bluebird" in browser.post(f"{page}/show", page, what="code_word").text
    browser.post(f"{page}/contact-rule", page, no_code_word="yes")
    assert browser.post(f"{page}/show", page, what="code_word").status_code == 404
