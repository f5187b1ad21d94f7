"""Which sentences a call says where it stands, and with what values: nothing personal before a check (HIP-10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conversations.calls.call import Call
from conversations.calls.facts import facts_of, values_of
from conversations.calls.menu import menus
from conversations.calls.offered import others, page
from conversations.calls.speech import listened_for
from conversations.calls.state import BEFORE, State
from conversations.calls.turn import Gather, HangUp, Line, Record, Then, Transfer, Turn
from locales.factory import voice_scripts
from locales.render import SPOKEN, variables
from locales.spoken import Value

ANNOUNCED = 2  # other languages named at the start: more would be a list, which 7 gives
CHANGE_LANGUAGE = "7"
_LAST_WORDS_SECONDS = 3


def speak(call: Call, state: State) -> Turn:
    """Return what is said where a call stands; the same for the same state, however often it is asked for."""
    if state.over or state.menu == BEFORE:
        return Turn(state.turn, state.language, (), HangUp())
    return Turn(state.turn, state.language, tuple(_lines(call, state)), _then(call, state))


def _lines(call: Call, state: State) -> Iterator[Line]:
    facts, menu = facts_of(call, state), menus().menus[state.menu]
    values = values_of(call, state)
    if state.lead:
        yield _line(state.lead, state.language, values)
    for said in menu.says:
        if said.key == "voice_language":
            yield from _languages(call, state)
        elif said.fits(facts):
            yield _line(said.key, state.language, values)
    if state.tries and not menu.then and state.menu not in ("hello", "who", "inbound", "languages"):
        yield from _languages(call, state)  # perhaps it was not understood because of the language


def _languages(call: Call, state: State) -> Iterator[Line]:
    if state.menu == "languages":
        for digit, code in enumerate(page(call, state), 1):
            yield _line("voice_language", code, {"key": str(digit)})
        return
    for code in others(call, state)[:ANNOUNCED]:
        yield _line("voice_language", code, {"key": CHANGE_LANGUAGE})


def _line(key: str, language: str, values: Mapping[str, Value]) -> Line:
    """Return a line with what it names, and nothing else."""
    named = variables(voice_scripts(language)[key], SPOKEN)
    return Line(key, language, {name: values[name] for name in sorted(named & values.keys())})


def _then(call: Call, state: State) -> Then:
    menu = menus().menus[state.menu]
    match menu.then:
        case "transfer":
            return Transfer()
        case "record":
            return Record()
        case "hang up":
            return HangUp()
    listens = call.hears and menu.digits == 1 and state.menu != "languages"
    speech = listened_for(menu, state.language) if listens else ()
    if menu.silence == "end":
        return Gather(seconds=_LAST_WORDS_SECONDS, speech=speech)
    return Gather(menu.digits, speech=speech)
