"""Working days and federal holidays (TIM-11, appendix C), and when a task is due (CARE-07)."""

from __future__ import annotations

import datetime as dt

import pytest
from loop_builders import NEW_YORK, local

from outreach.loops.business_days import business_days_after, business_days_before, close_of_business, is_holiday
from outreach.loops.tasks import RULES, Priority, TaskKind, due

HOLIDAYS_OF_2026_AND_AROUND = {
    "2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-03", "2026-07-04", "2026-09-07",
    "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25",
}  # fmt: skip


def test_tim_11_the_federal_holidays_of_a_year_with_the_observed_days() -> None:
    days = (dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(365))
    assert {str(day) for day in days if is_holiday(day)} == HOLIDAYS_OF_2026_AND_AROUND


@pytest.mark.parametrize(
    ("day", "because"),
    [
        ("2027-12-31", "New Year's Day 2028 is a Saturday: the Friday before, in the old year"),
        ("2027-07-05", "the Fourth of July is a Sunday: the Monday after"),
    ],
)
def test_tim_11_a_holiday_on_a_weekend_is_observed_beside_it(day: str, because: str) -> None:
    assert is_holiday(dt.date.fromisoformat(day)), because


def test_law_16_ten_business_days_after_a_revocation() -> None:
    assert business_days_after(dt.date(2026, 12, 18), 10) == dt.date(2027, 1, 5)


def test_nemt_02_a_ride_is_asked_for_two_business_days_before() -> None:
    assert business_days_before(dt.date(2027, 1, 19), 2) == dt.date(2027, 1, 14)


def test_the_day_itself_is_not_counted_and_no_days_are_no_days() -> None:
    assert business_days_after(dt.date(2027, 3, 16), 0) == dt.date(2027, 3, 16)
    assert business_days_after(dt.date(2027, 3, 19), 1) == dt.date(2027, 3, 22)
    assert business_days_before(dt.date(2027, 3, 22), 1) == dt.date(2027, 3, 19)


def test_close_of_business_is_five_on_the_zones_own_date() -> None:
    late_on_friday = local("2027-03-12 23:30")  # already Saturday in UTC; the clocks change on Sunday
    assert close_of_business(late_on_friday, NEW_YORK, 1) == local("2027-03-15 17:00")
    assert close_of_business(late_on_friday, "Pacific/Honolulu", 1) == local("2027-03-15 17:00", "Pacific/Honolulu")


@pytest.mark.parametrize(
    ("kind", "when"),
    [
        (TaskKind.CRISIS, "2026-12-23 16:15"),
        (TaskKind.SAFETY_REVIEW, "2026-12-23 17:00"),
        (TaskKind.MEDICATION_QUESTION, "2026-12-23 20:00"),
        (TaskKind.RESCHEDULE, "2026-12-28 17:00"),
    ],
)
def test_care_07_how_soon_a_task_is_due(kind: TaskKind, when: str) -> None:
    assert due(kind, local("2026-12-23 16:00"), NEW_YORK) == local(when)


def test_care_07_the_more_urgent_the_sooner() -> None:
    now = local("2026-12-23 16:00")
    by_priority = {rule.priority: due(kind, now, NEW_YORK) for kind, rule in RULES.items()}
    assert [by_priority[priority] for priority in Priority] == sorted(by_priority.values())


@pytest.mark.parametrize("kind", TaskKind)
def test_i14_every_task_has_an_owner_a_next_step_a_due_date_and_an_end(kind: TaskKind) -> None:
    rule = RULES[kind]
    assert rule.queue
    assert rule.next_action
    assert len(set(rule.resolutions)) == len(rule.resolutions) > 0
    assert due(kind, local("2027-03-16 10:00"), NEW_YORK) > local("2027-03-16 10:00")
