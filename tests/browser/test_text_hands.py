"""Words in a real browser: a text goes through four people's hands, and every page is readable in every direction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from console_world import World
from test_console import _Silent, findings
from werkzeug.serving import make_server
from word_world import REMINDER_EN, TRANSLATED, history, sent, sign, speaks_everything, write

from outreach.engine import word_requests
from outreach.engine.word_places import Place
from outreach.engine.words import approve
from outreach.store.actor import OPERATOR
from outreach.store.message_versions import APPROVED, SENT_BACK
from outreach.store.word_requests import Work

ARABIC = "رسالة من {program}: لديكم موعد {day}، الساعة {time}. أجيبوا 1 نعم، 2 للتغيير، 3 لا. للإيقاف STOP."


@dataclass
class Served:
    """A program that speaks 24 languages, with a text in every state."""

    world: World
    url: str
    program: int

    def place(self, language: str, key: str = "reminder") -> Place:
        return Place(self.program, language, key)

    def page(self, language: str, key: str = "reminder") -> str:
        return f"/words/{self.program}/{language}/{key}"


@pytest.fixture
def served(world: World) -> Iterator[Served]:
    program = speaks_everything(world.deployment, calls=True).id
    approve(world.deployment, OPERATOR, "ar", "A reader", reviewed_by="A translator")
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Served(world, f"http://127.0.0.1:{server.port}", program)
    server.shutdown()
    thread.join()
    server.server_close()


def signed_in(chromium: Any, served: Served, role: str, name: str, **look: Any) -> Any:
    page = chromium.new_context(**look).new_page()
    page.refusals = []
    page.on("console", lambda message: page.refusals.append(message.text) if message.type == "error" else None)
    page.goto(served.url + served.world.sign_in_link(role, name))
    return page


def test_hip_16_an_arabic_text_goes_through_the_hands_of_four_people(chromium, served):
    place, address = served.place("ar"), served.url + served.page("ar")
    before = sent(served.world.deployment, place)

    def at(role: str, name: str) -> Any:
        page = signed_in(chromium, served, role, name)
        page.goto(address)
        return page

    nadia = at("translator", "Nadia Pierre")
    nadia.get_by_label("The text in Arabic").fill(ARABIC)
    nadia.get_by_role("button", name="Show how it arrives").click()
    nadia.get_by_text("This is what you have typed.").wait_for()
    assert (
        nadia.get_by_text("رسالة من CareLink: لديكم موعد الاثنين").first.evaluate("e => getComputedStyle(e).direction")
        == "rtl"
    )
    nadia.get_by_role("button", name="Store as a draft").click()
    nadia.get_by_role("status").get_by_text("Stored as a draft.").wait_for()
    rosa = at("translator", "Rosa Vega")
    rosa.get_by_role("button", name="I translated this").click()
    rosa.get_by_text("Who wrote or translated a text may not review it").wait_for()
    tomas = at("translator", "Tomas Lund")
    tomas.get_by_label("Back to English").fill("You have a visit then. Answer 1, 2 or 3.")
    tomas.get_by_role("button", name="I reviewed this").click()
    tomas.get_by_text("An approver answers for it.").wait_for()
    assert sent(served.world.deployment, place) == before
    ana = at("approver", "Ana Ruiz")
    ana.get_by_text("You have a visit then.").wait_for()
    ana.get_by_role("button", name="Approve").click()
    ana.get_by_role("status").get_by_text("Approved.").wait_for()
    assert sent(served.world.deployment, place) == ARABIC
    for page in (nadia, rosa, tomas, ana):
        assert page.refusals == []
        page.context.close()


def test_no_page_of_words_has_anything_for_axe_to_say(chromium, served, scheme, width):
    deployment = served.world.deployment
    sign(deployment, write(deployment, served.place("en"), REMINDER_EN), APPROVED)
    sign(deployment, history(deployment, served.place("ht", "dayof"))[-1].id, TRANSLATED)
    sign(deployment, history(deployment, served.place("fa", "dayof"))[-1].id, SENT_BACK)
    write(deployment, served.place("es", "dayof"), "{program}: 5/6 {day} 800-555-0100")
    word_requests.ask(deployment, OPERATOR, served.place("ht", ""), Work.REVIEW, "Linh Tran", date(2026, 12, 1))
    word_requests.ask(deployment, OPERATOR, served.place("ar"), Work.TRANSLATE, "Rosa Vega", date(2026, 12, 1))
    page = signed_in(
        chromium, served, "approver", "Linh Tran", color_scheme=scheme, viewport={"width": width, "height": 900}
    )
    for path in (
        "/words", "/words?channel=calls&show=unsent", "/words/for-me", "/words/languages", "/words/gaps",
        served.page("ar"), served.page("fa", "dayof"), served.page("es", "dayof"), served.page("en") + "?withdraw=ask",
        served.page("ht", "dayof") + "?work=review", served.page("hy", "voice_menu"),
        f"/words/{served.program}/fa/file",
    ):  # fmt: skip
        page.goto(served.url + path)
        assert findings(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} runs over the side"
    assert page.refusals == []
    page.context.close()
