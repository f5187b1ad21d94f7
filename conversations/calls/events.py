"""What can happen in a call: a closed union. Each answer names the turn it answers, so that a late one is known."""

from __future__ import annotations

from dataclasses import dataclass, field

from conversations.calls.answered_by import AnsweredBy


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody or something picked up; or somebody called us, and so did we."""

    by: AnsweredBy = AnsweredBy.HUMAN


@dataclass(frozen=True, slots=True)
class Digits:
    """Keys were pressed: one, or the four of a birthday, or a star and a key."""

    turn: int
    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing was pressed or said in time."""

    turn: int


@dataclass(frozen=True, slots=True)
class Speech:
    """Words were said, where a program enabled that; `confidence` is the carrier's, 0..1."""

    turn: int
    text: str = field(repr=False)
    confidence: float


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message was recorded; of 0 seconds, nobody spoke."""

    turn: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Dialled:
    """The person we put the call through to answered, and the talk is over; or did not."""

    turn: int
    answered: bool


@dataclass(frozen=True, slots=True)
class HungUp:
    """The call is over."""


Event = Answered | Digits | Silence | Speech | Recorded | Dialled | HungUp
