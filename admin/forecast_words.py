"""What the gate will say to a text to come, in words: it leaves, is held until then, or will be refused, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from admin import rule_words
from admin.composing import near
from outreach.engine.forecast import OPEN_ENDED
from outreach.loops.verdict import Allowed, Decision, HeldUntil, Refused

HELD, REFUSED = "Held until", "Refused"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A badge with its tone, a sentence, and the rule that decides."""

    badge: str
    tone: str
    said: str
    rule: str


def foreseen(said: Decision | None, due: datetime, now: datetime, zone: str) -> Foreseen | None:
    """Return the forecast of one text in words, on the clocks of `zone`; None where there is none."""
    match said:
        case None:
            return None
        case Allowed(rule=rule):
            leaves = f"leaves {near(due, now, zone)}" if due > now else "leaves now"
            said_why = f"{leaves}: {_small(rule_words.may(rule))}"
            return Foreseen("Planned" if due > now else "Due", "outline", said_why, rule)
        case HeldUntil(_, rule) if rule in OPEN_ENDED:
            return Foreseen("Held", "warn", f"waits: {_small(rule_words.why(rule))}", rule)
        case HeldUntil(when, rule):
            return Foreseen(HELD, "warn", f"held until {near(when, now, zone)}: {_small(rule_words.why(rule))}", rule)
        case Refused(rule):
            why = f"will be refused: {_small(rule_words.why(rule))} {rule_words.instead(rule)}"
            return Foreseen(REFUSED, "warn", why, rule)
        case _:
            assert_never(said)


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
