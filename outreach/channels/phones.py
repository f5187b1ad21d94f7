"""The network behind the simulated phones: what a carrier would hold, held by us."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from outreach.channels.carrier import Called, CallStatus, Listed, OutgoingCall, OutgoingText

RINGING, NO_ANSWER = "ringing", "no-answer"


class Network(Protocol):
    """Keeps messages and calls for the simulated phones; never deduplicates, as a real carrier would not."""

    def accept(self, messages: Sequence[OutgoingText]) -> Sequence[str]:
        """Keep the messages durably and return their sids in the same order."""
        ...

    def ring(self, calls: Sequence[OutgoingCall]) -> Sequence[str]:
        """Let the phones ring, and remember it durably; return the calls' sids in the same order."""
        ...

    def listed(self, to: str, since: datetime) -> Sequence[Listed]:
        """Return what was accepted for E.164 `to` at or after `since`."""
        ...

    def rung(self, to: str, since: datetime) -> Sequence[Called]:
        """Return the calls to E.164 `to` at or after `since`."""
        ...

    def ends(self, sids: Sequence[str]) -> Sequence[CallStatus]:
        """Return what became of these calls."""
        ...


class Mood(StrEnum):
    """How the simulated network behaves; only a demo ever changes it."""

    WORKING = "working"
    SLOW = "slow"
    FAILING = "failing"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The network's later word on one attempt of a text; `due` is on the Timer's monotonic seconds."""

    touch: int
    attempt: int
    sid: str
    status: str
    error_code: int | None
    due: float


class Temper:
    """The mood of a simulated network and the receipts it still owes: in memory, shared by the threads of a demo."""

    def __init__(self, mood: Mood = Mood.WORKING) -> None:
        self.mood = mood
        self._owed: list[Receipt] = []
        self._lock = threading.Lock()

    @property
    def owing(self) -> bool:
        """Whether a receipt is still to come."""
        return bool(self._owed)

    def owe(self, receipt: Receipt) -> None:
        """Keep a receipt until it is due."""
        with self._lock:
            self._owed.append(receipt)

    def take(self, until: float) -> list[Receipt]:
        """Return the receipts that are due at `until`, oldest first, and owe them no longer."""
        with self._lock:
            found = sorted((receipt for receipt in self._owed if receipt.due <= until), key=lambda owed: owed.due)
            self._owed = [receipt for receipt in self._owed if receipt.due > until]
        return found

    def forget(self) -> None:
        """Owe nothing any more: the texts were another world's."""
        with self._lock:
            self._owed = []


class MemoryNetwork:
    """A Network in memory; `now` is the calendar that dates what it accepts."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.accepted: list[tuple[OutgoingText, Listed]] = []
        self.calls: list[tuple[OutgoingCall, Called]] = []

    def accept(self, messages: Sequence[OutgoingText]) -> Sequence[str]:
        """Keep the messages and return their sids, which count upwards."""
        kept = [(message, self._listed(n, message)) for n, message in enumerate(messages, len(self.accepted) + 1)]
        self.accepted += kept
        return [listed.sid for _, listed in kept]

    def listed(self, to: str, since: datetime) -> Sequence[Listed]:
        """Return what was accepted for E.164 `to` at or after `since`, oldest first."""
        return [listed for message, listed in self.accepted if message.to == to and listed.created_at >= since]

    def ring(self, calls: Sequence[OutgoingCall]) -> Sequence[str]:
        """Let the phones ring and return the sids, which count upwards; nobody picks up."""
        first = len(self.calls) + 1
        kept = [(call, Called(f"CA{n:032x}", NO_ANSWER, self._now())) for n, call in enumerate(calls, first)]
        self.calls += kept
        return [called.sid for _, called in kept]

    def rung(self, to: str, since: datetime) -> Sequence[Called]:
        """Return the calls to E.164 `to` at or after `since`, oldest first."""
        return [called for call, called in self.calls if call.to == to and called.created_at >= since]

    def ends(self, sids: Sequence[str]) -> Sequence[CallStatus]:
        """Nobody picked up."""
        return [CallStatus(called.sid, called.status) for _, called in self.calls if called.sid in sids]

    def _listed(self, number: int, message: OutgoingText) -> Listed:
        return Listed(f"SM{number:032x}", sha256(message.body.encode()).hexdigest(), "delivered", self._now())
