"""A coordinator writes in their own words: by keys, seen as it arrives, and nothing else is sent by mistake."""

from __future__ import annotations

from typing import Any

from test_console import Place, findings, place, signed_in

__all__ = ["place"]
_BY_PEOPLE = "SELECT count(*) AS n FROM touch WHERE author IS NOT NULL AND state <> 'cancelled'"


def test_own_words_are_written_by_keys_seen_as_they_arrive_and_sent(
    chromium: Any, place: Place, width: int, scheme: str
) -> None:
    place.world.hear(place.reminded, "can my sister come?")
    page = signed_in(chromium, place, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(f"{place.url}/tasks/{place.world.task('answer_member')}")
    before = place.world.row(_BY_PEOPLE).n
    page.keyboard.press("w")
    words = page.get_by_label("Your words")
    words.fill("We call you on TUESDAY.")
    page.keyboard.press("Control+Enter")  # shows it: the approved reply that stands ready above is not sent
    shown = page.locator("#own-shown")
    shown.get_by_text("We call you on TUESDAY.").wait_for()
    assert place.world.row(_BY_PEOPLE).n == before
    assert shown.get_by_text("GSM-7").is_visible()
    assert shown.get_by_text("COPY-04").is_visible()
    assert words.input_value() == "We call you on TUESDAY."
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    place.world.hear(place.reminded, "and my mother?")
    page.locator("#thread blockquote").get_by_text("and my mother?").wait_for()  # the page has asked itself again
    page.get_by_label("I read what is said about it, and send it as it stands.").check()
    page.locator("#own").get_by_role("button", name="Send in English").click()
    page.get_by_text("It leaves in 10 seconds.").wait_for()
    assert page.locator("#thread").get_by_text("We call you on TUESDAY.").is_visible()
    assert "TUESDAY" not in page.url
    assert place.world.row(_BY_PEOPLE).n == before + 1
    page.keyboard.press("u")
    page.get_by_text("Your text was taken back. It was not sent.").wait_for()
    assert findings(page) == []
    assert page.refusals == []
    page.context.close()


def test_what_is_typed_stays_while_the_page_asks_itself_again(chromium: Any, place: Place) -> None:
    place.world.hear(place.reminded, "can my sister come?")
    page = signed_in(chromium, place)
    page.goto(f"{place.url}/tasks/{place.world.task('answer_member')}")
    page.keyboard.press("w")
    page.get_by_label("Your words").fill("Yes, she may.")
    with page.expect_response(lambda answer: "/tasks/" in answer.url and answer.request.method == "GET"):
        place.world.hear(place.reminded, "and my mother?")
    page.locator("#thread blockquote").get_by_text("and my mother?").wait_for()
    assert page.get_by_label("Your words").input_value() == "Yes, she may."
    page.context.close()
