"""A coordinator works the list with the keyboard alone, takes an answer back, and sees who else is there."""

from __future__ import annotations

from typing import Any

from test_console import Place, findings, place, signed_in

__all__ = ["place"]


def _focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.closest('.o-item')?.id ?? document.activeElement.id"))


def test_three_tasks_are_resolved_with_the_keyboard_alone_and_no_page_is_loaded_again(
    chromium: Any, place: Place
) -> None:
    for name in ("Ben Ode", "Dmitri Volkov", "Mai Xiong"):
        place.world.hear(place.world.visit(name), "can my sister come?")
    before = place.world.row("SELECT count(*) AS n FROM task WHERE state = 'resolved'").n
    page = signed_in(chromium, place, viewport={"width": 1440, "height": 900})
    page.goto(f"{place.url}/tasks")
    page.evaluate("window.stayed = true")
    loads = []
    page.on("load", lambda _page: loads.append(1))
    rows = page.locator("#list .o-item")
    found = [rows.nth(n).get_attribute("id") for n in range(rows.count())]
    wanted = [one for one in found if "Answer the member" in page.locator(f"#{one}").inner_text()]
    for done, one in enumerate(wanted[-3:], 1):
        for _ in range(len(found) + 1):
            if _focused(page) == one:
                break
            page.keyboard.press("j")
        assert _focused(page) == one
        page.keyboard.press("Enter")
        page.locator(f"#talk-{one.removeprefix('task-')}").wait_for()
        assert page.url.endswith(f"/tasks/{one.removeprefix('task-')}")
        page.keyboard.press("e")
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.locator(f"#{one}").wait_for(state="detached")
        assert place.world.row("SELECT count(*) AS n FROM task WHERE state = 'resolved'").n == before + done
        page.wait_for_function("document.activeElement.closest('.o-item') !== null")
        page.keyboard.press("k")
        for _ in range(len(found)):
            page.keyboard.press("k")
    assert page.evaluate("window.stayed") is True
    assert loads == []
    page.go_back()
    page.wait_for_function("!location.pathname.endsWith('/tasks')")
    assert page.refusals == [] or all("404" in said for said in page.refusals)
    page.context.close()


def test_an_answer_is_taken_back_with_one_key_and_never_leaves(chromium: Any, place: Place) -> None:
    place.world.hear(place.reminded, "can my sister come?")
    page = signed_in(chromium, place, viewport={"width": 1440, "height": 900})
    page.goto(f"{place.url}/tasks/{place.world.task('answer_member')}")
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    page.locator("#undo button").wait_for()
    page.screenshot(path="/tmp/b/undo.png")
    assert findings(page) == []
    page.keyboard.press("u")
    page.get_by_text("Your text was taken back. It was not sent.").wait_for()
    assert place.world.row("SELECT state FROM touch WHERE author IS NOT NULL").state == "cancelled"
    page.context.close()


def test_two_people_in_one_conversation_know_of_each_other(chromium: Any, place: Place) -> None:
    place.world.hear(place.reminded, "can my sister come?")
    path = f"{place.url}/tasks/{place.world.task('answer_member')}"
    maya, kevin = signed_in(chromium, place), signed_in(chromium, place, "Kevin Lee")
    maya.goto(path)
    kevin.goto(path)
    kevin.get_by_text("Maya Ortiz has this conversation open too.").wait_for()
    maya.get_by_text("Kevin Lee has this conversation open too.").wait_for(timeout=8000)
    maya.screenshot(path="/tmp/b/two.png")
    assert findings(kevin) == []
    kevin.get_by_role("button", name="Send in English").click()
    kevin.get_by_text("It leaves in 10 seconds.").wait_for()
    maya.context.close()
    kevin.context.close()
