"""How much may leave now: token buckets in segments, with a share kept for what cannot wait (TWI-35, TWI-36).

Pure: the buckets as they were, the instant, and what is wanted, give what is granted and the buckets as they are now.
Whoever shares the buckets stores them; time is the Timer's, because a carrier's limits know no warped calendar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from hashlib import sha256

from outreach.loops.cadence import Queue
from outreach.loops.instants import local_date, resolve

# Which part of a full bucket a queue leaves for the queues before it. A fifth is for safety and replies (TWI-36); what
# can wait leaves a little more, so that a text of the day itself finds tokens where a large batch takes every new one.
KEPT: Mapping[Queue, float] = {Queue.SAFETY: 0.0, Queue.REPLY: 0.0, Queue.DAY_OF: 0.2, Queue.BULK: 0.25}
CARRIERS_DAY = "America/Los_Angeles"  # the daily budgets of brands begin anew at midnight there
TRIES = 5
_BURST = 2.0  # seconds of its rate that a bucket holds: more than the time between two ticks
_LARGEST = (
    40.0  # segments: whatever its rate, a bucket can pay for the longest text there is (TWI-57), and keep its share
)
_FIRST_WAIT, _LONGEST_WAIT, _JITTER = 0.1, 30.0, 0.1
_PAUSE = (60.0, 300.0)
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Steady:
    """So many segments a second, over any time; `at_least` is how much a bucket holds at the slowest rate."""

    per_second: float
    at_least: float = _LARGEST

    @property
    def holds(self) -> float:
        """Segments in a full bucket."""
        return max(_BURST * self.per_second, self.at_least)


@dataclass(frozen=True, slots=True)
class Daily:
    """So many segments on one calendar day of the carriers."""

    a_day: float

    @property
    def holds(self) -> float:
        """Segments in a full bucket."""
        return self.a_day


@dataclass(frozen=True, slots=True)
class Unlimited:
    """Nobody counts; a carrier may still ask us to wait."""


Rate = Steady | Daily | Unlimited


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is left of a rate: `level` segments at the instant `at`; nothing at all before `closed_until`."""

    key: str
    rate: Rate
    level: float
    at: datetime
    closed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """How many of the wanted texts may leave, what is left, and when to ask for the next one (None: all may leave)."""

    granted: int
    left: tuple[Bucket, ...]
    again_at: datetime | None


def full(key: str, rate: Rate, now: datetime) -> Bucket:
    """Return a bucket nobody took from yet."""
    return Bucket(key, rate, 0.0 if isinstance(rate, Unlimited) else rate.holds, now)


def refilled(bucket: Bucket, now: datetime) -> Bucket:
    """Return a bucket with what flowed in since; a clock that went back adds nothing."""
    passed = max((now - bucket.at).total_seconds(), 0.0)
    match bucket.rate:
        case Unlimited():
            level = 0.0
        case Steady() as steady:
            level = min(bucket.level + steady.per_second * passed, steady.holds)
        case Daily() as daily:
            new_day = local_date(now, CARRIERS_DAY) > local_date(bucket.at, CARRIERS_DAY)
            level = daily.holds if new_day else min(bucket.level, daily.holds)
    return replace(bucket, level=level, at=max(bucket.at, now))


def take(buckets: Iterable[Bucket], queue: Queue, costs: Sequence[float], now: datetime) -> Taken:
    """Grant the longest beginning of `costs` (segments) that every bucket can pay: nothing overtakes a longer text."""
    left = tuple(refilled(bucket, now) for bucket in buckets)
    for granted, cost in enumerate(costs):
        ready = max((_ready_at(bucket, queue, cost, now) for bucket in left), default=now)
        if ready > now:
            return Taken(granted, left, ready)
        left = tuple(replace(bucket, level=bucket.level - _charge(bucket, queue, cost)) for bucket in left)
    return Taken(len(costs), left, None)


def room(buckets: Iterable[Bucket], queue: Queue, most: int, now: datetime) -> int:
    """Return how many texts of one segment may leave, at most `most`: no more need be looked at."""
    found = float(most)
    for bucket in (refilled(bucket, now) for bucket in buckets):
        if bucket.closed_until is not None and bucket.closed_until > now:
            return 0
        if not isinstance(bucket.rate, Unlimited):
            found = min(found, bucket.level - KEPT[queue] * bucket.rate.holds + _ROUNDING)
    return max(int(found), 0)


def _charge(bucket: Bucket, queue: Queue, cost: float) -> float:
    """A text that costs more than a queue can ever have pays all of it: it must not wait for ever."""
    if isinstance(bucket.rate, Unlimited):
        return 0.0
    return min(cost, (1 - KEPT[queue]) * bucket.rate.holds)


def _ready_at(bucket: Bucket, queue: Queue, cost: float, now: datetime) -> datetime:
    opens = max(bucket.closed_until or now, now)
    if isinstance(bucket.rate, Unlimited):
        return opens
    missing = _charge(bucket, queue, cost) + KEPT[queue] * bucket.rate.holds - bucket.level
    if missing <= _ROUNDING:
        return opens
    match bucket.rate:
        case Steady(per_second):
            return max(opens, now + timedelta(seconds=missing / per_second))
        case Daily():
            tomorrow = local_date(now, CARRIERS_DAY) + timedelta(days=1)
            return max(opens, resolve(tomorrow, time(0, 0), CARRIERS_DAY))


def backoff(touch: int, tries: int) -> timedelta:
    """Return how long a sender waits after the n-th 429 for one text that named no time (rulebook 3.5)."""
    wait = min(_FIRST_WAIT * 2.0 ** (tries - 1), _LONGEST_WAIT)
    return timedelta(seconds=wait * (1 - _JITTER + 2 * _JITTER * _fraction(touch, tries)))


def pause(touch: int, tries: int) -> timedelta:
    """Return how long a text rests that was turned away five times: one to five minutes (rulebook 3.5)."""
    shortest, longest = _PAUSE
    return timedelta(seconds=shortest + (longest - shortest) * _fraction(touch, tries))


def _fraction(touch: int, tries: int) -> float:
    """Return a number in [0, 1) that is always the same for one try of one text."""
    return int.from_bytes(sha256(f"{touch}:{tries}".encode()).digest()[:6], "big") / 2**48
