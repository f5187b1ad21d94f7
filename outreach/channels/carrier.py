"""What every carrier is to us: a batch goes out, results come back in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Protocol

from conversations.calls.answered_by import AnsweredBy


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """One message ready to leave. `not_after` is on the Timer's monotonic seconds: past it, give the claim back."""

    touch: int
    attempt: int
    sender: str
    to: str = field(repr=False)  # E.164
    body: str = field(repr=False)
    validity_seconds: int
    not_after: float


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    """One call ready to leave: a touch and its attempt, from our number to theirs, both E.164.

    `staffed`: it may be put through to a person, and then lasts as long as they talk. `not_after` as of a text.
    """

    touch: int
    attempt: int
    sender: str
    to: str = field(repr=False)
    staffed: bool = False
    not_after: float = inf


Outgoing = OutgoingText | OutgoingCall


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier has it, under `sid`. `status` is the carrier's own word."""

    touch: int
    attempt: int
    sid: str
    status: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The carrier refused it (a 4xx with a code): certainly not sent."""

    touch: int
    attempt: int
    code: int


@dataclass(frozen=True, slots=True)
class Throttled:
    """429 or a refused connection: certainly not processed; try again after `retry_after` seconds, if it named any."""

    touch: int
    attempt: int
    retry_after: float | None


@dataclass(frozen=True, slots=True)
class InDoubt:
    """Timeout, reset, 5xx or an unreadable answer after the request left: only the carrier knows (TWI-06)."""

    touch: int
    attempt: int
    why: str


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Not written at all: the claim was older than one second when its turn came."""

    touch: int
    attempt: int


Result = Accepted | Rejected | Throttled | InDoubt | GivenBack


@dataclass(slots=True, eq=False)
class Answers:
    """The results of one batch, `left` of them to come: to iterate is to wait for them.

    `came` counts those that are here, so that other work can be done meanwhile; a carrier that answers at once has all.
    """

    results: Iterator[Result]
    left: int
    came: Callable[[], float] = lambda: inf

    def __iter__(self) -> Iterator[Result]:
        return self

    def __next__(self) -> Result:
        found = next(self.results)
        self.left -= 1
        return found


class Carrier(Protocol):
    """Posts messages and starts calls. Never retries by itself; concurrency is its own affair."""

    slots: int  # how many it can take at once

    def post(self, batch: Sequence[Outgoing]) -> Answers:
        """Begin, and answer with exactly one result for each message or call, as they come, in any order."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """One message the carrier says it has for a number, `to`, which a list for one number may leave out."""

    sid: str
    body_sha256: str
    status: str
    created_at: datetime
    to: str = field(default="", repr=False)
    error_code: int | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or file of a member, as the carrier names it: it stays there, and is never opened by us."""

    url: str = field(repr=False)
    content_type: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message that a phone sent us, from the carrier's list; `said_at` is cut to whole seconds."""

    sid: str
    from_: str = field(repr=False)
    body: str = field(repr=False)
    said_at: datetime
    media_count: int = 0
    media: tuple[Attachment, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Fate:
    """What has become of one message; `status` is blank when the carrier does not have it any more."""

    sid: str
    status: str
    error_code: int | None


@dataclass(frozen=True, slots=True)
class Called:
    """One call the carrier says it made to a number; it has no words by which to know it."""

    sid: str
    status: str
    created_at: datetime


CALL_OVER = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


@dataclass(frozen=True, slots=True)
class CallStatus:
    """The carrier's word on one call, told or asked for; `status` is blank when the carrier does not have it any more.

    `sequence` orders what is told, not the time it comes (TWI-40): -1 where it is lost, or asked for. `answered_by` is
    None where the carrier did not say. `seconds` is how long it lasted.
    """

    sid: str
    status: str
    sequence: int = -1
    answered_by: AnsweredBy | None = None
    seconds: int | None = None
    sip_code: int | None = None
    error_code: int | None = None

    @property
    def over(self) -> bool:
        """Whether the call has ended, or never came about."""
        return self.status in CALL_OVER


class CannotLook(Exception):
    """The carrier's list could not be read; ask again later."""


class Lookout(Protocol):
    """Asks a carrier what it has: to settle a touch whose fate is unknown, and to find what never reached us."""

    def sent_to(self, to: str, since: datetime) -> Sequence[Listed]:
        """Return outbound messages to E.164 `to` created at or after `since` (UTC); raises CannotLook."""
        ...

    def arrived(self, since: datetime, until: datetime) -> Sequence[Arrived]:
        """Return what phones sent us from `since` to `until`, oldest first; raises CannotLook."""
        ...

    def left(self, since: datetime) -> Sequence[Listed]:
        """Return every outbound message created at or after `since`, oldest first; raises CannotLook."""
        ...

    def fates(self, sids: Sequence[str]) -> Iterator[Fate]:
        """Yield what became of each message; those that could not be asked about now are left out."""
        ...

    def called(self, sender: str, to: str, since: datetime) -> Sequence[Called]:
        """Return the calls from `sender` to `to` (E.164) made at or after `since` (UTC); raises CannotLook."""
        ...

    def call_fates(self, sids: Sequence[str]) -> Iterator[CallStatus]:
        """Yield what became of each call; those that could not be asked about now are left out."""
        ...
