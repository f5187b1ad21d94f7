"""Every way through every call: it ends, it can be stopped, a person can be had, and nothing is told too early."""

from __future__ import annotations

import pytest
from calls import ANA, OF_THE_VISIT, call, every_call, outset, place, press, walk
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.calls.answered_by import AnsweredBy
from conversations.calls.call import Call
from conversations.calls.events import Answered, Dialled, Digits, HungUp, Recorded, Silence, Speech
from conversations.calls.machine import advance, begin
from conversations.calls.menu import menus
from conversations.calls.routes import LONGEST
from conversations.calls.state import State
from conversations.calls.step import Note, Step
from conversations.calls.turn import Gather, HangUp
from conversations.meaning import Intent
from conversations.prompt import prompt_for
from locales.languages import languages

CALLS = list(every_call())
WALKS = [(whole, list(walk(whole, first))) for whole, first in CALLS]
STEPS = [(whole, *found) for whole, each in WALKS for found in each]


def gathers() -> list[tuple[Call, Step]]:
    """Return every place that waits for a key, once."""
    waiting = {}
    for number, (whole, found) in enumerate(WALKS):
        waiting |= {(number, place(after.state)): (whole, after) for _, _, after in found}
    return [(whole, step) for whole, step in waiting.values() if isinstance(step.turn.then, Gather)]


def test_every_menu_is_reached_and_every_key_of_it_leads_somewhere() -> None:
    reached = {after.state.menu for _, _, _, after in STEPS}
    assert reached | {"too_long"} == menus().menus.keys()
    taken = {(before.state.menu, event.digits) for _, before, event, _ in STEPS if isinstance(event, Digits)}
    keys = {(menu.name, key) for menu in menus().menus.values() for key in menu.keys}
    assert keys <= taken


def test_every_option_of_every_question_is_meant_by_its_key() -> None:
    meant = {
        (after.prompt, event.digits, option)
        for _, _, event, after in STEPS
        if after.prompt and after.meaning and isinstance(event, Digits)
        for option in after.meaning.intents
    }
    asked = {menu.asks for menu in menus().menus.values() if menu.asks}
    wanted = {
        (key, digit, option.intent)
        for key in asked
        for digit, option in prompt_for(key).options.items()  # type: ignore[union-attr]
    }
    assert meant == wanted


def test_law_14_calls_are_stopped_at_every_prompt() -> None:
    for whole, step in gathers():
        for keys in ("9", "*9"):
            stopped = press(whole, step, keys)
            assert stopped.meaning is not None
            assert stopped.meaning.intents == {Intent.OPT_OUT}
            assert (stopped.state.menu, stopped.turn.then) == ("stopped", HangUp())


def test_i10_a_person_can_be_had_at_every_prompt() -> None:
    for whole, step in gathers():
        for keys in ("0", "*0"):
            asked = press(whole, step, keys)
            assert asked.meaning is not None
            assert asked.meaning.intents == {Intent.REQUEST_HUMAN}
            assert asked.turn.lines[0].key == "voice_emergency"  # CRI-08
            assert asked.state.menu == ("person" if whole.staffed else "nobody")


def test_every_prompt_can_be_heard_again() -> None:
    for whole, step in gathers():
        for keys in ("8", "*", "*8"):
            again = press(whole, step, keys)
            assert again.turn.number == step.turn.number + 1
            assert again.state.menu == step.state.menu
            assert [line for line in again.turn.lines if line in step.turn.lines] == list(again.turn.lines)
            assert (again.meaning, again.notes) == (None, frozenset())


def test_every_prompt_can_be_heard_in_another_language() -> None:
    for whole, step in gathers():
        if len(whole.spoken) == 2:
            other = press(whole, step, "*7")
            assert other.state.language != step.state.language
            assert other.state.menu == step.state.menu
            assert {line.language for line in other.turn.lines if line.key != "voice_language"} == {other.turn.language}
            assert other.meaning is not None
            assert (other.meaning.intents, other.meaning.language) == ({Intent.LANGUAGE_SWITCH}, other.turn.language)


def test_hip_10_nothing_of_the_visit_is_said_before_the_check() -> None:
    told = [(whole, after) for whole, _, _, after in STEPS if Note.TOLD in after.notes]
    assert told
    for whole, after in told:
        assert not whole.guarded or after.state.checked
    for whole, _, _, after in STEPS:
        if whole.guarded and not after.state.checked:
            assert not any(OF_THE_VISIT & line.values.keys() for line in after.turn.lines)


def test_a_name_is_said_only_where_it_may_be_said() -> None:
    named = {after.state.menu for _, _, _, after in STEPS for line in after.turn.lines if "name" in line.values}
    assert named == {"hello", "who"}
    assert not any("name" in line.values for whole, first in CALLS if not whole.outbound for line in first.turn.lines)


def test_every_call_that_nobody_answers_ends() -> None:
    for whole, first in CALLS:
        step, turns = first, 0
        while step.turn.then != HangUp():
            step, turns = press(whole, step, "") if isinstance(step.turn.then, Gather) else first, turns + 1
            assert turns <= 20


@pytest.mark.parametrize("key", ["8", "7", "#", "1", "5", "0", "3"])
def test_every_call_ends_however_long_one_key_is_pressed(key: str) -> None:
    for whole, first in CALLS:
        step = first
        for _ in range(2 * LONGEST):
            step = press(whole, step, key) if isinstance(step.turn.then, Gather) else step
        assert not isinstance(step.turn.then, Gather)


def test_a_call_that_went_on_too_long_can_still_be_stopped() -> None:
    whole = call(must_check=False)
    step = press(whole, outset(whole), "1", *["8"] * (LONGEST - 2))
    assert step.state.menu == "visit"
    assert press(whole, step, "8").state.menu == "too_long"
    assert press(whole, step, "9").state.menu == "stopped"
    assert press(whole, step, "0", "3").state.menu == "call_back"


def test_hanging_up_ends_every_call_and_reveals_nothing() -> None:
    for whole, _, _, after in STEPS:
        ended = advance(whole, after.state, HungUp())
        assert ended.state.over
        assert (ended.turn.lines, ended.turn.then, ended.meaning) == ((), HangUp(), None)
        again = advance(whole, ended.state, HungUp())
        assert (again.state, again.notes) == (ended.state, frozenset())


def test_a_state_survives_the_store() -> None:
    for _, _, _, after in STEPS:
        assert State.read(after.state.text()) == after.state
        assert str(ANA) == after.state.text().partition('"who": ')[2][:1] or after.state.who != ANA


# -- what comes twice, late or out of nowhere


@st.composite
def events(draw: st.DrawFn) -> list[object]:
    turn = st.integers(0, 12)
    kinds = (
        st.builds(Answered, st.sampled_from(list(AnsweredBy))),
        st.builds(Digits, turn, st.sampled_from(["1", "2", "3", "4", "7", "8", "0", "*", "*9", "0609", "12", "", "x"])),
        st.builds(Silence, turn),
        st.builds(
            Speech, turn, st.sampled_from(["one", "yes", "I want to die", "stop calling me", ""]), st.floats(0, 1)
        ),
        st.builds(Recorded, turn, st.integers(0, 9)),
        st.builds(Dialled, turn, st.booleans()),
        st.just(HungUp()),
    )
    return draw(st.lists(st.one_of(*kinds), max_size=15))


@settings(deadline=None)  # the first one that hears speech reads every lexicon
@given(st.sampled_from([whole for whole, _ in CALLS]), events())
def test_what_comes_twice_changes_nothing_and_hears_the_same(whole: Call, heard: list[object]) -> None:
    state = begin(whole)
    for event in heard:
        step = advance(whole, state, event)  # type: ignore[arg-type]
        twice = advance(whole, step.state, event)  # type: ignore[arg-type]
        if step.state.turn != state.turn:
            assert twice.state == step.state or isinstance(event, HungUp)
            assert twice.turn == step.turn or isinstance(event, HungUp)
            assert (twice.meaning, twice.notes) == (None, frozenset())
        assert step.state.turn in (state.turn, state.turn + 1)
        state = step.state


@settings(deadline=None)
@given(st.sampled_from(STEPS), events())
def test_an_answer_to_an_older_turn_changes_nothing(
    found: tuple[Call, Step, object, Step], heard: list[object]
) -> None:
    whole, _, _, step = found
    for event in heard:
        late = isinstance(event, Answered) or getattr(event, "turn", step.state.turn) != step.state.turn
        if late and step.state.turn:
            assert advance(whole, step.state, event).state == step.state  # type: ignore[arg-type]


@pytest.mark.parametrize("language", list(languages()))
def test_every_language_of_a_program_can_be_chosen_by_key(language: str) -> None:
    whole = call(spoken=tuple(languages()))
    if language == "en":
        return
    place_of = list(languages()).index(language) - 1
    step = press(whole, outset(whole), "7", *["7"] * (place_of // 6), str(place_of % 6 + 1))
    assert (step.state.language, step.state.menu) == (language, "hello")


def test_whoever_waits_hears_every_language_twice_and_then_goodbye() -> None:
    whole = call("inbound", chosen=False, spoken=tuple(languages()), people=())
    step, heard = outset(whole), []
    while step.state.menu == "languages":
        heard += [line.language for line in step.turn.lines]
        step = press(whole, step, "")
    assert heard[: len(languages())] == list(languages())
    assert len(heard) >= 2 * len(languages())
    assert step.state.menu == "no_answer"
