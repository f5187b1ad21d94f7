"""Settings in a real browser: a change is made, told, agreed to and brought back, and no page shuts anybody out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from console_world import World
from werkzeug.serving import WSGIRequestHandler, make_server

expect = pytest.importorskip("playwright.sync_api", reason="NOTHING IS LOOKED AT: install playwright").expect
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="NO ACCESSIBILITY CHECK: install axe")


class _Silent(WSGIRequestHandler):
    def log_request(self, *_args: Any, **_more: Any) -> None:
        """Say nothing."""


@pytest.fixture
def served(world: World) -> Iterator[tuple[World, str]]:
    world.visit()
    world.settle()
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield world, f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def opened(chromium: Any, served: tuple[World, str], width: int, scheme: str) -> Any:
    world, url = served
    page = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    page.refusals = []
    page.on("console", lambda message: page.refusals.append(message.text) if message.type == "error" else None)
    page.goto(url + world.sign_in_link("program_staff", "Maria Soto"))
    return page


def sound(page: Any) -> None:
    """Nothing for accessibility tools to say, and nothing wider than the window."""
    found = axe.Axe().run(page)
    assert found.violations_count == 0, (page.url, found.generate_report())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_no_setting_gives_accessibility_tools_anything_to_say(
    chromium: Any, served: tuple[World, str], width: int, scheme: str
) -> None:
    world, url = served
    page = opened(chromium, served, width, scheme)
    clinic = world.row("SELECT id, program_id FROM clinic WHERE key = 'riverside'")
    base = f"{url}/settings/{clinic.program_id}"
    own = ("", "/program", "/hours", "/rides", "/telephone", "/sender", "/service_levels", "/caps/history")
    for path in (*own, "/clinics", f"/clinics/{clinic.id}", "/reasons", "/carrier-errors"):
        page.goto(base + path)
        sound(page)
    page.goto(f"{url}/settings/new")
    sound(page)
    assert page.refusals == []
    page.context.close()


def test_hours_are_changed_after_one_has_read_what_follows_and_brought_back(
    chromium: Any, served: tuple[World, str]
) -> None:
    page = opened(chromium, served, 1440, "light")
    page.get_by_role("link", name="Settings").first.click()
    page.get_by_role("link", name="Hours and holidays").first.click()
    sunday = page.get_by_role("group", name="Sunday")
    sunday.get_by_label("From").fill("07:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Nothing was saved.")).to_be_visible()
    expect(page.get_by_text("(LAW-33)").last).to_be_visible()
    sound(page)
    sunday.get_by_label("From").fill("13:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("1 open visit is planned again.")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Save it all the same").click()
    expect(page.get_by_text("Saved. 1 open visit is planned again.")).to_be_visible()
    page.get_by_role("link", name="History").click()
    sound(page)
    page.get_by_role("link", name="Bring back version 1").click()
    expect(sunday.get_by_label("From")).to_have_value("12:00")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Save it all the same").click()
    expect(page.get_by_text("Version 3, Maria Soto")).to_be_visible()
    page.context.close()
