"""When a call that reached nobody is made again: by another part of the day, on another day (TWI-43)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach.loops.call_outcomes import CallOutcome
from outreach.loops.dayparts import Daypart
from outreach.loops.hours import GUARD, Hours, Opening, openings
from outreach.loops.instants import local_date, local_time, resolve
from outreach.loops.spreading import spread_in

PER_DAY, PER_STEP = 2, 3
AFTER_BUSY = timedelta(minutes=15)
_SEARCH_DAYS = 9
_NEXT_DAY = frozenset({CallOutcome.HUNG_UP, CallOutcome.VOICEMAIL, CallOutcome.NO_ANSWER, CallOutcome.FAILED})
# Who was not there in the morning is rather there in the evening.
_ORDER = (Daypart.EVENING, Daypart.MORNING, Daypart.AFTERNOON)


@dataclass(frozen=True, slots=True)
class CallAttempt:
    """One call of a step: when it was made, and what became of it."""

    at: datetime
    outcome: CallOutcome


def first_turn(turn: int) -> int:
    """Return the number of the first call of a step's turn: each turn has as many as a step may make."""
    return (turn - 1) * PER_STEP + 1


def turn_of(nth: int) -> int:
    """Return the turn of a step that its n-th call belongs to."""
    return (nth - 1) // PER_STEP + 1


def may_leave_voicemail(attempts: Sequence[CallAttempt]) -> bool:
    """Whether a step may still leave a message on a machine: one is enough (TWI-43)."""
    return not any(attempt.outcome is CallOutcome.VOICEMAIL for attempt in attempts)


def next_attempt(
    attempts: Sequence[CallAttempt], hours: Hours, zones: Sequence[str], not_after: datetime, member: int
) -> datetime | None:
    """Return when a step calls again after its last attempt, or None when it does not.

    `attempts` are all of this step, oldest first. Nothing is tried at or after `not_after`, outside `hours` in any of
    `zones`, more than twice on a day or three times in all. Each member has a moment of their own (TWI-36).
    """
    if not attempts or not zones or len(attempts) >= PER_STEP:
        return None
    last = attempts[-1]
    if last.outcome is CallOutcome.BUSY and (soon := _soon(attempts, hours, zones)) is not None:
        return soon if soon < not_after else None
    if last.outcome is not CallOutcome.BUSY and last.outcome not in _NEXT_DAY:
        return None
    part = next(_other_parts(attempts, hours, zones), None)
    if part is None or part.starts >= not_after:
        return None
    return spread_in(member, part.starts, min(not_after, part.ends - GUARD), hours, zones)


def _soon(attempts: Sequence[CallAttempt], hours: Hours, zones: Sequence[str]) -> datetime | None:
    """Return a quarter of an hour after a busy line, where that is still today and allowed."""
    at = attempts[-1].at + AFTER_BUSY
    for zone in zones:
        today = local_date(at, zone)
        if sum(local_date(attempt.at, zone) == today for attempt in attempts) >= PER_DAY:
            return None
    found = openings(hours, at, zones, range(-1, 2))
    return at if any(opening.starts <= at < opening.ends - GUARD for opening in found) else None


def _other_parts(attempts: Sequence[CallAttempt], hours: Hours, zones: Sequence[str]) -> Iterator[Opening]:
    """Yield the stretches of the following days that are another part of the day, untried ones first."""
    last, zone = attempts[-1].at, zones[0]
    tried = [Daypart.of(local_time(attempt.at, zone)) for attempt in attempts]
    parts = sorted((part for part in _ORDER if part is not tried[-1]), key=tried.count)
    after = max(local_date(last, each) for each in zones)
    for ahead in range(1, _SEARCH_DAYS):
        day = after + timedelta(days=ahead)
        for part in parts:
            starts, ends = (resolve(day, at, zone) for at in part.hours)
            for opening in openings(hours, starts, zones, range(-1, 2)):
                shared = Opening(max(starts, opening.starts), min(ends, opening.ends))
                if shared.ends - shared.starts > GUARD:
                    yield shared
