"""The hours of one member's texts: the program's, narrowed by state, member and clinic."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, time
from functools import lru_cache

from outreach.loops.cadence import Queue
from outreach.loops.hours import Hours
from outreach.loops.state_hours import Window, every_state
from outreach.store.people import StoredMember
from outreach.store.programs import StoredClinic, StoredProgram

URGENT: Collection[str] = (Queue.SAFETY, Queue.REPLY, Queue.DAY_OF)  # TIM-11: a holiday does not hold these


def sending_hours(
    program: StoredProgram, member: StoredMember | None, clinic: StoredClinic | None, queue: str
) -> Hours:
    """Return when a text of this queue may leave.

    Where nothing says in which state a member lives, it may be any of them, and the strictest row of all holds: what
    is not known is not allowed (LAW-32).
    """
    states = member.states if member else ()
    wishes = member.contact_rule if member else None
    return _narrowed(
        program.hours,
        states or ((program.state,) if program.state else every_state()),
        wishes.own if wishes else None,
        wishes.early if wishes else None,
        clinic.office.closed if clinic else frozenset(),
        queue in URGENT,
    )


@lru_cache(maxsize=4096)
def _narrowed(
    hours: Hours, states: tuple[str, ...], own: Window | None, early: time | None, closed: frozenset[date], urgent: bool
) -> Hours:
    return hours.narrowed(states=states, own=own, early=early, closed=closed, urgent=urgent)
