"""The carrier's twin: real code that answers as it is told, keeps what it accepted, and lists it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from time import monotonic

from outreach.channels.carrier import (
    Accepted,
    Answers,
    Arrived,
    Called,
    CallStatus,
    CannotLook,
    Fate,
    GivenBack,
    InDoubt,
    Listed,
    Outgoing,
    OutgoingCall,
    OutgoingText,
    Rejected,
    Result,
    Throttled,
)

ACCEPT, LOSE, KEEP, GIVE_BACK = "accept", "in doubt and lost", "in doubt and kept", "give back"
DIE_BEFORE, DIE_AFTER = "the worker dies before the post", "the worker dies after the post"


class WorkerDied(Exception):
    """What a test raises where a real worker would be killed."""


class HandTimer:
    """Real time that a test may push forward; sleeping passes at once."""

    def __init__(self) -> None:
        self.skew = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.skew)

    def monotonic(self) -> float:
        return monotonic() + self.skew

    def sleep(self, seconds: float) -> None:
        self.skew += seconds

    def token(self) -> str:
        return "a-token-for-tests"


@dataclass(frozen=True)
class Throttle:
    """An answer: 429, ask again after `seconds`."""

    seconds: float


Answer = str | int | Throttle


@dataclass
class TwinCarrier:
    """A Carrier and a Lookout: `answers` says what happens to the next texts; an integer is an error code."""

    slots: int = 50
    answers: deque[Answer] = field(default_factory=deque)
    usual: Answer = ACCEPT
    blind: bool = False
    looks: int = 0  # for texts we sent
    asked: int = 0  # for texts that came
    inbox: list[Arrived] = field(default_factory=list)
    outbox: list[Listed] = field(default_factory=list)
    told: dict[str, Fate] = field(default_factory=dict)
    posted: list[Outgoing] = field(default_factory=list)
    kept: list[tuple[OutgoingText, Listed]] = field(default_factory=list)
    calls: list[tuple[OutgoingCall, Called]] = field(default_factory=list)
    ended: dict[str, CallStatus] = field(default_factory=dict)
    watch: Callable[[Outgoing], None] = lambda message: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def post(self, batch: Sequence[Outgoing]) -> Answers:
        return Answers(map(self._answer, batch), len(batch))

    def sent_to(self, to: str, since: datetime) -> Sequence[Listed]:
        self.looks += 1
        if self.blind:
            raise CannotLook("the list is away")
        return [listed for message, listed in self.kept if message.to == to and listed.created_at >= since]

    def arrived(self, since: datetime, until: datetime) -> Sequence[Arrived]:
        """Everything, whenever it was said: the calendars of these tests are not the carrier's."""
        self.asked += 1
        if self.blind:
            raise CannotLook("the list is away")
        return sorted(self.inbox, key=lambda each: each.said_at)

    def left(self, since: datetime) -> Sequence[Listed]:
        if self.blind:
            raise CannotLook("the list is away")
        return self.outbox

    def fates(self, sids: Sequence[str]) -> Iterator[Fate]:
        return (self.told[sid] for sid in sids if sid in self.told and not self.blind)

    def called(self, sender: str, to: str, since: datetime) -> Sequence[Called]:
        self.looks += 1
        if self.blind:
            raise CannotLook("the list is away")
        ours = [called for call, called in self.calls if (call.sender, call.to) == (sender, to)]
        return [called for called in ours if called.created_at >= since]

    def call_fates(self, sids: Sequence[str]) -> Iterator[CallStatus]:
        return (self.ended[sid] for sid in sids if sid in self.ended and not self.blind)

    @property
    def bodies(self) -> list[str]:
        """What reached the phones, oldest first."""
        return [message.body for message, _ in self.kept]

    def times_sent(self) -> dict[int, int]:
        """How often the carrier took each touch."""
        touches = [message.touch for message, _ in self.kept]
        return {touch: touches.count(touch) for touch in touches}

    def _answer(self, message: Outgoing) -> Result:
        with self.lock:
            answer = self.answers.popleft() if self.answers else self.usual
            self.posted.append(message)
        match answer:
            case int(code):
                return Rejected(message.touch, message.attempt, code)
            case Throttle(seconds):
                return Throttled(message.touch, message.attempt, seconds)
            case "give back":
                return GivenBack(message.touch, message.attempt)
            case "in doubt and lost":
                return InDoubt(message.touch, message.attempt, "ReadTimeout")
            case "the worker dies before the post":
                raise WorkerDied
        self.watch(message)
        listed = self._ring(message) if isinstance(message, OutgoingCall) else self._keep(message)
        if answer == DIE_AFTER:
            raise WorkerDied
        if answer == KEEP:
            return InDoubt(message.touch, message.attempt, "ReadTimeout")
        return Accepted(message.touch, message.attempt, listed.sid, listed.status)

    def _ring(self, call: OutgoingCall) -> Called:
        with self.lock:
            called = Called(f"CA{len(self.calls) + 1:032x}", "queued", datetime.now(UTC) + timedelta(days=1))
            self.calls.append((call, called))
        return called

    def _keep(self, message: OutgoingText) -> Listed:
        with self.lock:
            body = sha256(message.body.encode()).hexdigest()
            listed = Listed(f"SM{len(self.kept) + 1:032x}", body, "queued", datetime.now(UTC) + timedelta(days=1))
            self.kept.append((message, listed))
        return listed
