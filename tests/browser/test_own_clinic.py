"""Our visits in a real browser: what a clinic's own people see, at every width, with nothing for axe to say."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from console_world import ON_THE_DAY, World
from two_programs import give_part, scope
from werkzeug.serving import WSGIRequestHandler, make_server

from outreach.engine import handlers
from outreach.loops.outcomes import Outcome
from outreach.store.actor import OPERATOR

expect = pytest.importorskip("playwright.sync_api", reason="NOTHING IS LOOKED AT: install playwright").expect
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="NO ACCESSIBILITY CHECK: install axe")


class _Silent(WSGIRequestHandler):
    def log_request(self, *_args: Any, **_more: Any) -> None:
        """Say nothing."""


@pytest.fixture
def served(world: World) -> Iterator[tuple[World, str]]:
    kept, missed, cannot = world.visit("A"), world.visit("B"), world.visit("C")
    world.visit("D", day=date(2026, 12, 4))
    world.visit("E", day=date(2026, 12, 3), clinic="lakeview")
    world.remind()
    world.hear(cannot, "I cannot come, I have no childcare")
    world.settle()
    world.at(ON_THE_DAY)
    handlers.report_outcome(world.deployment, OPERATOR, kept.loop, Outcome.KEPT, None)
    handlers.report_outcome(world.deployment, OPERATOR, missed.loop, Outcome.NO_SHOW, None)
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield world, f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_clinic_chooses_days_and_finds_nothing_else(
    chromium: Any, served: tuple[World, str], width: int, scheme: str
) -> None:
    world, url = served
    page = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    refusals: list[str] = []
    page.on("console", lambda message: refusals.append(message.text) if message.type == "error" else None)
    page.goto(url + world.sign_in_link("clinic_viewer", "Ines Prado"))
    give_part(world, "clinic_viewer", scope(world, clinics=("riverside", "lakeview")), "Ines Prado")
    page.goto(f"{url}/our-visits")
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if folder := os.environ.get("LOOK"):
        page.screenshot(path=f"{folder}/own-{width}-{scheme}.png")
    visits = page.locator("#visits tbody tr")
    expect(visits).to_have_count(5)
    page.get_by_label("From").fill("2026-12-04")
    page.get_by_role("button", name="Show these days").click()
    expect(visits).to_have_count(1)
    expect(page.locator("nav.o-side li")).to_have_count(1)
    assert refusals == []
    page.context.close()
