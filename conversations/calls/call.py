"""What is known of a call while it lasts: looked up anew for every step, and never stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from locales.languages import languages
from locales.spoken import Value


def _nothing() -> Mapping[str, Value]:
    return MappingProxyType({})


class Direction(StrEnum):
    """Who called whom."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"


@dataclass(frozen=True, slots=True)
class Person:
    """One of those the phone belongs to. `question` is the key of the text whose question the call asks.

    `birthday` is MMDD, the one thing they are asked (HIP-10). `name` only where it may be said. `values` are what the
    question's sentences name: `day`, `time`, `ready_day`, `ready_time`, `return_time`, `return_phone`.
    """

    member: int
    question: str | None = None
    birthday: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    values: Mapping[str, Value] = field(default_factory=_nothing, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """Everything a call may need to know. `spoken` are the languages it can be held in, the phone's own first.

    `chosen`: that first one is a choice of theirs, and no guess. `must_check`: the number is shared or unknown; who
    calls us is always checked, since a caller's number proves nothing (HIP-13). `hours` are said as a phrase, by
    language. `staffed`: somebody is there to whom a call can be put through. `records` and `hears`: the program
    enabled recording and speech (LAW-48). `voicemail`: a machine may still be spoken to; one message a step is enough,
    and some want none (TWI-43, CRI-07).
    """

    direction: Direction
    spoken: Sequence[str]
    people: Sequence[Person]
    program: str
    phone: str
    chosen: bool = True
    must_check: bool = True
    open: bool = True
    staffed: bool = False
    records: bool = False
    hears: bool = False
    voicemail: bool = True
    hours: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if not self.spoken or not set(self.spoken) <= set(languages()):
            raise ValueError("A call is held in one of the languages that we know.")
        if self.outbound and len(self.people) != 1:
            raise ValueError("We call one member about one thing.")

    @property
    def outbound(self) -> bool:
        """Whether we called."""
        return self.direction is Direction.OUTBOUND

    @property
    def guarded(self) -> bool:
        """Whether nothing may be told before a check."""
        return self.must_check or not self.outbound
