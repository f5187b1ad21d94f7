"""A visitor at the phones: one rings, is answered, and its keys are a member's."""

from __future__ import annotations

import re

import pytest
from console_browser import Browser
from console_world import Visit, World
from voice_world import call, furnish, held, known, one, phone_of, stage, tasks

SAID = re.compile(r'<p class="o-words" lang="([^"]+)" dir="\w+" data-say>([^<]+)</p>')


@pytest.fixture
def rosa(world: World) -> Visit:
    furnish(world)
    return known(world, "es")


class Handset:
    """One member's phone, on the page of phones."""

    def __init__(self, world: World, visit: Visit) -> None:
        self.browser: Browser = world.browser()
        self.phone = phone_of(world, visit)

    def look(self) -> str:
        page: str = self.browser.get(f"/phones?phones={self.phone}").text
        return page[page.index(f'id="phone-{self.phone}"') :].partition("</article>")[0]

    def act(self, what: str, **fields: str) -> str:
        answer = self.browser.post(f"/phones/{self.phone}/{what}", "/phones", phones=str(self.phone), **fields)
        assert answer.status_code == 303
        return self.look()

    def press(self, keys: str) -> str:
        turn = re.search(r'name="turn" value="(\d+)"', self.look())
        assert turn is not None
        return self.act("key", keys=keys, turn=turn[1])


def test_a_ringing_phone_is_answered_and_one_confirms_the_visit(world: World, rosa: Visit) -> None:
    call(world, rosa)
    handset = Handset(world, rosa)
    assert "Ringing" in handset.look()
    said = SAID.findall(handset.act("answer"))
    assert said
    assert {language for language, _ in said} >= {"es-US"}
    handset.press("1")
    handset.press("1")
    world.settle()
    assert stage(world, rosa) == "confirmed"
    assert "Hang up" in handset.look()
    assert "Hang up" not in handset.act("hang-up")
    assert one(world, "SELECT call_outcome AS o FROM touch WHERE channel = 'voice'").o == "reached"
    assert "We called. Reached" in handset.look()
    assert held(world)


def test_a_call_that_is_declined_may_be_a_refusal(world: World, rosa: Visit) -> None:
    call(world, rosa)
    assert "Ringing" not in Handset(world, rosa).act("decline")
    world.settle()
    assert "possible_refusal" in tasks(world)


def test_a_key_that_is_pressed_twice_counts_once(world: World, rosa: Visit) -> None:
    call(world, rosa)
    handset = Handset(world, rosa)
    handset.act("answer")
    handset.act("key", keys="9", turn="77")
    assert one(world, "SELECT refusal FROM call").refusal is None
    handset.press("9")
    assert one(world, "SELECT refusal FROM call").refusal == "opt_out"


def test_a_member_calls_the_program_and_hangs_up_before_any_key(world: World, rosa: Visit) -> None:
    handset = Handset(world, rosa)
    assert "You call the program" in handset.act("ring")
    assert "You call the program" not in handset.act("hang-up")
    assert "missed_call" in tasks(world)


@pytest.mark.parametrize("keys", ["x", "123456789", "١"])
def test_what_no_keypad_has_is_refused(world: World, rosa: Visit, keys: str) -> None:
    call(world, rosa)
    handset = Handset(world, rosa)
    handset.act("answer")
    answer = handset.browser.post(f"/phones/{handset.phone}/key", "/phones", keys=keys, turn="1")
    assert answer.status_code == 400


def test_a_phone_that_is_not_on_a_call_cannot_be_answered(world: World, rosa: Visit) -> None:
    handset = Handset(world, rosa)
    for what in ("answer", "decline", "hang-up"):
        assert "Hang up" not in handset.act(what)
    assert handset.browser.post("/phones/999999999/ring", "/phones").status_code == 404
