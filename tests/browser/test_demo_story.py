"""The demo in a real browser, as a newcomer meets it: five things to try, an end with a summary, and another world."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from demo_stage import Shown, shown, ticking
from sqlalchemy import text

from outreach.engine import inbound, understanding
from outreach.store.actor import OPERATOR
from outreach.store.reads.phones import number_of, phone_of_loop
from outreach.store.reads.tour import ready

expect = pytest.importorskip("playwright.sync_api", reason="NOTHING IS LOOKED AT: install playwright").expect
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="NO ACCESSIBILITY CHECK: install axe")

_HOSTILE = "<script>document.title = 'broken'</script>\u202e" + "😀" * 1557


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Shown]:
    with shown(tmp_path, members=18) as found:
        yield found


@pytest.fixture
def page(chromium: Any, demo: Shown) -> Iterator[Any]:
    seen = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    seen.refusals = []
    seen.on("console", lambda said: seen.refusals.append(said.text) if said.type == "error" else None)
    seen.on("response", lambda got: seen.refusals.append(f"{got.status} {got.url}") if got.status > 399 else None)
    seen.goto(demo.link())
    yield seen
    seen.context.close()


def nothing_amiss(page: Any) -> None:
    found = axe.Axe().run(page).response["violations"]
    assert [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.refusals == []


def play_until_there_is(demo: Shown, what: str) -> None:
    """Let time pass until it is day and something of this kind can be tried."""

    def there_is() -> bool:
        with demo.demo.deployment.read(OPERATOR) as uow:
            found = getattr(ready(uow), what)
        return found is not None and 8 <= demo.now.astimezone(ZoneInfo("America/New_York")).hour < 20

    demo.play_until(there_is)
    assert there_is(), f"the story ended without anything to try: {what}"


def follow(page: Any, demo: Shown, step: str) -> None:
    page.goto(f"{demo.url}/phones")
    page.get_by_role("link", name=step, exact=True).click()
    page.wait_for_load_state()


def ticked(page: Any, demo: Shown) -> str:
    page.goto(f"{demo.url}/phones")
    said: str = page.get_by_role("link", name="Try it yourself").inner_text()
    return said


def a_newcomer_lands_at_the_phones_and_sees_every_promise_held(page: Any, demo: Shown) -> None:
    assert page.url == f"{demo.url}/phones"
    expect(page.locator(".o-phone")).to_have_count(6)
    bar = page.locator("#bar").inner_text()
    for words in ("Kept", "Not kept", "Unknown", "Owned by a person", "Unheld"):
        assert words in bar
    nothing_amiss(page)


def the_clock_steps_to_the_next_event_and_stays_there(page: Any, demo: Shown) -> None:
    before = demo.now
    with ticking(demo.demo):
        page.get_by_role("button", name="Next event").click()
        page.wait_for_function(
            "time => document.querySelector('.o-bar-time').innerText !== time",
            arg=page.locator(".o-bar-time").inner_text(),
            timeout=20_000,
        )
    assert demo.now > before
    assert demo.demo.pace == "paused"


def a_visitor_answers_a_member_in_their_language(page: Any, demo: Shown) -> None:
    play_until_there_is(demo, "answer")
    follow(page, demo, "Answer this member")
    nothing_amiss(page)
    page.locator(".o-pill", has_text="A person will call").click()
    page.locator("#verdict").get_by_role("button").click()
    page.locator("main p[role=status]").filter(has_text=re.compile("Sent in|leaves")).first.wait_for()
    assert "Maya Ortiz" in page.locator("#thread").inner_text()
    assert "1 of 5" in ticked(page, demo)


def a_visitor_books_a_ride_both_ways(page: Any, demo: Shown) -> None:
    play_until_there_is(demo, "ride")
    follow(page, demo, "Book this ride")
    nothing_amiss(page)
    page.get_by_role("button", name="Take it").click()
    page.get_by_role("radio", name="Ride booked").check()
    page.get_by_role("radio", name="On call").check()
    page.get_by_label("Broker", exact=True).fill("EasyRide")
    page.get_by_label("Level of service").select_option("ambulatory")
    there = page.get_by_role("group", name="To the visit")
    there.get_by_label("The broker's number").fill("T-100")
    there.get_by_label("Pickup from").fill("06:15")
    there.get_by_label("Pickup until").fill("06:45")
    page.get_by_role("group", name="Home").get_by_label("The broker's number").fill("T-101")
    page.get_by_label("Phone to call when done").fill("800-555-0164")
    page.get_by_role("button", name="Finish the task").click()
    page.locator("main p[role=status]").filter(has_text="Task finished.").first.wait_for()
    assert "2 of 5" in ticked(page, demo)


def a_visitor_says_how_a_visit_ended_and_from_whom_they_know(page: Any, demo: Shown) -> None:
    play_until_there_is(demo, "mark")
    follow(page, demo, "Mark this visit")
    nothing_amiss(page)
    page.get_by_text("Mark outcome and source").click()
    page.get_by_label("How the visit ended").select_option("kept")
    page.get_by_label("Who told you").select_option("clinic_staff")
    page.get_by_role("button", name="Record the outcome").click()
    expect(page.get_by_role("status").first).to_have_text("Outcome recorded.")
    assert "3 of 5" in ticked(page, demo)


def a_visitor_freezes_sending_and_nothing_leaves(page: Any, demo: Shown) -> None:
    page.goto(f"{demo.url}/phones")
    page.get_by_role("button", name="Hold sending").click()
    assert "Sending held" in page.locator("#standing").inner_text()
    assert "4 of 5" in ticked(page, demo)
    nothing_amiss(page)


def a_visitor_reads_the_evidence_of_a_loop(page: Any, demo: Shown) -> None:
    follow(page, demo, "Read this loop's evidence")
    nothing_amiss(page)
    assert "5 of 5" in ticked(page, demo)


def a_hostile_text_is_shown_as_text(page: Any, demo: Shown, width: int) -> None:
    with demo.demo.deployment.read(OPERATOR) as uow:
        loop = uow.execute(text("SELECT max(id) FROM loop WHERE closed IS NULL")).scalar_one()
        phone = phone_of_loop(uow, loop)
        number = number_of(uow, phone) if phone else None
    assert number is not None
    received = inbound.receive(
        demo.demo.deployment, sid=f"SM{width:032x}", number=number, body=_HOSTILE, media_count=0, provider_word=None
    )
    assert received.reply_id is not None
    understanding.understand_now(demo.demo.deployment, received.reply_id)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{demo.url}/phones?phone={phone}")
    assert page.title() == "Phones · Outreach"
    assert "<script>document.title = 'broken'</script>" in page.locator("#phones").inner_text()
    assert "U+202E" in page.locator("#phones").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{demo.url}/loops/{loop}")
    assert page.locator("#line").inner_text().count("😀") >= 1557
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1440, "height": 900})


def the_story_ends_with_everything_closed_or_owned_and_starts_again(page: Any, demo: Shown) -> None:
    page.goto(f"{demo.url}/phones")
    supervisor = page.context.browser.new_context().new_page()
    supervisor.goto(demo.link("Ruth Adeyemi", "supervisor"))
    supervisor.get_by_role("button", name="Release sending").click()
    supervisor.context.close()
    demo.play_until(lambda: False)
    page.goto(f"{demo.url}/phones")
    page.get_by_role("link", name="Read what happened, and start again").click()
    story = page.locator("main").inner_text()
    assert "0 unheld" in story
    nothing_amiss(page)
    page.get_by_role("button", name="Start again").click()
    page.wait_for_url(f"{demo.url}/phones*", timeout=60_000)
    assert demo.demo.seed == 2
    expect(page.locator(".o-phone")).to_have_count(6)
    assert "0 of 5" in ticked(page, demo)


def test_the_demo_is_understood_by_trying_it(page: Any, demo: Shown) -> None:
    a_newcomer_lands_at_the_phones_and_sees_every_promise_held(page, demo)
    the_clock_steps_to_the_next_event_and_stays_there(page, demo)
    a_visitor_answers_a_member_in_their_language(page, demo)
    a_visitor_books_a_ride_both_ways(page, demo)
    a_visitor_says_how_a_visit_ended_and_from_whom_they_know(page, demo)
    a_visitor_freezes_sending_and_nothing_leaves(page, demo)
    a_visitor_reads_the_evidence_of_a_loop(page, demo)
    for width in (1440, 390):
        a_hostile_text_is_shown_as_text(page, demo, width)
    the_story_ends_with_everything_closed_or_owned_and_starts_again(page, demo)
