"""What a visitor may try in the demo, what became of these days, and how another world begins."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from console_browser import Browser
from console_world import ON_THE_DAY, World, on
from demo_world import watched
from flask import Flask
from werkzeug.test import Client

from conversations.meaning import Reason
from outreach.app import create_app
from outreach.bootstrap import RealTimer
from outreach.channels.phones import Mood
from outreach.engine import handlers, tasks
from outreach.engine.tasks import Finish
from outreach.loops.outcomes import Outcome
from outreach.simulation.clock import Pace
from outreach.simulation.demo import Demo
from outreach.store.actor import OPERATOR, Actor
from outreach.store.database import Database

HOME = "http://127.0.0.1:8080"
MAYA, SOMEBODY = Actor("person", "Maya Ortiz"), Actor("person", "Kevin Lee")


@dataclass
class Standstill:
    """A demo that only stands there, around a world that a test moves itself."""

    pace: Pace = Pace.PAUSED
    mood: Mood = Mood.WORKING
    over: bool = False
    seed: int = 1


@pytest.fixture
def shown(world: World) -> World:
    world.app.extensions["outreach.demo"] = Standstill()
    return world


def steps(browser: Browser) -> dict[str, tuple[str, str, bool]]:
    """Return each step of the guide: its link, its line, and whether it is ticked."""
    guide = browser.get("/phones").text.partition('class="o-guide"')[2].partition("</ol>")[0]
    found = {}
    for item in guide.split("<li")[1:]:
        title = re.search(r"(?:<a href=\"([^\"]*)\">|<b>)([^<]+)</", item)
        line = re.search(r'<p class="o-meta">([^<]*)</p>', item)
        assert title is not None
        assert line is not None
        found[title[2].replace("&#39;", "'")] = (title[1] or "", line[1], 'class="o-done"' in item)
    return found


def ticked(browser: Browser) -> set[str]:
    return {title for title, (_, _, done) in steps(browser).items() if done}


def test_the_guide_has_five_steps_and_each_says_what_to_look_at(shown: World) -> None:
    shown.visit()
    shown.remind()
    found = steps(shown.browser())
    assert list(found) == [
        "Answer this member", "Book this ride", "Mark this visit", "Freeze sending", "Read this loop's evidence",
    ]  # fmt: skip
    assert all(line for _, line, _ in found.values())


def test_what_cannot_be_tried_yet_says_when_it_will_come(shown: World) -> None:
    shown.visit()
    found = steps(shown.browser())
    assert found["Mark this visit"][:2] == ("", "The first one comes about Mon 2:30 PM.")
    assert re.fullmatch(r"The first one comes about \w{3} \d+:\d\d [AP]M\.", found["Book this ride"][1])


def test_each_step_links_to_something_real_that_fits(shown: World) -> None:
    asks, rides = shown.visit("Alma Torres"), shown.visit("Rosa Hernández")
    shown.settle()
    shown.hear(asks, "where do I park?")
    ride = shown.needs_ride(rides)
    browser = shown.browser()
    found = steps(browser)
    assert found["Answer this member"][0] == f"/tasks/{shown.task('answer_member')}"
    assert found["Book this ride"][0] == f"/tasks/{ride}"
    assert found["Freeze sending"][0] == "#standing"
    assert re.fullmatch(r"/loops/\d+/evidence", found["Read this loop's evidence"][0])
    shown.at(ON_THE_DAY)
    assert steps(browser)["Mark this visit"][0] in (f"/loops/{asks.loop}", f"/loops/{rides.loop}")
    for title in ("Answer this member", "Book this ride"):
        assert browser.get(found[title][0]).status_code == 200


def test_a_step_is_ticked_when_a_visitor_did_it_and_not_when_simulated_staff_did(shown: World) -> None:
    visit = shown.visit()
    shown.settle()
    browser = shown.browser()
    handlers.set_freeze(shown.deployment, SOMEBODY, True)
    assert ticked(browser) == set()
    browser.post("/sends/freeze", "/tasks")
    assert ticked(browser) == {"Freeze sending"}
    assert "Try it yourself: 1 of 5" in browser.get("/loops").text
    handlers.report_outcome(shown.deployment, MAYA, visit.loop, Outcome.KEPT, None)
    assert ticked(browser) == {"Freeze sending", "Mark this visit"}


def test_answering_a_members_question_ticks_the_first_step(shown: World) -> None:
    visit = shown.visit()
    shown.remind()
    shown.hear(visit, "where do I park?")
    browser, task = shown.browser(), shown.task("answer_member")
    tasks.claim(shown.deployment, MAYA, task)
    assert ticked(browser) == set()
    tasks.resolve(shown.deployment, MAYA, task, Finish("done"))
    assert ticked(browser) == {"Answer this member"}


def test_the_summary_tells_what_became_of_the_days_in_sentences_and_numbers(shown: World) -> None:
    kept, missed = shown.visit("Rosa Hernández"), shown.visit("Alma Torres", language="es")
    shown.visit("فاطمة السيد", language="ar")  # there are no approved words in Arabic here
    shown.remind()
    shown.at(ON_THE_DAY)
    handlers.report_outcome(shown.deployment, OPERATOR, kept.loop, Outcome.KEPT, None)
    handlers.report_outcome(shown.deployment, OPERATOR, missed.loop, Outcome.NO_SHOW, None)
    tasks.resolve(
        shown.deployment, MAYA, shown.task("reschedule"), Finish("no_new_visit", reason=Reason.MEMBER_DECLINED)
    )
    shown.settle()
    page = shown.browser().get("/demo/summary").text
    assert "3 visits, 3 promises" in page
    assert "2 of 3 loops are closed. 1 kept, 1 not kept" in page
    assert "0 unheld" in page
    assert "There are no approved words in this language." in page
    assert "HIP-25" in page
    assert "Maya Ortiz" in page
    for language in ("English", "Spanish", "Arabic"):
        assert language in page


def test_when_the_days_are_over_every_page_says_so_and_offers_another_world(shown: World) -> None:
    shown.visit()
    browser = shown.browser()
    assert "These days are over" not in browser.get("/loops").text
    shown.app.extensions["outreach.demo"].over = True
    page = browser.get("/loops").text
    assert "These days are over" in page
    assert 'href="/demo/summary"' in page


def test_the_guide_and_the_summary_read_alike_on_both_databases(database: Database) -> None:
    made = on(database)
    made.app.extensions["outreach.demo"] = Standstill()
    visit = made.visit()
    made.settle()
    made.needs_ride(visit)
    browser = made.browser()
    assert len(steps(browser)) == 5
    assert "1 visit, 1 promise" in browser.get("/demo/summary").text


def test_a_seed_that_is_no_number_is_refused(shown: World) -> None:
    for seed in ("", "0", "-1", "1.5", "١", "1000000"):
        assert shown.browser().post("/demo/again", "/demo/summary", seed=seed).status_code == 400


def test_start_again_waits_and_comes_back_into_the_other_world_still_signed_in(tmp_path: Path) -> None:
    def opened(demo: Demo) -> Flask:
        app = create_app(demo.deployment)
        app.extensions["outreach.demo"] = demo
        return app

    with watched(tmp_path / "demo", Pace.PAUSED, members=3, timer=RealTimer(), opened=opened) as seen:
        visitor = Client(seen.front)
        link = {"name": "Ruth Adeyemi", "role": "supervisor"}
        token = handlers.issue_link(seen.demo.deployment, OPERATOR, "sign_in", link, 1)
        visitor.get(f"/sign-in/{token}", base_url=HOME)
        page = visitor.get("/demo/summary", base_url=HOME).text
        assert 'name="seed" min="1" max="999999" value="2"' in page
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert csrf is not None
        answer = visitor.post("/demo/again", data={"csrf_token": csrf[1], "seed": "5"}, base_url=HOME)
        assert answer.headers["Location"] == "/demo/wait"
        waiting = visitor.get("/demo/wait", base_url=HOME)
        assert waiting.status_code == 303 or waiting.headers["Refresh"] == "1"
        give_up = time.monotonic() + 60
        while (answer := visitor.get("/demo/wait", base_url=HOME)).status_code == 200 and time.monotonic() < give_up:
            time.sleep(0.1)
        assert answer.headers["Location"] == "/phones"
        assert visitor.get("/phones", base_url=HOME).status_code == 200
        assert seen.demo.seed == 5
