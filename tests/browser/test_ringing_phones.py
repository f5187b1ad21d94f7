"""A call in a real browser: a visitor answers a ringing phone with the keys of the keyboard."""

from __future__ import annotations

from typing import Any

from console_world import World
from test_phones import axe, enter, page  # noqa: F401 - the page is a fixture
from voice_world import call, furnish, known, one, stage

from outreach.simulation.lines import Lines


def at_the_phones(page: Any, world: World) -> None:  # noqa: F811
    world.app.extensions["outreach.demo"].lines = Lines(world.deployment, 1)
    enter(page, world)


def test_a_ringing_phone_is_answered_and_key_1_confirms_the_visit(page: Any, world: World) -> None:  # noqa: F811
    furnish(world)
    rosa = known(world)
    call(world, rosa)
    at_the_phones(page, world)
    page.evaluate("window.stayed = true")
    page.click(".o-call-yes")
    page.wait_for_selector(".o-call-says")
    page.focus(".o-call-says")
    page.keyboard.press("1")
    page.wait_for_selector(".o-call[data-turn='2']")
    page.click(".o-keypad [data-key='1']")
    page.wait_for_selector(".o-line:has-text('Will come')")
    assert stage(world, rosa) == "confirmed"
    page.click(".o-call-no")
    page.wait_for_selector(".o-when:has-text('We called. Reached')")
    assert one(world, "SELECT call_outcome AS o FROM touch WHERE channel = 'voice'").o == "reached"
    assert page.evaluate("window.stayed") is True


def test_a_call_leaves_axe_nothing_to_say(page: Any, world: World, scheme: str, width: int) -> None:  # noqa: F811
    furnish(world)
    call(world, known(world))
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    at_the_phones(page, world)
    page.wait_for_selector(".o-rings")
    for press in (None, ".o-call-yes"):
        if press:
            page.click(press)
            page.wait_for_selector(".o-keypad")
        found = axe.Axe().run(page).response["violations"]
        assert [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
