"""The reports in a real browser: tables and drawings that accessibility tools accept, in both themes and on paper."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from console_world import World
from report_rows import NOW, furnish
from werkzeug.serving import WSGIRequestHandler, make_server

from outreach.store.actor import OPERATOR

expect = pytest.importorskip("playwright.sync_api", reason="NOTHING IS LOOKED AT: install playwright").expect
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="NO ACCESSIBILITY CHECK: install axe")
TABS = ("visits", "outreach", "consent", "rides", "delivery", "tasks")
DAYS = "from=2026-08-24&to=2026-11-22"


class _Silent(WSGIRequestHandler):
    def log_request(self, *_args: Any, **_more: Any) -> None:
        """Say nothing."""


@pytest.fixture
def served(world: World) -> Iterator[tuple[World, str]]:
    world.at(NOW)
    with world.deployment.write(OPERATOR) as uow:
        furnish(uow, 1500)
        uow.commit()
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield world, f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def opened(chromium: Any, served: tuple[World, str], width: int, scheme: str) -> Any:
    world, url = served
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    page = chromium.new_context(**look).new_page()
    page.refusals = []
    page.on("console", lambda message: page.refusals.append(message.text) if message.type == "error" else None)
    page.goto(url + world.sign_in_link("supervisor"))
    return page


def test_no_report_gives_accessibility_tools_anything_to_say(
    chromium: Any, served: tuple[World, str], width: int, scheme: str
) -> None:
    page = opened(chromium, served, width, scheme)
    for tab in TABS:
        page.goto(f"{served[1]}/reports?{DAYS}&tab={tab}")
        found = axe.Axe().run(page)
        assert found.violations_count == 0, (tab, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab
    assert page.refusals == []
    page.context.close()


def test_a_report_is_chosen_by_its_form_and_printed_without_it(chromium: Any, served: tuple[World, str]) -> None:
    page = opened(chromium, served, 1440, "dark")
    page.get_by_role("link", name="Reports").click()
    page.get_by_role("link", name="Rides").click()
    page.get_by_label("Group by").select_option("clinic")
    page.get_by_label("From").fill("2026-09-07")
    page.get_by_role("button", name="Show").click()
    assert "tab=rides" in page.url
    assert "from=2026-09-07" in page.url
    expect(page.get_by_role("heading", name="Ride success by clinic")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    expect(page.get_by_text("Printed by")).to_be_visible()
    page.context.close()
