"""A supervisor runs the huddle in a real browser, keeps it, and lets work change hands."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from console_world import World
from werkzeug.serving import WSGIRequestHandler, make_server

from outreach.engine import tasks
from outreach.loops.tasks import Blocker
from outreach.store.actor import Actor

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="NO ACCESSIBILITY CHECK: install axe")


class _Silent(WSGIRequestHandler):
    def log_request(self, *_args: Any, **_more: Any) -> None:
        """Say nothing."""


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """A served world in which work is late and blocked."""
    world.visit("Canary Quiet")
    maya = Actor("person", "Maya Ortiz")
    _, task = world.missed()
    tasks.claim(world.deployment, maya, task)
    until = world.deployment.database.now() + timedelta(days=2)
    tasks.block(world.deployment, maya, task, Blocker.DOCUMENTS, until, "The referral is missing.")
    world.at(world.deployment.database.now() + timedelta(days=9))
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_huddle_is_run_kept_and_work_changes_hands(world: World, address: str, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto(address + world.sign_in_link("supervisor", "Ruth Adeyemi"))
    page.get_by_role("link", name="Huddle").click()
    page.get_by_role("heading", name="Overdue, the oldest loop first").wait_for()
    page.get_by_label("Who was there").fill("Ruth, Maya")
    page.get_by_label("What was decided").fill("Maya asks for the referral by Friday.")
    page.get_by_role("button", name="Keep this snapshot").click()
    page.get_by_text("Maya asks for the referral by Friday.").wait_for()
    page.get_by_role("link", name="Huddle").first.click()
    page.get_by_role("link", name="Maya Ortiz").click()
    page.get_by_role("checkbox").check()
    page.get_by_label("Note for whoever takes them").fill("Maya is away.")
    page.get_by_role("button", name="Hand over the chosen tasks").click()
    page.get_by_text("1 task changed hands.").wait_for()
    page.get_by_text("Nobody has them").wait_for()
    page.close()


def test_the_huddle_is_for_everybody(world: World, address: str, chromium: Any, width: int, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(address + world.sign_in_link("supervisor", "Ruth Adeyemi"))
    for path in ("/huddle", "/huddle/rebalance?giver=Maya+Ortiz"):
        page.goto(address + path)
        page.get_by_role("heading", name="Huddle").first.wait_for()
        if shots := os.environ.get("SHOTS"):
            page.screenshot(path=f"{shots}/huddle{len(path)}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        problems = axe.Axe().run(page).response["violations"]
        assert [(each["id"], [node["html"][:90] for node in each["nodes"]]) for each in problems] == [], path
    context.close()
