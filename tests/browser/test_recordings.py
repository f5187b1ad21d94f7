"""The pages about recordings in a real browser, with a microphone that beeps."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from console_world import World
from recorded import record, speaks_armenian, tone, wav
from werkzeug.serving import WSGIRequestHandler, make_server

from outreach.engine import recordings
from outreach.store.actor import OPERATOR
from outreach.store.programs import StoredProgram

expect = pytest.importorskip("playwright.sync_api", reason="NOTHING IS LOOKED AT: install playwright").expect
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="NO ACCESSIBILITY CHECK: install axe")


# Missing, waiting and approved are built alike in every row: axe need not look at all of them.
_FEWER = """document.querySelectorAll("tbody tr").forEach(
  (row, n) => n > 6 && !row.querySelector(".o-sound") && row.closest("tbody").rows.length > 1 && row.remove())"""


class _Silent(WSGIRequestHandler):
    def log_request(self, *_args: Any, **_more: Any) -> None:
        """Say nothing."""


@dataclass
class Place:
    """A served world whose program records Armenian."""

    world: World
    url: str
    program: StoredProgram

    @property
    def page(self) -> str:
        return f"{self.url}/recordings/{self.program.id}/hy"


@pytest.fixture
def place(world: World) -> Iterator[Place]:
    program = speaks_armenian(world.deployment)
    server = make_server("127.0.0.1", 0, world.app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Place(world, f"http://127.0.0.1:{server.port}", program)
    server.shutdown()
    thread.join()
    server.server_close()


def signed_in(chromium: Any, place: Place, name: str = "Maya Ortiz", **look: Any) -> Any:
    page = chromium.new_context(**look).new_page()
    page.refusals = []
    page.on("console", lambda message: page.refusals.append(message.text) if message.type == "error" else None)
    page.goto(place.url + place.world.sign_in_link("program_staff", name))
    return page


def opened(page: Any, place: Place, row: str) -> Any:
    """Go to the page, unfold a row's form, and return the row."""
    page.goto(place.page)
    found = page.locator(f"#{row}")
    found.locator("summary").click()
    return found


def test_neither_page_has_anything_for_axe_to_say(chromium, place, scheme, width):
    menu, _, _ = record(place.world.deployment, place.program, "voice_menu", "voice_keys", "weekday/2")
    recordings.approve(place.world.deployment, OPERATOR, menu, "Lee Park")
    page = signed_in(chromium, place, color_scheme=scheme, viewport={"width": width, "height": 900})
    for path in (f"{place.url}/recordings", place.page):
        page.goto(path)
        if path == place.page:
            page.locator("main summary").first.click()
            page.evaluate(_FEWER)
        found = axe.Axe().run(page).response["violations"]
        assert [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]] == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} runs over the side"
    assert page.refusals == []
    page.context.close()


def test_a_sentence_is_recorded_in_the_browser_heard_and_approved_by_somebody_else(chromium, place):
    page = signed_in(chromium, place)
    row = opened(page, place, "r-voice-menu")
    row.get_by_role("button", name="Record menu").click()
    row.get_by_text("Recording. Read the sentence, then press Stop.").wait_for()
    page.wait_for_timeout(1_300)
    row.get_by_role("button", name="Stop menu").click()
    row.get_by_text("Listen to it, then press Upload.").wait_for()
    preview = row.get_by_label("menu, just recorded")
    preview.evaluate("audio => audio.play()")
    assert preview.evaluate("audio => audio.duration") > 1
    row.get_by_role("button", name="Upload menu").click()
    assert page.get_by_role("status").first.inner_text().startswith("Recorded.")
    assert page.url == f"{place.page}#r-voice-menu"
    assert "You recorded this" in page.locator("#r-voice-menu").inner_text()
    assert page.refusals == []
    page.context.close()
    other = signed_in(chromium, place, "Lee Park")
    other.goto(place.page)
    row = other.locator("#r-voice-menu")
    sound = row.get_by_label("menu, to approve")
    sound.evaluate("audio => new Promise((done) => { audio.oncanplay = done; audio.load(); })")
    assert sound.evaluate("audio => audio.duration") > 1
    row.get_by_role("button", name="Approve menu").click()
    assert "1 of" in other.get_by_role("heading", level=2).first.inner_text()
    assert other.refusals == []
    other.context.close()


def test_a_file_is_uploaded_with_the_keyboard_alone(chromium, place, tmp_path: Path):
    file = tmp_path / "take 1.wav"
    file.write_bytes(wav(tone(seconds=1.0)))
    page = signed_in(chromium, place)
    page.goto(f"{place.page}?show=record")
    row = page.locator("#r-weekday-2")
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    row.get_by_label("WAV file").set_input_files(file)
    row.get_by_role("button", name="Upload Tuesday").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Recorded. Somebody else listens").wait_for()
    expect(page.locator("#r-weekday-2")).to_have_count(0)  # nothing is left to record of it
    page.context.close()


def test_what_is_no_sound_is_said_to_be_and_stays_to_be_recorded(chromium, place, tmp_path: Path):
    file = tmp_path / "take.wav"
    file.write_bytes(b"ID3" + b"\0" * 500)
    page = signed_in(chromium, place)
    row = opened(page, place, "r-voice-menu")
    row.get_by_label("WAV file").set_input_files(file)
    row.get_by_role("button", name="Upload menu").click()
    assert "This is an MP3 file" in page.get_by_role("alert").last.inner_text()
    assert "Missing" in page.locator("#r-voice-menu").inner_text()
    page.context.close()


def test_without_a_microphone_the_page_says_so_and_a_file_may_be_uploaded(chromium, place):
    page = signed_in(chromium, place)
    page.add_init_script("navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('none'))")
    row = opened(page, place, "r-voice-menu")
    row.get_by_role("button", name="Record menu").click()
    row.get_by_text("No microphone can be used here.").wait_for()
    expect(row.get_by_label("WAV file")).to_be_visible()
    page.context.close()


def test_the_page_is_whole_without_scripts(chromium, place):
    page = signed_in(chromium, place, java_script_enabled=False)
    row = opened(page, place, "r-voice-menu")
    expect(row.locator("[data-record]")).to_be_hidden()
    expect(row.get_by_label("WAV file")).to_be_visible()
    page.context.close()
