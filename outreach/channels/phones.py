"""The network behind the simulated phones: what a carrier would hold, held by us."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from outreach.channels.carrier import Listed, Outgoing


class Network(Protocol):
    """Keeps messages for the simulated phones; never deduplicates, as a real carrier would not."""

    def accept(self, messages: Sequence[Outgoing]) -> Sequence[str]:
        """Keep the messages durably and return their sids in the same order."""
        ...

    def listed(self, to: str, since: datetime) -> Sequence[Listed]:
        """Return what was accepted for E.164 `to` at or after `since`."""
        ...


class MemoryNetwork:
    """A Network in memory; `now` is the calendar that dates what it accepts."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.accepted: list[tuple[Outgoing, Listed]] = []

    def accept(self, messages: Sequence[Outgoing]) -> Sequence[str]:
        """Keep the messages and return their sids, which count upwards."""
        kept = [(message, self._listed(n, message)) for n, message in enumerate(messages, len(self.accepted) + 1)]
        self.accepted += kept
        return [listed.sid for _, listed in kept]

    def listed(self, to: str, since: datetime) -> Sequence[Listed]:
        """Return what was accepted for E.164 `to` at or after `since`, oldest first."""
        return [listed for message, listed in self.accepted if message.to == to and listed.created_at >= since]

    def _listed(self, number: int, message: Outgoing) -> Listed:
        return Listed(f"SM{number:032x}", sha256(message.body.encode()).hexdigest(), "delivered", self._now())
