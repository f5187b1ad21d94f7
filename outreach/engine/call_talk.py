"""One turn of a call: the machine goes on, what it means is written, and what is said is kept for a second request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conversations.calls.call import Call, Direction
from conversations.calls.events import Answered, Digits, Event, Recorded
from conversations.calls.facts import sayable
from conversations.calls.lines import speak
from conversations.calls.machine import advance, begin, follow
from conversations.calls.menu import menus
from conversations.calls.pressed import came_to
from conversations.calls.routes import arrive
from conversations.calls.state import BEFORE, State
from conversations.calls.step import Note, Step
from conversations.calls.turn import HangUp, Transfer, Turn
from locales.languages import languages
from outreach.channels.voice import twiml
from outreach.channels.voice.doors import Doors, LanguageGap
from outreach.engine.call_hearing import REFUSALS, Pressed, flags_of, hear
from outreach.engine.call_scene import Scene
from outreach.engine.decide import decide
from outreach.engine.language_gaps import note_gap
from outreach.engine.line import open_tasks
from outreach.loops.call_outcomes import CallOutcome
from outreach.loops.tasks import TaskKind
from outreach.store import calls, claims
from outreach.store.calls import StoredCall
from outreach.store.unit_of_work import UnitOfWork

HANG_UP = twiml.document(Turn(0, "en", (), HangUp()), Doors(answer=lambda turn: ""))
GOODBYE = "too_long"  # the menu that says goodbye and hangs up
_AS_GOOD = {"on_my_way": "confirmed"}  # the loop's own answer, and the one that is meant for the day itself
_MOST_KEYS = 200  # characters: a call has fifty turns at most


def go_on(
    uow: UnitOfWork, scene: Scene, call: Call, stored: StoredCall, event: Event, recording: str, *, withheld: bool
) -> bytes:
    """Return what is said after an event. An answer to an older turn, or one that comes twice, hears the same again."""
    state = begin(call) if stored.state is None else stored.state
    step = _step(scene, call, stored, state, event, withheld=withheld)
    if stored.document is not None and (step.state, step.notes) == (state, frozenset()):
        return stored.document.encode()
    key = _key(state, event)
    words = hear(uow, scene, stored, Pressed(step, key))
    answered = follow(call, step.state, words) if words is not None and step.prompt is not None else None
    said = answered if answered is not None and _says_more(step, answered) else step
    columns = {"keys": f"{stored.keys} {key}".strip()[:_MOST_KEYS]} if key else {}
    return _say(uow, scene, call, stored, said, columns | _learnt(scene, stored, step, said, event, recording))


def part(uow: UnitOfWork, scene: Scene, stored: StoredCall) -> bytes:
    """Say goodbye, and nothing else: the call may not go on (LAW-19)."""
    call, state = scene.call, stored.state
    if call is None:
        return _hang_up(uow, stored)
    if stored.document is not None and state is not None and state.menu == GOODBYE:
        return stored.document.encode()
    step = arrive(call, begin(call) if state is None else state, GOODBYE)
    uow.audit("call.cut_short", f"call:{stored.id}", "LAW-19")
    return _say(uow, scene, call, stored, step, {})


def unheard(uow: UnitOfWork, scene: Scene, stored: StoredCall, kind: TaskKind) -> bytes:
    """Say nothing to whoever cannot be spoken to in their language: a person calls, and it gets recorded (TWI-48)."""
    member = stored.member or scene.line.only_member
    visit = scene.visits.get(member) if member is not None else None
    loop = visit.loop.id if visit is not None and visit.loop.open else None
    waits = kind if stored.direction is Direction.OUTBOUND else TaskKind.MISSED_CALL
    open_tasks(uow, scene.line, [waits], loop=loop, member=member)
    if loop is not None:
        decide(uow, [loop])
    if scene.gap is not None and languages()[scene.gap].says is None:
        note_gap(uow, scene.program, scene.gap)
    return _hang_up(uow, stored)


def reached_after_all(uow: UnitOfWork, stored: StoredCall) -> None:
    """A key that was pressed at the end was told after it: somebody was reached (TWI-40)."""
    now = calls.of_sid(uow, stored.sid)
    late = now is not None and now.state is not None and now.state.pressed
    if not late or stored.touch is None or stored.outcome in (None, CallOutcome.REACHED):
        return
    claims.set_touches(uow, [(stored.touch, {"call_outcome": CallOutcome.REACHED})])
    calls.change(uow, stored.id, {"outcome": CallOutcome.REACHED, "document": None})
    if stored.loop is not None:
        decide(uow, [stored.loop])


def _step(scene: Scene, call: Call, stored: StoredCall, state: State, event: Event, *, withheld: bool) -> Step:
    step = advance(call, state, event)
    if step.prompt is not None and _moved(scene, stored, step):
        step = advance(call, state, Digits(state.turn, "8"))  # they answered for another day: say it anew (TIM-14)
    if withheld:
        step = _to_nobody_known(call, step)
    if step.state == state or step.state.over or step.state.menu == BEFORE:
        return step
    if isinstance(step.turn.then, Transfer) and not scene.doors.on_call:
        return _elsewhere(call, step, "unanswered")
    tells = menus().menus[step.state.menu].tells
    return _elsewhere(call, step, "generic") if tells and not sayable(call, step.state, step.state.menu) else step


def _elsewhere(call: Call, step: Step, menu: str) -> Step:
    """Return a step that leads to another menu, and means all that it meant."""
    there = came_to(call, step.state, menu)
    return replace(there, meaning=step.meaning, prompt=step.prompt, notes=there.notes | step.notes - {Note.TOLD})


def _to_nobody_known(call: Call, step: Step) -> Step:
    """Nobody can call back whoever withholds their number, and no number can be stopped; a message can be heard."""
    place = came_to(call, step.state, "generic") if Note.CALL_BACK in step.notes else step
    return replace(place, meaning=None, prompt=None, notes=step.notes - {Note.CALL_BACK, Note.NOBODY_THERE})


def _says_more(step: Step, answered: Step) -> bool:
    """Whether the loop did something else than the call was about to say."""
    return answered.state.menu not in (step.state.menu, _AS_GOOD.get(step.state.menu))


def _moved(scene: Scene, stored: StoredCall, step: Step) -> bool:
    visit = scene.visits.get(step.state.who or 0)
    return visit is not None and stored.anchor_version not in (None, visit.loop.anchor.version)


def _key(state: State, event: Event) -> str:
    """Return what was pressed, but for what may be a birthday, or longer than any key of ours."""
    menu = menus().menus.get(state.menu)
    if not isinstance(event, Digits) or event.turn != state.turn or menu is None:
        return ""
    pressed = event.digits.strip()
    alone = menu.digits == 1 or len(pressed.lstrip("*").rstrip("#")) <= 1
    return pressed if alone and len(pressed) <= 2 and set(pressed) <= set("0123456789*#") else "?"


def _learnt(scene: Scene, stored: StoredCall, step: Step, said: Step, event: Event, recording: str) -> dict[str, Any]:
    """Return the columns of what a step told, or was told."""
    found: dict[str, Any] = {}
    if Note.VOICEMAIL in step.notes:
        found["voicemail"] = True
    if isinstance(event, Answered):
        found |= {"answered_by": event.by} if stored.direction is Direction.OUTBOUND else {}
    if recording and isinstance(event, Recorded) and Note.MESSAGE in step.notes:
        found |= {"recording": recording, "recording_seconds": event.seconds}
    flags = flags_of(step.meaning) if step.meaning is not None else frozenset()
    for flag, refusal in REFUSALS.items():
        if flag in flags:
            found["refusal"] = refusal
    if said.state.checked and stored.member is None and said.state.who is not None:
        found["member_id"] = said.state.who
    visit = scene.visits.get(said.state.who or 0)
    if visit is not None and menus().menus[said.state.menu].tells:
        found |= {"anchor_version": visit.loop.anchor.version, "loop_id": visit.loop.id}
    return found


def _say(uow: UnitOfWork, scene: Scene, call: Call, stored: StoredCall, step: Step, columns: dict[str, Any]) -> bytes:
    try:
        said = twiml.document(speak(call, step.state), scene.doors)
    except LanguageGap:  # somebody took a recording out a moment ago
        note_gap(uow, scene.program, step.state.language)
        said = twiml.document(Turn(step.state.turn, step.state.language, (), HangUp()), scene.doors)
    state = {"state": step.state.text(), "turn": step.state.turn, "language": step.state.language}
    answered = {} if stored.answered_at is not None else {"answered_at": uow.now}
    kept = {"document": said.decode() if stored.ended_at is None else None}
    calls.change(uow, stored.id, state | answered | kept | columns)
    return said


def _hang_up(uow: UnitOfWork, stored: StoredCall) -> bytes:
    calls.change(uow, stored.id, {"answered_at": stored.answered_at or uow.now})
    return HANG_UP
