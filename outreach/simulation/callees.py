"""How simulated members take a call: who picks up, and which keys they press for what they want."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from conversations.calls.answered_by import AnsweredBy
from outreach.simulation.dice import pick, roll
from outreach.simulation.people import goes
from outreach.simulation.personas import Persona, persona
from outreach.store.reads.on_the_line import OnTheLine


class Takes(StrEnum):
    """What becomes of a ringing phone."""

    ANSWERS = "answers"
    MACHINE = "a machine answers"
    UNCLEAR = "nobody can tell who answers"
    RINGS_OUT = "lets it ring"
    BUSY = "is busy"
    DECLINES = "declines"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of a call: the keys for it after the greeting, and whether they know their birthday.

    A blank key waits. Whoever `leaves` hangs up once the keys are pressed; everybody else hears the call to its end.
    """

    keys: tuple[str, ...]
    knows: bool = True
    leaves: bool = False


BY = {Takes.ANSWERS: AnsweredBy.HUMAN, Takes.MACHINE: AnsweredBy.MACHINE_END, Takes.UNCLEAR: AnsweredBy.UNKNOWN}
NOT_TAKEN = {Takes.RINGS_OUT: ("no-answer", 487), Takes.BUSY: ("busy", 486), Takes.DECLINES: ("busy", 603)}
_TAKES = (
    (58, Takes.ANSWERS), (14, Takes.MACHINE), (4, Takes.UNCLEAR), (13, Takes.RINGS_OUT), (8, Takes.BUSY),
    (3, Takes.DECLINES),
)  # fmt: skip
# Key 1 goes on after the greeting; then the keys are those of the question.
CONFIRM, CHANGE, NO_RIDE, CANNOT = Wish(("1", "1")), Wish(("1", "2", "1")), Wish(("1", "3")), Wish(("1", "4", "3"))
PERSON, STOP, WRONG_NUMBER = Wish(("1", "0")), Wish(("1", "9")), Wish(("3",))
REPEATS, FORGETS = Wish(("8", "1", "*", "1")), Wish(("1", "1"), knows=False)
HANGS_UP_AT_ONCE, HANGS_UP_MIDWAY, SAYS_NOTHING = Wish((), leaves=True), Wish(("1",), leaves=True), Wish(("",) * 8)
_GOES = (
    (56, CONFIRM), (6, REPEATS), (9, NO_RIDE), (6, CHANGE), (5, PERSON), (2, STOP), (5, FORGETS), (4, HANGS_UP_MIDWAY),
    (4, HANGS_UP_AT_ONCE), (3, SAYS_NOTHING),
)  # fmt: skip
_STAYS = (
    (24, CONFIRM), (22, CANNOT), (14, CHANGE), (9, NO_RIDE), (6, PERSON), (5, STOP), (2, WRONG_NUMBER),
    (8, HANGS_UP_MIDWAY), (6, HANGS_UP_AT_ONCE), (4, SAYS_NOTHING),
)  # fmt: skip


def takes(seed: int, call: OnTheLine) -> Takes:
    """Return what becomes of a ringing phone: each call by itself, so that a later one may be answered."""
    return pick(_roll(seed, "takes", call), _TAKES)


def wish(seed: int, call: OnTheLine) -> Wish:
    """Return what whoever picked up wants; it fits what they do about their visit."""
    if persona(seed, call.visit) is Persona.WRONG_NUMBER:
        return WRONG_NUMBER
    habits: tuple[tuple[float, Wish], ...] = _GOES if goes(seed, call.visit) else _STAYS
    return pick(_roll(seed, "wish", call), habits)


def _roll(seed: int, about: str, call: OnTheLine) -> float:
    return roll(seed, about, call.visit, call.step, call.nth)
