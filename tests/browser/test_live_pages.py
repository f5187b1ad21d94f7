"""Two people at work at once: what one does is on the other's screen within seconds, by a stream or by asking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from test_console import Place, place, signed_in

from admin import watch

__all__ = ["place"]
SOON = 2000.0  # milliseconds
ASKS = 10_000.0  # so often a page asks by itself beside its stream (live.js): what it shows earlier, it was told


def at_work(chromium: Any, place: Place, name: str, streams: bool = True) -> Any:
    page = signed_in(chromium, place, name)
    if not streams:
        page.route("**/changes?*", lambda route: route.fulfill(status=503))
    page.goto(f"{place.url}/tasks")
    return page


@pytest.fixture
def pages(chromium: Any, place: Place) -> Iterator[Any]:
    place.world.hear(place.reminded, "can my sister come?")
    opened = [at_work(chromium, place, "Maya Ortiz"), at_work(chromium, place, "Lee Park")]
    yield opened
    for page in opened:
        page.context.close()


def listening(place: Place, count: int) -> None:
    watching: watch.Watch = place.world.app.extensions["outreach.watch"]
    expect_looks = watching.looks + 2
    for _ in range(200):
        if len(watching._listeners) >= count and watching.looks >= expect_looks:
            return
        watching.wait(watch.Listener("t", None), 0.05)
    raise AssertionError("nobody listens")


def row(page: Any, task: int) -> Any:
    return page.locator(f"#task-{task}")


def test_what_one_takes_the_other_is_told_before_its_page_would_ask(pages: Any, place: Place) -> None:
    mine, other = pages
    task = place.world.task("answer_member")
    listening(place, 2)
    row(other, task).get_by_role("button", name="Take").click()
    expect(row(mine, task).get_by_text("Lee Park")).to_be_visible(timeout=ASKS - SOON)


def test_a_text_that_arrives_is_soon_in_the_open_conversation(pages: Any, place: Place) -> None:
    mine, _ = pages
    mine.goto(f"{place.url}/tasks/{place.world.task('answer_member')}")
    listening(place, 2)
    place.world.hear(place.reminded, "and my brother?")
    expect(mine.locator("#thread").get_by_text("and my brother?").first).to_be_visible(timeout=ASKS - SOON)


def test_where_no_stream_can_be_had_the_page_asks_by_itself(chromium: Any, place: Place) -> None:
    place.world.hear(place.reminded, "can my sister come?")
    page = at_work(chromium, place, "Maya Ortiz", streams=False)
    task = place.world.task("answer_member")
    place.world.browser(name="Lee Park").act(task, "claim")
    expect(row(page, task).get_by_text("Lee Park")).to_be_visible(timeout=6000)
    page.context.close()


def heard(place: Place, count: int) -> bool:
    """Whether soon so many listen, and no more."""
    watching: watch.Watch = place.world.app.extensions["outreach.watch"]
    for _ in range(40):
        if sum(not each.over for each in watching._listeners) == count:
            return True
        watching.wait(watch.Listener("t", None), 0.05)
    return False


def test_whoever_goes_from_page_to_page_keeps_one_place_and_a_copy_of_the_tab_has_its_own(
    pages: Any, place: Place
) -> None:
    mine, _ = pages
    for path in ("loops", "unmatched", "tasks", "loops", "tasks"):
        mine.goto(f"{place.url}/{path}")
    assert heard(place, 2)
    with mine.expect_popup() as opened:
        mine.evaluate("open('/loops')")
    opened.value.wait_for_load_state()
    assert heard(place, 3)


def test_a_page_that_nobody_sees_does_not_listen_and_comes_back_up_to_date(pages: Any, place: Place) -> None:
    mine, other = pages
    task = place.world.task("answer_member")
    listening(place, 2)
    hidden = "value => { Object.defineProperty(document, 'hidden', {value, configurable: true}); "
    hidden += "document.dispatchEvent(new Event('visibilitychange')) }"
    mine.evaluate(hidden, True)
    row(other, task).get_by_role("button", name="Take").click()
    mine.wait_for_timeout(2 * SOON)
    expect(row(mine, task).get_by_text("Lee Park")).to_have_count(0)
    mine.evaluate(hidden, False)
    expect(row(mine, task).get_by_text("Lee Park")).to_be_visible(timeout=ASKS - SOON)


def test_what_is_half_typed_and_where_survives_being_told(pages: Any, place: Place) -> None:
    mine, _ = pages
    mine.goto(f"{place.url}/tasks/{place.world.task('answer_member')}")
    listening(place, 2)
    mine.keyboard.press("w")
    field = mine.get_by_label("Your words")
    field.fill("half typ")
    field.evaluate("field => field.setSelectionRange(2, 4)")
    place.world.hear(place.reminded, "and my brother?")
    expect(mine.locator("#thread").get_by_text("and my brother?").first).to_be_visible(timeout=ASKS - SOON)
    where = "field => [field.value, field.selectionStart, field.selectionEnd, field === document.activeElement]"
    assert field.evaluate(where) == ["half typ", 2, 4, True]
