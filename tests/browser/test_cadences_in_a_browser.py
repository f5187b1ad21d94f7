"""Cadences in a real browser: a step is changed, its preview read, and a second person publishes it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from console_world import Visit, World
from werkzeug.serving import WSGIRequestHandler, make_server

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="NO ACCESSIBILITY CHECK: install axe")


class _Silent(WSGIRequestHandler):
    def log_request(self, *_args: Any, **_more: Any) -> None:
        """Say nothing."""


@pytest.fixture
def visit(world: World) -> Visit:
    return world.visit("Rosa Hernández", "es")


@pytest.fixture
def url(world: World, visit: Visit) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def signed_in(chromium: Any, world: World, url: str, name: str, width: int, scheme: str) -> Any:
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "reduced_motion": "reduce"}
    page = chromium.new_context(**look).new_page()
    page.goto(url + world.sign_in_link("program_staff", name))
    return page


def faultless(page: Any) -> None:
    page.wait_for_load_state("load")
    found = axe.Axe().run(page).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_a_step_is_changed_previewed_and_published_by_a_second_person(
    chromium: Any, world: World, url: str, visit: Visit, width: int, scheme: str
) -> None:
    author = signed_in(chromium, world, url, "Tomás Rivera", width, scheme)
    author.goto(f"{url}/cadences")
    faultless(author)
    author.locator("tbody a").click()
    author.get_by_role("button", name="Write a draft").click()
    author.get_by_role("link", name="PM Day-before reminder").click()
    author.get_by_label("At, on the clocks of the clinic").fill("16:30")
    author.get_by_role("button", name="Save in the draft").first.click()
    author.get_by_text("Saved in the draft.").wait_for()
    faultless(author)
    author.get_by_role("link", name="Differences 1").click()
    faultless(author)
    author.get_by_role("link", name="Coming weeks").click()
    author.get_by_role("button", name="Simulate").click()
    author.get_by_text("visit was played").wait_for()
    faultless(author)
    author.get_by_role("link", name="Preview").click()
    author.get_by_label("Number of the visit, like L-20418").fill(f"L-{visit.loop}")
    author.get_by_role("button", name="Preview").click()
    author.get_by_text("1 text differs.").wait_for()
    faultless(author)
    author.get_by_role("button", name="Ask a second person").click()
    author.get_by_text("A second person was asked").wait_for()

    second = signed_in(chromium, world, url, "Linh Tran", width, scheme)
    second.goto(author.url)
    second.get_by_role("link", name="Read the preview first").click()
    second.get_by_role("button", name="Publish version 2").click()
    second.get_by_text("Version 2 is live.").wait_for()
    second.get_by_role("link", name="Versions").click()
    faultless(second)
