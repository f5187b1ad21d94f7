"""Calls in the demo's world: each member takes them in their own way, and every loop ends closed or owned."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from console_world import Visit, World
from demo_world import watched
from voice_world import call, furnish, held, known, one, stage, tasks

from outreach.loops.numbers import NumberState
from outreach.simulation import callees, exchange
from outreach.simulation.callees import Takes, Wish
from outreach.simulation.clock import Pace
from outreach.simulation.lines import FORGOTTEN, RINGS_FOR, Lines
from outreach.store.actor import OPERATOR
from outreach.store.reads.on_the_line import OnTheLine, on_the_line

# What a member wants -> where the loop stands then, and the outcome of the call.
ENDS = {
    "confirm": (callees.CONFIRM, "confirmed", "reached"),
    "repeat": (callees.REPEATS, "confirmed", "reached"),
    "change": (callees.CHANGE, "wants_change", "reached"),
    "no ride": (callees.NO_RIDE, "scheduled", "reached"),
    "cannot come": (callees.CANNOT, "cannot_come", "reached"),
    "person": (callees.PERSON, "scheduled", "reached"),
    "stop": (callees.STOP, "scheduled", "reached"),
    "wrong number": (callees.WRONG_NUMBER, "scheduled", "reached"),
    "hang up at once": (callees.HANGS_UP_AT_ONCE, "scheduled", "hung_up"),
    "hang up midway": (callees.HANGS_UP_MIDWAY, "scheduled", "reached"),
    "say nothing": (callees.SAYS_NOTHING, "scheduled", "hung_up"),
}


@pytest.fixture
def rosa(world: World) -> Visit:
    furnish(world)
    return known(world)


def rung(world: World) -> OnTheLine:
    with world.deployment.read(OPERATOR) as uow:
        (found,) = on_the_line(uow).values()
    return found


def lines(world: World, monkeypatch: pytest.MonkeyPatch, how: Takes, wish: Wish = callees.CONFIRM) -> Lines:
    monkeypatch.setattr(callees, "takes", lambda seed, call: how)
    monkeypatch.setattr(callees, "wish", lambda seed, call: wish)
    return Lines(world.deployment, 1)


@pytest.mark.parametrize("wants", ENDS)
def test_whatever_a_member_wants_of_a_call_the_loop_is_held(
    world: World, rosa: Visit, monkeypatch: pytest.MonkeyPatch, wants: str
) -> None:
    wish, stands, became = ENDS[wants]
    call(world, rosa)
    assert lines(world, monkeypatch, Takes.ANSWERS, wish).answer() == 1
    world.settle()
    assert (stage(world, rosa), one(world, "SELECT call_outcome AS o FROM touch WHERE channel = 'voice'").o) == (
        stands,
        became,
    )
    assert held(world)


@pytest.mark.parametrize(
    ("how", "became"),
    [
        (Takes.MACHINE, "voicemail"),
        (Takes.RINGS_OUT, "no_answer"),
        (Takes.BUSY, "busy"),
        (Takes.DECLINES, "declined"),
        (Takes.UNCLEAR, "reached"),
    ],
)
def test_a_phone_that_nobody_takes_ends_as_a_carrier_would_say(
    world: World, rosa: Visit, monkeypatch: pytest.MonkeyPatch, how: Takes, became: str
) -> None:
    call(world, rosa)
    lines(world, monkeypatch, how).answer()
    world.settle()
    assert one(world, "SELECT call_outcome AS o FROM touch WHERE channel = 'voice'").o == became
    assert ("possible_refusal" in tasks(world)) == (how is Takes.DECLINES)
    assert held(world)


def test_hip_10_who_forgets_the_birthday_hears_nothing_of_the_visit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(world)
    rosa = known(world, state=NumberState.UNVERIFIED)
    call(world, rosa)
    lines(world, monkeypatch, Takes.ANSWERS, callees.FORGETS).answer()
    world.settle()
    assert stage(world, rosa) == "scheduled"
    assert held(world)


def test_a_visitor_has_some_seconds_to_pick_up_before_the_member_does(
    world: World, rosa: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(world, rosa)
    ours = lines(world, monkeypatch, Takes.ANSWERS)
    ours.rings_for = RINGS_FOR
    assert ours.answer() == 0
    assert ours.busy()
    world.timer.ahead += timedelta(seconds=RINGS_FOR)
    assert ours.answer() == 1
    assert not ours.busy()


def test_a_visitor_who_went_away_has_hung_up(world: World, rosa: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    call(world, rosa)
    ours, ringing = lines(world, monkeypatch, Takes.ANSWERS), rung(world)
    assert ours.take(ringing.sid)
    assert not ours.take(ringing.sid)
    ours.touched(ringing.sid)
    exchange.pick_up(world.deployment, ringing)
    assert ours.answer() == 0
    world.timer.ahead += timedelta(seconds=FORGOTTEN)
    assert ours.answer() == 1
    assert one(world, "SELECT call_outcome AS o FROM touch WHERE channel = 'voice'").o == "hung_up"
    assert held(world)


@pytest.mark.full
def test_a_demo_whose_members_are_called_ends_closed_or_owned(tmp_path: Path) -> None:
    with watched(tmp_path / "demo", Pace.FULL_SPEED, members=14) as seen:
        for _ in range(3000):
            if seen.demo.over:
                break
            seen.ticks(1, seconds=1)
        assert seen.demo.over
        assert seen.unheld() == {}
        called = seen.rows("SELECT call_outcome FROM touch WHERE channel = 'voice' AND state = 'sent'")
        assert called
        assert all(row.call_outcome for row in called)
