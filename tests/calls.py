"""Calls to try: a member with a visit and a ride, calls to them and from them, and every way through one."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from conversations.calls.answered_by import AnsweredBy
from conversations.calls.call import Call, Direction, Person
from conversations.calls.events import Answered, Dialled, Digits, Event, Recorded, Silence
from conversations.calls.machine import advance, begin
from conversations.calls.menu import menus
from conversations.calls.state import State
from conversations.calls.step import Step
from conversations.calls.turn import Gather, HangUp, Record, Transfer
from locales.languages import languages

ANA, BEN = 7, 8
BIRTHDAY = "0609"
VALUES: Mapping[str, Any] = {
    "day": dt.date(2026, 6, 9),
    "time": dt.time(14, 30),
    "ready_day": dt.date(2026, 6, 9),
    "ready_time": dt.time(13, 45),
    "return_time": dt.time(16),
    "return_phone": "+12025550177",
}
OF_THE_VISIT = frozenset(VALUES)
HOURS = dict.fromkeys(languages(), "8 to 5")
QUESTIONS = {menu: question for question, menu in menus().questions.items()}  # one for each menu


def ana(question: str | None = "reminder", **changes: Any) -> Person:
    return Person(**({"member": ANA, "question": question, "birthday": BIRTHDAY, "values": VALUES} | changes))


def call(direction: str = "outbound", question: str | None = "reminder", **changes: Any) -> Call:
    given = {"spoken": ("en", "es"), "people": (ana(question),), "program": "CareLink", "phone": "+18005550100"}
    return Call(Direction(direction), **(given | {"hours": HOURS} | changes))


def outset(whole: Call, by: AnsweredBy = AnsweredBy.HUMAN) -> Step:
    return advance(whole, begin(whole), Answered(by))


def press(whole: Call, step: Step, *keys: str) -> Step:
    """Return the step after these keys; "" is a silence."""
    for key in keys:
        turn = step.state.turn
        step = advance(whole, step.state, Digits(turn, key) if key else Silence(turn))
    return step


def says(step: Step) -> list[str]:
    return [line.key for line in step.turn.lines]


def possible(whole: Call, step: Step) -> Iterator[Event]:
    """Yield everything that can follow a turn, but for hanging up."""
    turn = step.turn.number
    match step.turn.then:
        case Gather(digits=4):
            yield from (Digits(turn, keys) for keys in (BIRTHDAY, "0101", "*9", "*0", "*8", "*7", "9"))
            yield Silence(turn)
        case Gather():
            yield from (Digits(turn, key) for key in "0123456789*#")
            yield Silence(turn)
        case Transfer():
            yield from (Dialled(turn, True), Dialled(turn, False))
        case Record():
            yield from (Recorded(turn, 0), Recorded(turn, 20), Silence(turn))
        case HangUp():
            pass


def place(state: State) -> State:
    """Return what of a state tells where a call goes on: whichever language it is in, and however often it spoke."""
    failures = 0 if state.checked else state.failures
    return replace(state, turn=0, pressed=False, lead="", language="en", failures=failures)


def walk(whole: Call, first: Step) -> Iterator[tuple[Step, Event | None, Step]]:
    """Yield every step that any answers lead to, with the step before it: each place once, each answer there once."""
    yield first, None, first
    waiting, seen = deque([first]), {place(first.state)}
    while waiting:
        before = waiting.popleft()
        for event in possible(whole, before):
            after = advance(whole, before.state, event)
            yield before, event, after
            if place(after.state) not in seen:
                seen.add(place(after.state))
                waiting.append(after)


def every_call() -> Iterator[tuple[Call, Step]]:
    """Yield calls of every question and kind, each with its first step."""
    for question in QUESTIONS.values():
        whole = call(question=question, must_check=False, staffed=True)
        yield whole, outset(whole)
    yield from ((whole, outset(whole)) for whole in (call(), call(question="postvisit", spoken=("hy", "en"))))
    for question in ("reminder_no_time", "dayof_no_time"):
        whole = call(people=(ana(question, values={"day": VALUES["day"]}),), must_check=False)
        yield whole, outset(whole)
    named = call(people=(ana(name="Ana"),), must_check=False, records=True)
    yield from ((named, outset(named, by)) for by in AnsweredBy)
    yield from ((whole, outset(whole)) for whole in inbound_calls())


def inbound_calls() -> Iterator[Call]:
    two = (ana(), Person(BEN, "transport", "1231", values=VALUES))
    for records in (False, True):
        yield call("inbound", records=records, staffed=True)
        yield call("inbound", records=records, open=False)
        yield call("inbound", people=(), records=records)
    yield call("inbound", people=two)
    yield call("inbound", people=(ana(None),))
    yield call("inbound", people=(ana(birthday=None),))
    yield call("inbound", chosen=False, spoken=("en", "es", "vi"), open=False, people=())
    yield call("inbound", chosen=False, spoken=tuple(languages())[:8], people=())
