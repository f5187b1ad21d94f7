"""When work is to be acknowledged, when it is due, and who gets it when nobody moves (CARE-07)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from outreach.loops.business_days import BusinessCalendar
from outreach.loops.tasks import MANAGERS, RULES, SUPERVISORS, Priority, TaskKind


class Escalation(IntEnum):
    """How far up an unfinished task has gone (CARE-07)."""

    NONE = 0
    WARNED = 1
    SUPERVISOR = 2
    MANAGER = 3


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When a task must be acknowledged, when it is due, and when a manager gets it."""

    acknowledge_by: datetime
    due_at: datetime
    manager_at: datetime


STAT_TIME = timedelta(minutes=15)  # by the wall clock, at any hour, for every program


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """How soon work is due: `asap` and `urgent` in office hours, `routine` in business days (CARE-07)."""

    asap: timedelta = timedelta(hours=1)
    urgent: timedelta = timedelta(hours=4)
    routine: int = 2


USUAL = ServiceLevels()


def deadlines(kind: TaskKind, at: datetime, office: BusinessCalendar, levels: ServiceLevels = USUAL) -> Deadlines:
    """Return the clock of a task opened at `at`: stat 15 min, the others as `levels` say, on the office's calendar.

    To be acknowledged at half of it, the supervisor's at its end, the manager's at twice (CARE-07).
    """
    priority = RULES[kind].priority
    if priority is Priority.STAT:
        return Deadlines(at + STAT_TIME / 2, at + STAT_TIME, at + 2 * STAT_TIME)
    if priority is Priority.ROUTINE:
        days = levels.routine
        return Deadlines(*(office.close_of(at, count) for count in (max(days // 2, 1), days, 2 * days)))
    span = levels.asap if priority is Priority.ASAP else levels.urgent
    return Deadlines(*(office.hours_after(at, span * part) for part in (0.5, 1, 2)))


def deadlines_until(at: datetime, due_at: datetime) -> Deadlines:
    """Return the clock of a task whose due time a person chose: half of the time, the time, and twice."""
    span = due_at - at
    return Deadlines(at + span / 2, due_at, due_at + span)


def next_escalation(level: Escalation, clock: Deadlines) -> datetime | None:
    """Return when an unfinished task goes one level up, or None at the top."""
    match level:
        case Escalation.NONE:
            return clock.acknowledge_by
        case Escalation.WARNED:
            return clock.due_at
        case Escalation.SUPERVISOR:
            return clock.manager_at
        case Escalation.MANAGER:
            return None


def escalated(level: Escalation, clock: Deadlines, now: datetime) -> Escalation:
    """Return the level an unfinished task has reached by `now`; an outage may skip levels."""
    while (at := next_escalation(level, clock)) is not None and at <= now:
        level = Escalation(level + 1)
    return level


def owner_at(level: Escalation, queue: str) -> str:
    """Return the queue that owns a task at a level: its kind's own, then supervisors, then managers."""
    return {Escalation.SUPERVISOR: SUPERVISORS, Escalation.MANAGER: MANAGERS}.get(level, queue)
