"""How simulated members answer: by character, after a human delay, in digits or in their own words."""

from __future__ import annotations

from datetime import timedelta

from outreach.simulation.dice import pick, roll
from outreach.simulation.personas import Persona, Said, persona, scene, surely_goes
from outreach.simulation.phrases import said
from outreach.store.reads.simulation import OpenQuestion

_MINUTE = timedelta(minutes=1)
_DELAYS = ((5, 10 * _MINUTE), (4, 20 * _MINUTE), (3, 60 * _MINUTE), (2, 180 * _MINUTE), (1, 600 * _MINUTE))

# Message family -> weights of what members do; a digit stands for itself, a word for a phrase, None for silence.
# Who will go answers otherwise than who will not: outcomes and replies tell one story.
_Habit = tuple[tuple[float, str | None], ...]
_GOES: dict[str, _Habit] = {
    "reminder": ((66, "1"), (5, "2"), (7, "yes"), (3, "ride"), (1.5, "stop"), (0.5, "medicine"), (17, None)),
    "dayof": ((60, "1"), (9, "2"), (3, "3"), (28, None)),
    "postvisit": ((72, "1"), (3, "3"), (25, None)),
    "why": ((100, None),),
    "transport": ((70, "1"), (12, "2"), (3, "3"), (15, None)),
    "ride_come": ((82, "1"), (6, "2"), (12, None)),
    "ride": ((80, "1"), (3, "2"), (17, None)),
    "got_home": ((76, "1"), (2, "2"), (22, None)),
    "when": ((30, "1"), (25, "2"), (15, "3"), (20, "4"), (10, None)),
}
_STAYS: dict[str, _Habit] = {
    "reminder": (
        (24, "1"), (10, "2"), (16, "3"), (5, "ride"), (4, "stop"), (2, "wrong"), (1.5, "worry"), (1, "medicine"),
        (36, None),
    ),
    "dayof": ((12, "1"), (12, "3"), (16, "4"), (60, None)),
    "postvisit": ((48, "2"), (8, "3"), (44, None)),
    "why": ((30, "1"), (15, "2"), (12, "3"), (14, "4"), (8, "5"), (6, "6"), (15, None)),
    "transport": ((28, "1"), (26, "2"), (6, "3"), (40, None)),
    "ride_come": ((30, "1"), (30, "2"), (40, None)),
    "ride": ((55, "1"), (10, "2"), (35, None)),
    "missed": ((42, "1"), (16, "2"), (10, "3"), (32, None)),
    "when": ((30, "1"), (25, "2"), (15, "3"), (20, "4"), (10, None)),
}  # fmt: skip


def answer(seed: int, asked: OpenQuestion) -> tuple[Said, ...]:
    """Return what this member texts, each with how long it takes them; nothing for silence."""
    habits = _GOES if goes(seed, asked.visit) else _STAYS
    question = asked.key.removeprefix("unclear_")
    family = next((family for family in habits if question.startswith(family)), "")
    played = scene(persona(seed, asked.visit), family, asked.nth, asked.language)
    if played is not None or family not in habits:
        return played or ()
    occasion = (asked.visit, asked.key, asked.nth)
    chosen = pick(roll(seed, "answer", *occasion), habits[family])
    if chosen is None:
        return ()
    return (Said(pick(roll(seed, "delay", *occasion), _DELAYS), said(chosen, asked.language)),)


def goes(seed: int, visit: str) -> bool:
    """Whether this member goes to this visit: about four of five do."""
    surely = surely_goes(persona(seed, visit))
    return roll(seed, "goes", visit) < 0.8 if surely is None else surely


def clinic_reports(seed: int, visit: str) -> timedelta | None:
    """Return how long after the visit its clinic reports what happened, or None when it never does.

    Of who misses a visit and says why, the member tells us.
    """
    if roll(seed, "reports", visit) < 0.12 or persona(seed, visit) is Persona.MISSES:
        return None
    return pick(roll(seed, "reports-after", visit), ((5, timedelta(hours=3)), (4, timedelta(hours=20))))
