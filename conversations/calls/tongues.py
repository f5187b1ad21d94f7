"""In which languages a call can be held, and how it changes from one to another."""

from __future__ import annotations

from dataclasses import replace

from conversations.calls.call import Call
from conversations.calls.offered import ON_A_PAGE, others, page
from conversations.calls.routes import TRIES, again, arrive, person_route
from conversations.calls.state import State
from conversations.calls.step import Note, Step
from conversations.meaning import Because, Intent, Meaning


def another_language(call: Call, state: State) -> Step:
    """Return the step to the other language, or to a list of them."""
    known = others(call, state)
    if state.menu == "languages":
        return again(call, turned(call, state))
    if not known:
        return again(call, state)
    if len(known) == 1:
        return _speaks(call, state, known[0], state.menu)
    return arrive(call, replace(state, back=state.menu), "languages")


def chose_language(call: Call, state: State, typed: str) -> Step:
    """Return the step that a key in the list of languages causes."""
    offered = page(call, state)
    if typed.isascii() and typed.isdecimal() and 0 < int(typed) <= len(offered):
        return _speaks(call, state, offered[int(typed) - 1], state.back)
    if state.tries >= TRIES:
        return person_route(call, state)
    return again(call, replace(state, tries=state.tries + 1))


def _speaks(call: Call, state: State, language: str, menu: str) -> Step:
    """Return the step to where the call was, in another language, with the wish for it."""
    step = arrive(call, replace(state, language=language, back=""), menu)
    because = (Because("7.1/9", ""),)
    meaning = Meaning(frozenset({Intent.LANGUAGE_SWITCH}), language=language, because=because)
    return replace(step, meaning=meaning, notes=step.notes & {Note.TOLD})  # the rest was noted before


def pages(call: Call, state: State) -> int:
    """Return how many pages the list of languages has."""
    return -(-len(others(call, state)) // ON_A_PAGE)


def turned(call: Call, state: State) -> State:
    """Return a state with the next page of the list."""
    return replace(state, page=(state.page + 1) % max(pages(call, state), 1))
