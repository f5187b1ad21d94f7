"""How members and clinics answer in a rehearsal: shares, and each visit's own answer by a number that never changes."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from conversations.meaning import Intent, Meaning, Reason
from conversations.prompt import Prompt
from outreach.loops.outcomes import Outcome

_NEEDS_RIDE = Reason.TRANSPORT_FAILURE


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares from 0 to 1. Of those asked whether they come: `confirms` say yes, `declines` that they cannot.

    `rides` of those asked have a ride, `needs_rides` need one. `picks_up_calls` of calls are answered. Of visits,
    `reported` are reported by the clinic within hours, and `kept` of these took place.
    """

    confirms: float = 0
    declines: float = 0
    rides: float = 0
    needs_rides: float = 0
    picks_up_calls: float = 0
    reported: float = 0
    kept: float = 0

    def answer(self, question: Prompt, loop: int, step: str) -> Meaning | None:
        """Return what this visit's member answers to a question, or None for silence."""
        intents = {option.intent for option in question.options.values()}
        if Intent.CONFIRM in intents:
            shares = ((self.confirms, Intent.CONFIRM), (self.declines, Intent.DECLINE))
        elif Intent.ON_MY_WAY in intents:
            shares = ((self.confirms, Intent.ON_MY_WAY), (self.declines, Intent.DECLINE))
        elif Intent.TRANSPORT_OK in intents:
            shares = ((self.rides, Intent.TRANSPORT_OK), (self.needs_rides, Intent.NEED_TRANSPORT))
        else:
            return None
        drawn = _drawn(loop, step)
        for share, intent in shares:
            if drawn < share:
                reason = _NEEDS_RIDE if intent is Intent.NEED_TRANSPORT else None
                return Meaning(frozenset({intent}), reason=reason)
            drawn -= share
        return None

    def picks_up(self, loop: int, call: str) -> bool:
        """Whether somebody answers a call."""
        return _drawn(loop, call) < self.picks_up_calls

    def outcome(self, loop: int) -> Outcome | None:
        """Return what the clinic reports of a visit, or None when it says nothing."""
        if _drawn(loop, "reported") >= self.reported:
            return None
        return Outcome.KEPT if _drawn(loop, "kept") < self.kept else Outcome.NO_SHOW


NOBODY_ANSWERS = Habits()


def _drawn(loop: int, about: str) -> float:
    """Return this visit's own number from 0 to 1: the same whichever cadence is played, so that only that differs."""
    return int.from_bytes(sha256(f"{loop}:{about}".encode()).digest()[:6], "big") / 2**48
