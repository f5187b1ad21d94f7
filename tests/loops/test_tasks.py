"""Work for a person: how soon, on whose clock, and who gets it when nobody moves (CARE-07)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loop_builders import NEW_YORK, local

from outreach.loops.business_days import BusinessCalendar
from outreach.loops.task_clock import (
    Deadlines,
    Escalation,
    deadlines,
    deadlines_until,
    escalated,
    next_escalation,
    owner_at,
)
from outreach.loops.tasks import MANAGERS, RULES, SUPERVISORS, Priority, TaskKind

OFFICE = BusinessCalendar(NEW_YORK)
instants = st.integers(0, 2 * 365 * 24 * 60).map(lambda n: local("2026-01-01 00:00") + dt.timedelta(minutes=n))


def _clock(kind: TaskKind, at: str, office: BusinessCalendar = OFFICE) -> tuple[dt.datetime, ...]:
    clock = deadlines(kind, local(at), office)
    return clock.acknowledge_by, clock.due_at, clock.manager_at


def _locals(*texts: str) -> tuple[dt.datetime, ...]:
    return tuple(local(text) for text in texts)


@pytest.mark.parametrize(
    ("kind", "half", "due", "twice"),
    [
        (TaskKind.CRISIS, "2026-12-24 16:07:30", "2026-12-24 16:15", "2026-12-24 16:30"),  # stat: any hour
        (TaskKind.STRANDED, "2026-12-24 16:30", "2026-12-24 17:00", "2026-12-28 09:00"),  # asap: one office hour
        (TaskKind.ARRANGE_RIDE, "2026-12-28 09:00", "2026-12-28 11:00", "2026-12-28 15:00"),  # urgent: four
        (TaskKind.RESCHEDULE, "2026-12-28 17:00", "2026-12-29 17:00", "2026-12-31 17:00"),  # routine: two days
    ],
)
def test_care_07_how_soon_a_task_is_due_on_the_afternoon_before_a_holiday(
    kind: TaskKind, half: str, due: str, twice: str
) -> None:
    assert _clock(kind, "2026-12-24 16:00") == _locals(half, due, twice)


def test_care_07_only_stat_work_is_due_at_night() -> None:
    assert _clock(TaskKind.RIDE_PROBLEM, "2027-03-16 23:00")[1] == local("2027-03-16 23:15")
    assert _clock(TaskKind.ANSWER_MEMBER, "2027-03-16 23:00")[1] == local("2027-03-17 12:00")


def test_care_07_the_clock_is_the_programs_own() -> None:
    early = BusinessCalendar(NEW_YORK, opens=dt.time(6), closes=dt.time(10), closed=frozenset({dt.date(2027, 3, 17)}))
    assert _clock(TaskKind.ANSWER_MEMBER, "2027-03-16 09:00", early)[1] == local("2027-03-18 09:00")
    assert _clock(TaskKind.RESCHEDULE, "2027-03-16 09:00", early)[1] == local("2027-03-19 10:00")


@settings(deadline=None)  # the first holidays of a year take a while
@given(st.sampled_from(TaskKind), instants)
def test_care_07_warned_at_half_supervisors_in_time_managers_at_twice(kind: TaskKind, at: dt.datetime) -> None:
    clock = deadlines(kind, at, OFFICE)
    assert at < clock.acknowledge_by < clock.due_at < clock.manager_at


@settings(deadline=None)  # the first holidays of a year take a while
@given(instants)
def test_care_07_the_more_urgent_the_sooner(at: dt.datetime) -> None:
    by_priority = {rule.priority: deadlines(kind, at, OFFICE).due_at for kind, rule in RULES.items()}
    assert [by_priority[priority] for priority in Priority] == sorted(by_priority.values())


def test_a_due_time_that_a_person_chose_is_halved_and_doubled_alike() -> None:
    assert deadlines_until(local("2027-03-16 10:00"), local("2027-03-20 10:00")) == Deadlines(
        *_locals("2027-03-18 10:00", "2027-03-20 10:00", "2027-03-24 10:00")
    )


CLOCK = Deadlines(*_locals("2027-03-16 12:00", "2027-03-16 14:00", "2027-03-16 18:00"))


@pytest.mark.parametrize(
    ("level", "then"),
    [
        (Escalation.NONE, CLOCK.acknowledge_by),
        (Escalation.WARNED, CLOCK.due_at),
        (Escalation.SUPERVISOR, CLOCK.manager_at),
        (Escalation.MANAGER, None),
    ],
)
def test_care_07_when_an_unfinished_task_goes_one_level_up(level: Escalation, then: dt.datetime | None) -> None:
    assert next_escalation(level, CLOCK) == then


@pytest.mark.parametrize(
    ("now", "level"),
    [
        ("2027-03-16 11:59", Escalation.NONE),
        ("2027-03-16 12:00", Escalation.WARNED),
        ("2027-03-16 13:59", Escalation.WARNED),
        ("2027-03-16 14:00", Escalation.SUPERVISOR),
        ("2027-03-16 18:00", Escalation.MANAGER),
        ("2027-03-20 18:00", Escalation.MANAGER),
    ],
)
def test_care_07_the_level_an_unfinished_task_has_reached_even_after_an_outage(now: str, level: Escalation) -> None:
    assert escalated(Escalation.NONE, CLOCK, local(now)) is level


@settings(deadline=None)  # the first holidays of a year take a while
@given(st.sampled_from(Escalation), instants)
def test_a_task_never_comes_down_again(level: Escalation, now: dt.datetime) -> None:
    assert escalated(level, CLOCK, now) >= level


def test_care_07_who_owns_a_task_at_each_level() -> None:
    owners = [owner_at(level, "schedulers") for level in Escalation]
    assert owners == ["schedulers", "schedulers", SUPERVISORS, MANAGERS]


@pytest.mark.parametrize("kind", TaskKind)
def test_i14_every_task_has_an_owner_a_next_step_a_due_date_and_an_end(kind: TaskKind) -> None:
    rule = RULES[kind]
    assert rule.queue
    assert rule.next_action
    assert len(set(rule.resolutions)) == len(rule.resolutions) > 0
    assert deadlines(kind, local("2027-03-16 10:00"), OFFICE).due_at > local("2027-03-16 10:00")
