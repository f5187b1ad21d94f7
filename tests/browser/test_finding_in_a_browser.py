"""A member found by the keyboard, their number shown for a minute, an opt-out in two clicks; in a real browser."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from console_world import Visit, World
from werkzeug.serving import WSGIRequestHandler, make_server

from outreach.engine import inbound, understanding

expect = pytest.importorskip("playwright.sync_api", reason="NOTHING IS LOOKED AT: install playwright").expect
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="NO ACCESSIBILITY CHECK: install axe")


class _Silent(WSGIRequestHandler):
    def log_request(self, *_args: Any, **_more: Any) -> None:
        """Say nothing."""


@pytest.fixture
def served(world: World) -> Iterator[tuple[World, Visit, str]]:
    rosa = world.visit("Rosa Hernández", language="es")
    world.visit("Rosa Torres")
    stranger = inbound.receive(
        world.deployment, sid="SM1", number="+12025550177", body="hello about friday", media_count=0, provider_word=None
    )
    understanding.understand_now(world.deployment, stranger.reply_id or 0)
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield world, rosa, f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _fits(page: Any, name: str) -> None:
    """Nothing for axe to say, nothing wider than the window."""
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    if folder := os.environ.get("LOOK"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_somebody_is_found_by_the_keyboard_their_number_hides_itself_and_an_opt_out_takes_two_clicks(
    chromium: Any, served: tuple[World, Visit, str], width: int, scheme: str
) -> None:
    world, rosa, url = served
    page = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    page.goto(url + world.sign_in_link())
    page.keyboard.press("/")
    expect(page.get_by_label("Name, phone or number")).to_be_focused()
    _fits(page, f"find-{width}-{scheme}")
    page.keyboard.type("hern ros")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert page.url == f"{url}/members"
    _fits(page, f"found-{width}-{scheme}")
    page.locator("tbody .o-row").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_title(f"M-{rosa.member} · Outreach")

    shown = page.locator(".o-number-head .o-masked")
    assert rosa.number not in page.content()
    page.evaluate("document.querySelectorAll('[data-shows]').forEach(form => form.dataset.shows = 700)")
    shown.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(shown.get_by_role("link", name=rosa.number)).to_be_visible()
    _fits(page, f"member-{width}-{scheme}")
    expect(shown.get_by_role("button")).to_be_visible()
    expect(shown.get_by_role("button")).to_be_focused()
    assert rosa.number not in page.content()

    page.locator(".o-number-head summary", has_text="Opt-out").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Opted out since")).to_be_visible()
    assert world.row("SELECT 1 AS n FROM consent_event WHERE action = 'stop'")


def test_a_strangers_text_is_placed_and_the_trail_is_read(
    chromium: Any, served: tuple[World, Visit, str], width: int, scheme: str
) -> None:
    world, rosa, url = served
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(url + world.sign_in_link())
    page.goto(f"{url}/unmatched")
    expect(page.get_by_text("hello about friday")).to_be_visible()
    _fits(page, f"unmatched-{width}-{scheme}")
    page.get_by_role("link", name="Find who it is").click()
    page.get_by_label("Name, phone or number of the member").fill("rosa her")
    page.get_by_role("button", name="Find").click()
    _fits(page, f"placing-{width}-{scheme}")
    page.get_by_role("button", name="It is their phone").click()
    expect(page).to_have_title(f"M-{rosa.member} · Outreach")
    expect(page.get_by_text("0177").first).to_be_visible()
    officer = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    officer.goto(url + world.sign_in_link("privacy_officer", "Pat Quinn"))
    officer.goto(f"{url}/audit?did=text.placed")
    expect(officer.locator("tbody tr")).to_have_count(1)
    _fits(officer, f"audit-{width}-{scheme}")
