"""Arriving somewhere in a call: what that means, what is noted, and where a route leads."""

from __future__ import annotations

from dataclasses import replace

from conversations.calls.call import Call
from conversations.calls.facts import person, sayable
from conversations.calls.lines import speak
from conversations.calls.menu import Menu, menus
from conversations.calls.state import State
from conversations.calls.step import Note, Step
from conversations.meaning import Because, Meaning

LONGEST = 40  # turns: whoever goes round and round is told the number to call, and the call ends
_SPARE = 10  # more for whoever wants a person even then
_TO_A_PERSON = frozenset(
    {"a_person", "a_message", "leave_message", "recording", "message_taken", "call_back", "unanswered"}
)
TRIES = 2  # silences or wrong keys at one menu; then we say goodbye, or a person helps (TWI-45, COPY-09)
FAILURES = 2  # of the check; then nothing is told on this call (HIP-10)


def arrive(call: Call, state: State, place: str) -> Step:
    """Return the step to a menu or a route, with what arriving there means."""
    name = "too_long" if _too_long(state, place) else _route(call, state, place)
    menu = menus().menus[name]
    there = replace(state, menu=name, turn=state.turn + 1, tries=0, lead="", page=0)
    there = replace(there, over=menu.then == "hang up" and not menu.says)
    rule = frozenset({menu.means}) if menu.means else None
    meaning = Meaning(rule, because=(Because(f"TWI-45/{name}", ""),)) if rule else None
    return Step(there, speak(call, there), meaning, notes=_notes(menu))


def again(call: Call, state: State, lead: str = "") -> Step:
    """Return the step that says the same once more."""
    if _too_long(state, state.menu):
        return arrive(call, state, "too_long")
    there = replace(state, turn=state.turn + 1, lead=lead)
    return Step(there, speak(call, there))


def person_route(call: Call, state: State) -> Step:
    """Return the step to a person: what to do in an emergency, then the call is put through, or a message taken."""
    return arrive(call, state, "a_person")


def _too_long(state: State, place: str) -> bool:
    """Return whether a call ends here; a wish for no more calls is heard even then."""
    return place != "stopped" and state.turn >= LONGEST + (_SPARE if place in _TO_A_PERSON else 0)


def _notes(menu: Menu) -> frozenset[Note]:
    told = {Note.TOLD} if menu.tells else set()
    return frozenset({menu.note} | told if menu.note else told)


def _route(call: Call, state: State, place: str) -> str:
    match place:
        case "a_person":
            return "person" if call.staffed else "nobody"
        case "a_message":
            return "leave_message" if call.records else "call_back"
        case "the_question":
            return _question(call, state)
    return place


def _question(call: Call, state: State) -> str:
    """Return where the call's question is asked, or the check before it, or what is said when there can be none."""
    known = person(call, state)
    if known is not None:
        asked = menus().questions.get(known.question or "", "no_message")
        return asked if sayable(call, state, asked) else "generic"
    askable = any(each.birthday for each in call.people)
    return "check" if askable and state.failures < FAILURES else "generic"
