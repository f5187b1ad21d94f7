"""The phones in a real browser: what somebody types stays theirs, and sending reloads nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from console_world import World
from werkzeug.serving import WSGIRequestHandler, make_server

from outreach.channels.phones import Mood
from outreach.simulation.clock import Pace

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="NO ACCESSIBILITY CHECK: install axe")

_LIVE = 3_400  # a little more than one look anew


class Standstill:
    """A demo that only stands there, around a world that a test moves itself."""

    pace, mood, over, seed = Pace.PAUSED, Mood.WORKING, False, 1

    def set_pace(self, pace: Pace) -> None:
        """Remember the pace."""
        self.pace = pace

    def stir(self) -> None:
        """Nothing moves."""


class _Silent(WSGIRequestHandler):
    def log_request(self, *_args: Any, **_more: Any) -> None:
        """Say nothing."""


@pytest.fixture
def page(chromium: Any, world: World) -> Iterator[Any]:
    """A page signed in to a served demo with seven phones, at the phones."""
    world.app.extensions["outreach.demo"] = Standstill()
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    shown = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    shown.url_of = lambda path: f"http://127.0.0.1:{server.port}{path}"
    yield shown
    shown.context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def enter(page: Any, world: World, path: str = "/phones") -> None:
    page.goto(page.url_of(world.sign_in_link()))
    page.goto(page.url_of(path))


def order(page: Any) -> list[str]:
    found: list[str] = page.eval_on_selector_all(".o-phone", "phones => phones.map(phone => phone.id)")
    return found


def test_what_is_being_typed_survives_what_happens_meanwhile(page: Any, world: World) -> None:
    visits = [world.visit(f"Member {number}") for number in range(7)]
    world.remind()
    for visit in visits[:6]:
        world.hear(visit, "1")
    enter(page, world)
    before = order(page)
    field = f"#{before[0]} [name=text]"
    page.fill(field, "Do I have to")
    assert not page.is_checked("#follow")
    world.hear(visits[6], "I was not on the table")
    world.hear(visits[5], "And this is new")
    page.wait_for_timeout(_LIVE)
    assert page.input_value(field) == "Do I have to"
    assert page.evaluate("document.activeElement.name") == "text"
    assert order(page) == before
    assert "And this is new" in page.text_content("#phones")


def test_a_text_is_sent_without_loading_the_page_anew_and_its_meaning_shows(page: Any, world: World) -> None:
    world.visit("Rosa Hernández")
    world.remind()
    enter(page, world)
    page.evaluate("window.stayed = true")
    page.fill(".o-phone [name=text]", "I need a ride")
    page.press(".o-phone [name=text]", "Enter")
    page.wait_for_selector(".o-mine:has-text('I need a ride')")
    page.wait_for_selector(".o-read:has-text('Needs a ride')")
    assert page.input_value(".o-phone [name=text]") == ""
    assert page.evaluate("window.stayed") is True
    page.click(".o-pace-day_a_minute")
    page.wait_for_selector(".o-pace-day_a_minute[aria-pressed=true]")
    assert page.evaluate("window.stayed") is True


def test_the_demos_own_pages_leave_axe_nothing_to_say(page: Any, world: World, scheme: str, width: int) -> None:
    said = {"Rosa Hernández": "I need a ride", "فاطمة السيد": "أين مدخل \u202eالعيادة؟", "Jean Baptiste": "STOP"}
    visits = {name: world.visit(name) for name in said}
    world.remind()
    for name, words in said.items():
        world.hear(visits[name], words)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("/phones", "/demo/summary"):
        enter(page, world, path)
        found = axe.Axe().run(page).response["violations"]
        assert [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]] == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} runs over the side"
