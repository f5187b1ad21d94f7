"""The console in a real browser: it signs in, works a loop, and gives accessibility tools nothing to say."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from console_world import ON_THE_DAY, REMINDED, Visit, World
from werkzeug.serving import WSGIRequestHandler, make_server

from outreach.engine import handlers, opting
from outreach.engine.opting import StopHow
from outreach.loops.outcomes import Outcome
from outreach.store.actor import OPERATOR

expect = pytest.importorskip("playwright.sync_api", reason="NOTHING IS LOOKED AT: install playwright").expect
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="NO ACCESSIBILITY CHECK: install axe")


@dataclass
class Place:
    """A served world with one visit reminded, one missed, and one member who writes in Arabic."""

    world: World
    url: str
    reminded: Visit
    missed: Visit
    arabic: Visit

    def pages(self) -> dict[str, str]:
        loops = {visit.loop: f"/loops/{visit.loop}" for visit in (self.reminded, self.missed, self.arabic)}
        task = self.world.row("SELECT id FROM task WHERE state = 'open' ORDER BY id").id
        ride, evidence = f"/loops/{self.reminded.loop}/ride", f"/loops/{self.reminded.loop}/evidence"
        known = {"loops": "/loops", "tasks": "/tasks", "task": f"/tasks/{task}", "ride": ride, "evidence": evidence}
        known |= {"member": self.member(self.reminded), "opted out": self.member(self.arabic)}
        known["consent"] = f"{known['member']}/phones/{self.phone(self.reminded)}/consent"
        return known | {f"loop {loop}": path for loop, path in loops.items()}

    def member(self, visit: Visit) -> str:
        return f"/members/{visit.member}"

    def phone(self, visit: Visit) -> int:
        found = self.world.row("SELECT contact_point_id FROM member_contact WHERE member_id = :m", m=visit.member)
        return int(found.contact_point_id)


class _Silent(WSGIRequestHandler):
    def log_request(self, *_args: Any, **_more: Any) -> None:
        """Say nothing."""


@pytest.fixture
def place(world: World) -> Iterator[Place]:
    reminded, missed = world.visit("Rosa Hernández"), world.visit("Alma Torres", language="es")
    arabic = world.visit("فاطمة السيد", language="ar", clinic="lakeview")
    world.remind()
    world.hear(arabic, "أين مدخل \u202eالعيادة؟")
    world.hear(missed, "<script>document.title = 'broken'</script>")
    world.at(ON_THE_DAY)
    handlers.report_outcome(world.deployment, OPERATOR, missed.loop, Outcome.NO_SHOW, None)
    world.at(REMINDED)
    number = world.row("SELECT contact_point_id AS id FROM member_contact WHERE member_id = :m", m=arabic.member).id
    opting.stop(world.deployment, OPERATOR, number, StopHow.DRIVER)
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Place(world, f"http://127.0.0.1:{server.port}", reminded, missed, arabic)
    server.shutdown()
    thread.join()
    server.server_close()


def signed_in(chromium: Any, place: Place, name: str = "Maya Ortiz", **look: Any) -> Any:
    context = chromium.new_context(**look)
    page = context.new_page()
    page.refusals = []
    page.on("console", lambda message: page.refusals.append(message.text) if message.type == "error" else None)
    page.goto(place.url + place.world.sign_in_link("supervisor", name))
    return page


def findings(page: Any) -> list[str]:
    found = axe.Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


def test_no_page_has_anything_for_axe_to_say(chromium, place, scheme, width):
    page = signed_in(chromium, place, color_scheme=scheme, viewport={"width": width, "height": 900})
    for name, path in place.pages().items():
        page.goto(place.url + path)
        assert findings(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} runs over the side"
    page.goto(place.url + place.world.clinic_link(place.reminded))
    assert findings(page) == [], "clinic"
    page.goto(place.url + "/clinic/nothing")
    assert findings(page) == [], "expired"
    assert [said for said in page.refusals if "404" not in said] == []
    page.context.close()


def told(page, words):
    """The page says so, now or when its panes have come."""
    page.get_by_role("status").get_by_text(words).first.wait_for()


def test_law_15_two_clicks_record_an_opt_out_from_the_conversation(chromium, place):
    place.world.hear(place.reminded, "can my sister come?")
    page = signed_in(chromium, place)
    page.goto(f"{place.url}/tasks/{place.world.task('answer_member')}")
    page.locator(".o-talk").get_by_text("Opt-out", exact=True).click()
    page.locator(".o-talk").get_by_role("button", name="Stop").click()
    told(page, "Opted out.")
    row = place.world.row("SELECT rule, collector FROM consent_event WHERE source = 'staff_verbal'")
    assert (row.rule, row.collector) == ("LAW-15", "person:Maya Ortiz")
    page.context.close()


def test_a_consent_whose_button_is_pressed_twice_is_recorded_once(chromium, place):
    page = signed_in(chromium, place)
    page.goto(place.url + place.pages()["consent"])
    page.get_by_role("group", name="Yes to").get_by_label("Texts").check()
    page.get_by_role("group", name="About").last.get_by_label("Visits").check()
    page.get_by_label("On a call, I read the words to them").check()
    expect(page.get_by_label("Version of the words they were shown")).to_be_hidden()
    page.get_by_label("Whom they agreed with").select_option("program")
    page.get_by_label("Who spoke").select_option("member")
    page.get_by_label("Evidence").fill("call 17")
    page.get_by_role("button", name="Record the consent").dblclick()
    page.get_by_role("status").get_by_text("Consent recorded.").wait_for()
    query = "SELECT count(*) AS n FROM consent_event WHERE source = 'verbal_attested'"
    assert place.world.row(query).n == 1
    page.context.close()


def test_a_person_picks_up_the_members_phone_and_the_loop_hears_what_is_texted(chromium, place):
    page = signed_in(chromium, place)
    page.get_by_role("link", name=f"L-{place.reminded.loop}", exact=True).click()
    page.get_by_role("link", name="Pick up the phone").click()
    phone = page.locator(".o-phone").first
    phone.get_by_role("button", name="Answer 2", exact=True).click()
    phone.get_by_text("Wants another time").first.wait_for()
    assert place.world.row(f"SELECT stage FROM loop WHERE id = {place.reminded.loop}").stage == "wants_change"
    phone.locator("[name=text]").fill("No tengo quien me lleve")
    phone.locator("[name=text]").press("Enter")
    phone.get_by_text("No tengo quien me lleve").first.wait_for()
    page.goto(f"{place.url}/loops/{place.reminded.loop}")
    assert "No tengo quien me lleve" in page.locator(".o-line").inner_text()
    page.context.close()


def test_a_person_resolves_a_task_and_the_loop_closes(chromium, place):
    page = signed_in(chromium, place)
    page.goto(f"{place.url}/loops/{place.missed.loop}")
    page.get_by_role("link", name="Reschedule", exact=True).click()
    page.get_by_label("Reason").wait_for(state="hidden")  # once the style sheet is there
    page.get_by_role("radio", name="No new visit").check()
    page.get_by_label("Reason").select_option("moved")
    page.get_by_role("button", name="Finish the task").click()
    told(page, "Task finished.")
    assert page.url == f"{place.url}/loops/{place.missed.loop}"
    row = place.world.row(f"SELECT closed, reason FROM loop WHERE id = {place.missed.loop}")
    assert (row.closed, row.reason) == ("no_new_visit", "moved")
    page.context.close()


def test_a_person_corrects_what_a_reply_was_taken_for_with_two_clicks(chromium, place):
    page = signed_in(chromium, place)
    task = place.world.row("SELECT id, reply_id FROM task WHERE state = 'open' AND reply_id IS NOT NULL ORDER BY id")
    page.goto(f"{place.url}/tasks/{task.id}")
    page.locator(f"#correct-{task.reply_id} > summary").click()
    page.locator(f"#correct-{task.reply_id}").get_by_role("button", name="Keeps the visit", exact=True).first.click()
    page.get_by_text("Corrected by").first.wait_for()
    noted = place.world.row("SELECT reply_id, intents, actor FROM correction")
    assert (noted.reply_id, noted.intents, noted.actor) == (task.reply_id, '["confirm"]', "person:Maya Ortiz")
    page.context.close()


def test_a_page_whose_task_somebody_else_finished_says_so_and_leads_back(chromium, place):
    page, task = signed_in(chromium, place), place.world.task("reschedule")
    page.goto(f"{place.url}/tasks/{task}")
    place.world.browser(name="Lee Park").act(task, "resolve", resolution="no_new_visit", reason="moved")
    page.get_by_text("This is finished or gone.").wait_for(timeout=8000)
    expect(page.get_by_text("Not live since")).to_be_hidden()
    page.get_by_role("link", name="Go back to the list").click()
    assert page.url == f"{place.url}/tasks"


def test_the_keyboard_alone_reaches_the_page_and_every_control_shows_its_focus(chromium, place):
    page = signed_in(chromium, place)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the page")
    page.keyboard.press("Enter")
    for _ in range(4):  # the list, and each of its loops
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.context.close()


def test_words_of_a_member_run_no_script_and_keep_their_direction(chromium, place):
    page = signed_in(chromium, place)
    page.goto(f"{place.url}/loops/{place.missed.loop}")
    assert page.title() == f"L-{place.missed.loop} · Outreach"
    page.goto(f"{place.url}/loops/{place.arabic.loop}")
    arabic = page.locator("blockquote", has_text="أين")
    assert arabic.evaluate("block => getComputedStyle(block).direction") == "rtl"
    page.context.close()


def test_a_clinic_reports_by_its_link_and_the_token_leaves_the_address(chromium, place):
    page = chromium.new_context().new_page()
    place.world.at(ON_THE_DAY)
    page.goto(place.url + place.world.clinic_link(place.reminded))
    assert page.url == f"{place.url}/clinic/visit"
    page.get_by_role("button", name="Kept", exact=True).click()
    assert "Recorded: kept" in page.get_by_role("status").inner_text()
    assert place.world.row(f"SELECT closed FROM loop WHERE id = {place.reminded.loop}").closed == "visit_completed"
    page.context.close()


def test_a_coordinator_takes_a_ride_task_and_books_the_ride_with_the_way_home_on_call(chromium, place):
    place.world.hear(place.reminded, "I don't have a ride")
    page = signed_in(chromium, place)
    page.goto(f"{place.url}/tasks?queue=rides")
    page.get_by_role("button", name="Take , arrange a ride").click()
    told(page, "You have this task.")
    page.get_by_role("radio", name="Ride booked").check()
    expect(page.get_by_label("Phone to call when done")).to_be_hidden()
    page.get_by_role("radio", name="On call").check()
    page.get_by_label("Broker", exact=True).fill("TriCounty Rides")
    page.get_by_label("Level of service").select_option("wheelchair_van")
    there = page.get_by_role("group", name="To the visit")
    there.get_by_label("The broker's number").fill("T-100")
    there.get_by_label("Pickup from").fill("13:15")
    there.get_by_label("Pickup until").fill("13:45")
    page.get_by_role("group", name="Home").get_by_label("The broker's number").fill("T-101")
    page.get_by_label("Phone to call when done").fill("800-555-0164")
    page.get_by_role("button", name="Finish the task").click()
    told(page, "Task finished.")
    page.goto(f"{place.url}/loops/{place.reminded.loop}")
    ride = page.get_by_role("region", name="Ride").inner_text()
    for words in ("Mon Nov 30, 1:15 PM ET, until 1:45 PM", "On call, the member phones 800-555-0164", "wheelchair van"):
        assert words in ride
    page.context.close()


def test_a_task_is_handed_over_with_a_note_which_the_next_person_reads(chromium, place):
    page = signed_in(chromium, place)
    page.goto(f"{place.url}/tasks")
    page.get_by_role("link", name="Alma Torres reschedule").click()
    page.get_by_text("Hand it over").first.click()
    page.get_by_label("Queue").select_option("coordinators")
    page.get_by_role("button", name="Hand it over").click()
    page.get_by_role("alert").get_by_text("what is next").wait_for()
    expect(page.get_by_label("Queue")).to_have_value("coordinators")
    page.get_by_label("Person, if you know who").fill("Lee Park")
    page.get_by_role("textbox", name="What was done").fill("Left a message.")
    page.get_by_label("What is next").fill("They call back after four.")
    page.get_by_role("button", name="Hand it over").click()
    told(page, "Task handed over.")
    page.context.close()
    other = signed_in(chromium, place, "Lee Park")
    other.goto(f"{place.url}/tasks?mine=1")
    other.get_by_role("link", name="Alma Torres reschedule").click()
    other.get_by_text("They call back after four.").first.wait_for()
    other.context.close()


def test_an_open_conversation_shows_what_arrives_and_leaves_what_was_chosen_and_typed_alone(chromium, place):
    place.world.hear(place.reminded, "I don't have a ride")
    place.world.settle()
    page = signed_in(chromium, place)
    page.goto(f"{place.url}/tasks?queue=rides")
    page.get_by_role("link", name="Rosa Hernández").click()
    page.get_by_text("Hand it over").first.click()
    page.get_by_role("textbox", name="What was done").fill("Half a sentence")
    page.get_by_role("radio", name="Companion may come").check()
    expect(page.get_by_text("one person may come with you")).to_be_visible()
    place.world.hear(place.reminded, "can my sister come?")
    place.world.settle()
    page.get_by_role("region", name="Conversation").get_by_text("can my sister come?").first.wait_for(timeout=8000)
    expect(page.get_by_role("textbox", name="What was done")).to_have_value("Half a sentence")
    assert page.get_by_role("radio", name="Companion may come").is_checked()
    page.get_by_role("button", name="Send in English").click()
    page.locator("#undo").get_by_text("Your text leaves in a moment.").wait_for()
    place.world.settle(place.world.deployment.database.now() + timedelta(seconds=11))
    said = page.get_by_role("region", name="Conversation").get_by_text("one person may come with you")
    said.first.wait_for(timeout=15000)  # delivered at once, it is in no trail: the page asks every ten seconds
    assert (
        page.evaluate(
            "(pane => pane.scrollHeight - pane.scrollTop - pane.clientHeight)(document.getElementById('thread'))"
        )
        < 2
    )
    page.context.close()
