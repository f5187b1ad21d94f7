"""My work: what needs a person, in which order, and who sees what of it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import event

from locales.languages import languages

NOTE = "Waits for the clinic's form; they send it on Friday."


def test_the_list_says_what_waits_under_its_heads_in_order(world):
    world.needs_ride(world.visit("Alma Torres"))
    world.hear(world.visit("Jean Baptiste"), "I want to kill myself")
    world.hear(world.visit("Dmitri Volkov"), "I moved, here is my new address")
    browser = world.browser()
    other = world.row("SELECT id FROM task WHERE kind NOT IN ('arrange_ride', 'crisis')").id
    browser.act(other, "block", blocker="documents", look_again="2026-12-04", note=NOTE)
    shown = browser.get("/tasks").text
    said = ("Safety and overdue", "Jean Baptiste", "Due today", "Alma Torres", "Later", "Dmitri Volkov")
    places = [shown.index(words) for words in said]
    assert places == sorted(places)
    assert "Choose what to work on" in shown
    assert "The next is due 10:57 AM" in shown


def test_a_list_without_work_says_so_and_what_the_loops_wait_for(world):
    world.visit()
    shown = world.browser().get("/tasks").text
    assert "Nothing needs a person" in shown
    assert "1 loop waits on members, clinics or the clock" in shown


def test_grave_words_are_hidden_in_the_list_and_shown_on_the_page(world):
    world.hear(world.visit(), "I want to kill myself")
    browser = world.browser()
    shown = browser.get("/tasks").text
    assert "kill myself" not in shown
    assert "Text hidden, open to read" in shown
    shown = browser.get(f"/tasks/{world.task('crisis')}").text
    assert "I want to kill myself" in shown
    assert "Text hidden, open to read" in shown


def test_other_words_are_quoted_in_the_list_in_their_own_direction(world):
    world.hear(world.visit("فاطمة السيد", language="ar"), "أين مدخل \u202eالعيادة؟")
    shown = world.browser().get("/tasks").text
    assert '<q dir="auto" lang="ar">أين مدخل <span class="mark">U+202E</span>العيادة؟</q>' in shown
    assert '<bdi lang="ar">فاطمة السيد</bdi>' in shown


@pytest.mark.parametrize(("language", "shown"), [("es", "ES"), ("hmn", "HMN"), ("zh-Hans", "ZH"), ("zh-Hant", "ZH-T")])
def test_a_language_is_shown_by_its_short_code_with_its_name_for_who_asks(world, language, shown):
    world.hear(world.visit(language=language), "9876")
    named = languages()[language].english_name
    assert f'<abbr class="o-lang" title="{named}">{shown}</abbr>' in world.browser().get("/tasks").text


def test_looking_at_the_list_is_in_the_trail_once_while_it_stays_open(world):
    world.missed()
    browser = world.browser()
    for _ in range(3):
        browser.client.get("/tasks", base_url=browser.base, headers={"Outreach-Live": "1"})
    assert world.row("SELECT count(*) AS n FROM audit WHERE action = 'viewed' AND object = 'tasks'").n == 1


def test_stat_work_comes_first_then_what_is_overdue_then_by_due_time(world):
    world.needs_ride(world.visit())
    world.missed()
    world.hear(world.visit(), "I want to kill myself")
    shown = world.browser().get("/tasks").text
    assert shown.index(">Crisis<") < shown.index(">Arrange a ride<") < shown.index(">Reschedule<")
    assert ">Now<" in shown
    assert ">Overdue<" in shown


def test_the_list_is_cut_to_a_queue_or_to_what_is_mine(world):
    ride = world.needs_ride(world.visit())
    world.missed()
    browser, other = world.browser(), world.browser(name="Lee Park")
    other.act(ride, "claim")
    assert ">Reschedule<" not in browser.get("/tasks?queue=rides").text
    assert "<bdi>Lee Park</bdi>" in browser.get("/tasks?queue=rides").text
    assert "<bdi>You</bdi>" in other.get("/tasks?queue=rides").text
    assert "No such tasks." in browser.get("/tasks?mine=1").text
    assert ">Arrange a ride<" in other.get("/tasks?mine=1").text
    assert ">Arrange a ride<" not in browser.get("/tasks?free=1").text
    assert ">Reschedule<" in browser.get("/tasks?free=1").text


def test_a_task_is_opened_beside_the_list_it_was_chosen_from(world):
    ride = world.needs_ride(world.visit())
    world.missed()
    browser = world.browser()
    assert f'href="/tasks/{ride}?queue=rides&amp;free=1"' in browser.get("/tasks?queue=rides&free=1").text
    shown = browser.get(f"/tasks/{ride}?queue=rides").text
    assert ">Reschedule<" not in shown
    answer = browser.post(f"/tasks/{ride}/claim?queue=rides", "/tasks")
    assert answer.headers["Location"] == f"/tasks/{ride}?queue=rides"
    assert "You have this task." in browser.get(answer.headers["Location"]).text


def test_a_list_that_is_too_long_is_turned_over_like_pages_and_nothing_is_out_of_reach(world, monkeypatch):
    monkeypatch.setattr("admin.tasks.PAGE", 2)
    for number in range(5):
        world.needs_ride(world.visit(f"Member {number}"))
    browser, seen, path = world.browser(), [], "/tasks?queue=rides"
    for shown in ("1 to 2 are shown", "3 to 4 are shown", "5 to 5 are shown"):
        page = browser.get(path).text
        assert shown in page
        seen += [int(found) for found in re.findall(r'id="task-(\d+)"', page)]
        ahead = re.search(r'href="([^"]+)">The next ones', page)
        path = unescape(ahead[1]) if ahead else ""
    assert (path, len(seen), len(set(seen))) == ("", 5, 5)
    assert browser.get("/tasks?page=3&queue=rides").text.count('href="/tasks?page=2&amp;queue=rides"') == 1
    assert "Nothing here" in browser.get("/tasks?page=9").text


@pytest.mark.parametrize("query", ["queue=x", "mine=2", "free=0", "snoozed=yes", "page=0", "page=x", "page=123456"])
def test_only_known_filters_are_answered(world, query):
    assert world.browser().get(f"/tasks?{query}").status_code == 400


def test_a_long_list_costs_no_more_questions_to_the_database_than_a_short_one(world):
    asked = []
    event.listen(world.deployment.database.engine, "before_cursor_execute", lambda *_args: asked.append(1))
    counted = []
    for _ in range(2):
        task = world.needs_ride(world.visit())
        for number in range(6):
            world.needs_ride(world.visit(f"Member {number}"))
        browser = world.browser()
        for path in ("/tasks", f"/tasks/{task}"):
            browser.get(path)
            asked.clear()
            assert browser.get(path).status_code == 200
            counted.append(len(asked))
    spare = 3  # what stands around every page is counted only now and then
    assert all(long - short <= spare for short, long in zip(counted[:2], counted[2:], strict=True))


def test_program_staff_see_the_list_but_nobody_it_is_about(world):
    _, task = world.missed()
    browser = world.browser("program_staff")
    shown = browser.get("/tasks").text
    assert "Reschedule" in shown
    assert "Rosa Hernández" not in shown
    assert f'href="/tasks/{task}"' not in shown
    assert ">Take<" not in shown
    assert browser.get(f"/tasks/{task}").status_code == 403
