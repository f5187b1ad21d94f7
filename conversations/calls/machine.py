"""The one machine of a call: a state and an event give a state, what to say, and what was meant. Pure and total.

Whatever answers an older turn, or comes twice, changes nothing and gets the same words again.
"""

from __future__ import annotations

from dataclasses import replace

from conversations.calls import speech
from conversations.calls.answered_by import AnsweredBy
from conversations.calls.call import Call
from conversations.calls.events import Answered, Dialled, Digits, Event, HungUp, Recorded, Silence, Speech
from conversations.calls.lines import speak
from conversations.calls.menu import menus
from conversations.calls.pressed import came_to, pressed, said_nothing
from conversations.calls.routes import arrive, person_route
from conversations.calls.state import BEFORE, State
from conversations.calls.step import Note, Step

_FIRST = {
    AnsweredBy.HUMAN: "hello",
    AnsweredBy.MACHINE_START: "machine",
    AnsweredBy.MACHINE_END: "voicemail",
    AnsweredBy.FAX: "fax",
    AnsweredBy.UNKNOWN: "unknown",
}


def begin(call: Call) -> State:
    """Return the state of a call that nobody has answered."""
    sure = call.people[0].member if call.outbound and not call.must_check else None
    return State(language=call.spoken[0], who=sure)


def advance(call: Call, state: State, event: Event) -> Step:
    """Return the next step of a call; never raises on what a phone can send. KeyError as `speak`."""
    if isinstance(event, HungUp):
        return _hung_up(call, state)
    if state.over or _stale(state, event):
        return Step(state, speak(call, state))
    menu = menus().menus.get(state.menu)
    match event:
        case Answered():
            return _answered(call, state, event)
        case Digits() | Silence() | Speech() if state.menu == "recording":
            return arrive(call, state, "call_back")  # nothing was recorded
        case Digits():
            return pressed(call, state, event.digits)
        case Silence():
            return said_nothing(call, state)
        case Speech() if menu is not None:
            if danger := speech.crisis(event.text, state.language):
                return replace(person_route(call, replace(state, pressed=True)), meaning=danger)
            key = speech.key_said(event.text, event.confidence, menu, state.language)
            return pressed(call, state, key)
        case Recorded():
            return arrive(call, state, "message_taken" if event.seconds else "call_back")
        case Dialled():
            if not event.answered:
                return arrive(call, state, "unanswered")
            ended = replace(state, over=True)
            return Step(ended, speak(call, ended), notes=frozenset({Note.TRANSFERRED}))
    return Step(state, speak(call, state))


def follow(call: Call, state: State, words: str) -> Step | None:
    """Return the step to what a loop answered with, in place of the one we would have said; None for other words.

    For a shell that lets the loop decide before it speaks: what is said is then what the loop did.
    """
    menu = menus().answers.get(words)
    if menu is None or state.over:
        return None
    return came_to(call, state, menu)


def _stale(state: State, event: Event) -> bool:
    match event:
        case Answered() | HungUp():
            return state.menu != BEFORE
        case Recorded():
            return event.turn != state.turn or state.menu != "recording"
        case Dialled():
            return event.turn != state.turn or state.menu != "person"
        case Digits() | Silence() | Speech():
            ends = state.menu == BEFORE or menus().menus[state.menu].then in ("hang up", "transfer")
            return event.turn != state.turn or ends


def _answered(call: Call, state: State, event: Answered) -> Step:
    if call.outbound:
        spoken_to = call.voicemail or event.by is not AnsweredBy.MACHINE_END
        return arrive(call, state, _FIRST[event.by] if spoken_to else "machine")
    if call.chosen or len(call.spoken) == 1:
        return arrive(call, state, "inbound")
    return arrive(call, replace(state, back="inbound"), "languages")


def _hung_up(call: Call, state: State) -> Step:
    """Who calls us and hangs up before any key wants to be called back."""
    ended = replace(state, over=True)
    flash = not call.outbound and not state.pressed and not state.over
    return Step(ended, speak(call, ended), notes=frozenset({Note.CALL_BACK}) if flash else frozenset())
