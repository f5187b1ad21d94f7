"""What a key does where a call stands."""

from __future__ import annotations

from dataclasses import replace

from conversations.calls.call import Call
from conversations.calls.menu import SERVICE, Menu, menus
from conversations.calls.routes import FAILURES, TRIES, again, arrive, person_route
from conversations.calls.state import State
from conversations.calls.step import Note, Step
from conversations.calls.tongues import another_language, chose_language, pages, turned
from conversations.meaning import Because, Meaning, Preferences
from conversations.prompt import prompt_for


def pressed(call: Call, state: State, digits: str) -> Step:
    """Return the step that these keys cause; blank ones, or words that are no answer, are wrong keys."""
    touched = replace(state, pressed=state.pressed or bool(digits))
    menu, typed = menus().menus[state.menu], digits.strip().rstrip("#")
    if key := _service(typed):
        return _serve(call, touched, key)
    if state.menu == "languages":
        return chose_language(call, touched, typed)
    if menu.digits > 1:
        return _checked(call, touched, typed)
    if typed in menu.keys:
        return _answered(call, touched, menu, typed)
    if state.tries >= TRIES:
        return person_route(call, touched)
    return again(call, replace(touched, tries=state.tries + 1), "voice_not_understood")


def said_nothing(call: Call, state: State) -> Step:
    """Return the step after a silence: the same once more, then goodbye; or at once where little was to be said."""
    menu = menus().menus[state.menu]
    if state.menu == "languages" and pages(call, state) > 1 and state.tries < TRIES * pages(call, state):
        return again(call, turned(call, replace(state, tries=state.tries + 1)))
    if menu.silence or state.tries >= TRIES - 1:
        return arrive(call, state, menu.silence or "no_answer")
    return again(call, replace(state, tries=state.tries + 1))


def came_to(call: Call, state: State, menu: str) -> Step:
    """Return the step to a menu that stands in for the one we came to: the turn stays the same."""
    step = arrive(call, replace(state, turn=state.turn - 1), menu)
    return replace(step, meaning=None)


def _service(typed: str) -> str:
    """Return the key that works everywhere; one that is pressed alone counts even while four are awaited."""
    plain = typed.removeprefix("*")
    if typed in ("*", "**"):
        return "8"
    starred = typed.startswith("*") and plain[:1] in SERVICE
    return plain[0] if starred or (len(plain) == 1 and plain in SERVICE) else ""


def _serve(call: Call, state: State, key: str) -> Step:
    match key:
        case "9":
            return arrive(call, state, "stopped")
        case "0":
            return person_route(call, state)
        case "7":
            return another_language(call, state)
    return again(call, state)


def _answered(call: Call, state: State, menu: Menu, key: str) -> Step:
    """Return the step that an answer causes; what it means is what the digit means in a text."""
    step = arrive(call, state, menu.keys[key])
    prompt = prompt_for(menu.asks)
    if prompt is None:
        return step
    option = prompt.options[key]
    because = (Because(f"COPY-02/{prompt.key}", key),)
    wished = Preferences(part_of_day=option.part_of_day)
    meaning = Meaning(frozenset({option.intent}), option.reason, because=because, preferences=wished)
    return replace(step, meaning=meaning, prompt=prompt.key)


def _checked(call: Call, state: State, typed: str) -> Step:
    """Return the step after a birthday: it must be that of exactly one person (HIP-10)."""
    theirs = [each.member for each in call.people if each.birthday and each.birthday == typed]
    if len(theirs) == 1:
        step = arrive(call, replace(state, who=theirs[0], checked=True), "the_question")
        return replace(step, notes=step.notes | {Note.VERIFIED})
    failed = replace(state, failures=state.failures + 1)
    if failed.failures < FAILURES:
        return again(call, failed)
    step = arrive(call, failed, "generic")
    return replace(step, notes=step.notes | {Note.VERIFY_FAILED})
