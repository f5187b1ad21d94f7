"""What the gate may answer: allowed, held until, or refused, each with the rule that decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Allowed:
    """May leave now, by `rule`, and under the ledger's entry `consent` where one is needed.

    `until` is when the allowed window ends.
    """

    until: datetime
    rule: str
    consent: int | None = None


@dataclass(frozen=True, slots=True)
class HeldUntil:
    """Not now: ask again at `when`."""

    when: datetime
    rule: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Never, because of `rule`."""

    rule: str


Decision = Allowed | HeldUntil | Refused
