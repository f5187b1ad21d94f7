"""What we say in a call, and what then: all that a carrier, or a simulated phone, has to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from locales.spoken import Value


@dataclass(frozen=True, slots=True)
class Line:
    """One script by its key, with the values it names, in one language."""

    key: str
    language: str
    values: Mapping[str, Value] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Gather:
    """Wait for `digits` keys, so many seconds after the last word or key. `speech` holds the words listened for."""

    digits: int = 1
    seconds: int = 6
    speech: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transfer:
    """Put the call through to whoever is on call."""


@dataclass(frozen=True, slots=True)
class Record:
    """Take a message, which is personal data, until the pound key."""

    seconds: int = 120


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call."""


Then = Gather | Transfer | Record | HangUp


@dataclass(frozen=True, slots=True)
class Turn:
    """What we say, in order, and what then. The same state always gives the same turn."""

    number: int
    language: str
    lines: tuple[Line, ...]
    then: Then
