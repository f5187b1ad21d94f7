"""From a cadence to the touches a loop wants (TIM-08, TIM-09, TIM-12, TIM-13), with the factory cadence."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loop_builders import (
    CHICAGO,
    LOS_ANGELES,
    NEW_YORK,
    US_ZONES,
    a_loop,
    a_situation,
    a_visit,
    factory_cadence,
    local,
)

from outreach.loops.anchor import Anchor, Sensitivity
from outreach.loops.cadence import Cadence, CadenceStep, Condition, Queue, When
from outreach.loops.hours import Hours, openings
from outreach.loops.instants import local_date
from outreach.loops.loop import Closed, Loop, Stage
from outreach.loops.outcomes import Outcome
from outreach.loops.plan import Wanted, plan

ENROLLED = "2027-03-08 12:00"  # a Monday, eight days before the visit


def _plan(loop: Loop | None = None, now: str = ENROLLED, **situation: Any) -> list[Wanted]:
    return plan(loop or a_loop(), factory_cadence(), a_situation(local(now), **situation))


def _told(wanted: list[Wanted], zone: str = NEW_YORK) -> list[str]:
    return [f"{touch.due_at.astimezone(ZoneInfo(zone)):%a %m-%d %H:%M} {touch.words}" for touch in wanted]


def _dayof(wanted: list[Wanted]) -> list[str]:
    return _told([touch for touch in wanted if touch.step == "dayof"])


def test_a_member_enrolled_in_time_gets_every_step_at_its_hour() -> None:
    assert _told(_plan(welcomed=False)) == [
        "Mon 03-08 12:00 optin_confirm",
        "Sat 03-13 10:00 reminder",
        "Mon 03-15 16:00 reminder",
        "Tue 03-16 11:30 dayof",
        "Tue 03-16 17:30 postvisit",
    ]


def test_law_28_a_phone_that_was_welcomed_is_not_welcomed_again() -> None:
    assert "optin_confirm" not in {touch.words for touch in _plan(welcomed=True)}


def test_a_member_enrolled_late_gets_the_late_steps_now_and_no_step_that_is_past() -> None:
    assert _told(_plan(now="2027-03-15 16:30", welcomed=False)) == [
        "Mon 03-15 16:30 optin_confirm",
        "Mon 03-15 16:30 reminder",
        "Tue 03-16 11:30 dayof",
        "Tue 03-16 17:30 postvisit",
    ]


def test_a_member_enrolled_too_late_for_a_reminder_gets_none() -> None:
    assert _told(_plan(now="2027-03-16 10:00")) == ["Tue 03-16 11:30 dayof", "Tue 03-16 17:30 postvisit"]


def test_law_33_a_step_planned_at_night_waits_for_the_morning() -> None:
    night = _plan(now="2027-03-08 23:00", welcomed=False)
    assert _told(night)[0] == "Tue 03-09 09:00 optin_confirm"


def test_law_33_the_window_is_the_members_and_the_visit_is_on_the_clinics_clocks() -> None:
    assert _dayof(_plan(a_loop(a_visit(wall_time=dt.time(12))), zones=(LOS_ANGELES,))) == ["Mon 03-15 21:00 dayof_eve"]
    assert _dayof(_plan(zones=(NEW_YORK, LOS_ANGELES))) == ["Tue 03-16 12:00 dayof"]


@pytest.mark.parametrize("visit", ["07:30", "08:00", "09:30"])
def test_tim_09_an_early_visits_day_of_text_goes_the_evening_before_and_says_tomorrow(visit: str) -> None:
    early = a_loop(a_visit(wall_time=dt.time.fromisoformat(visit)))
    assert _dayof(_plan(early)) == ["Mon 03-15 18:00 dayof_eve"]


def test_tim_09_from_ten_o_clock_on_the_morning_is_early_enough() -> None:
    assert _dayof(_plan(a_loop(a_visit(wall_time=dt.time(10))))) == ["Tue 03-16 09:00 dayof"]


def test_tim_09_pulled_back_to_now_when_the_evening_has_begun() -> None:
    assert _dayof(_plan(a_loop(a_visit(wall_time=dt.time(7, 30))), now="2027-03-15 19:00")) == [
        "Mon 03-15 19:00 dayof_eve"
    ]


@pytest.mark.parametrize("now", ["2027-03-15 19:50", "2027-03-15 22:00", "2027-03-16 03:00"])
def test_tim_09_skipped_when_that_evening_is_past(now: str) -> None:
    assert _dayof(_plan(a_loop(a_visit(wall_time=dt.time(7, 30))), now=now)) == []


def test_tim_09_an_evening_visit_is_told_of_before_the_guard_of_the_same_day_and_says_today() -> None:
    late = Hours(weekday=(dt.time(9), dt.time(17)))
    evening = a_loop(a_visit(wall_time=dt.time(19, 55)))  # due 16:55, in the guard; useless tomorrow
    assert _dayof(_plan(evening, hours=late)) == ["Tue 03-16 15:00 dayof"]


def test_tim_12_nothing_says_tomorrow_two_days_before() -> None:
    after_mlk_day = a_loop(a_visit(day=dt.date(2027, 1, 19), wall_time=dt.time(7, 30)))
    assert _dayof(_plan(after_mlk_day, now="2027-01-10 12:00")) == []  # the last open evening is Sunday's


def test_tim_12_nothing_says_today_the_day_before_for_want_of_other_words() -> None:
    step = CadenceStep("dayof", "dayof", When.HOURS_BEFORE, 3, Condition.STILL_ON)
    early = a_loop(a_visit(wall_time=dt.time(7, 30)))
    assert plan(early, Cadence(1, (step,)), a_situation(local(ENROLLED))) == []


def test_tim_09_a_reminder_that_names_the_day_may_be_pulled_back_as_it_is() -> None:
    closed_saturdays = Hours(saturday=None)
    sunday = a_loop(a_visit(day=dt.date(2027, 3, 21), wall_time=dt.time(9)))
    wanted = [touch for touch in _plan(sunday, hours=closed_saturdays) if touch.step == "day_before"]
    assert _told(wanted) == ["Fri 03-19 18:00 reminder"]


def test_a_visit_without_a_time_is_told_of_on_its_day_without_a_time() -> None:
    assert _told(_plan(a_loop(a_visit(wall_time=None)))) == [
        "Sat 03-13 10:00 reminder_no_time",
        "Mon 03-15 16:00 reminder_no_time",
        "Tue 03-16 09:00 dayof_no_time",
        "Wed 03-17 09:00 postvisit",
    ]


def test_how_it_went_is_never_asked_before_the_visit() -> None:
    step = CadenceStep(
        "post", "postvisit", When.HOURS_AFTER, 2, Condition.OUTCOME_UNKNOWN, useful=dt.timedelta(hours=4)
    )
    evening = a_loop(a_visit(wall_time=dt.time(19)))
    assert plan(evening, Cadence(1, (step,)), a_situation(local(ENROLLED))) == []


def test_tim_03_without_a_common_hour_the_gate_is_left_to_say_so() -> None:
    mornings = Hours(weekday=(dt.time(9), dt.time(11)), saturday=None, sunday=None)
    wanted = _plan(zones=(NEW_YORK, LOS_ANGELES), hours=mornings)
    assert "Tue 03-16 11:30 dayof" in _told(wanted)


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ({"stage": Stage.SCHEDULED}, ["reminder", "day_before", "dayof", "postvisit"]),
        ({"stage": Stage.CONFIRMED}, ["dayof", "postvisit"]),
        ({"stage": Stage.WANTS_CHANGE}, []),
        ({"stage": Stage.CANNOT_COME, "outcome": Outcome.CANCELLED_BY_PATIENT_TIMELY}, []),
        ({"stage": Stage.NOT_KEPT, "outcome": Outcome.NO_SHOW}, []),
        ({"stage": Stage.OUTCOME_MISSING, "outcome": Outcome.UNKNOWN}, ["postvisit"]),
        ({"stage": Stage.CLOSED, "closed": Closed.VISIT_COMPLETED}, []),
    ],
)
def test_what_is_asked_depends_on_what_is_known(state: dict[str, Any], steps: list[str]) -> None:
    assert [touch.step for touch in _plan(a_loop(**state))] == steps


def test_hip_05_a_silent_visit_is_never_texted_about() -> None:
    silent = a_loop(a_visit(version=2, cancelled=True, sensitivity=Sensitivity.SILENT))
    assert _plan(silent, welcomed=False, told_version=1) == []


def test_tim_13_who_was_told_of_an_older_time_hears_of_the_new_one_once() -> None:
    moved = a_loop(a_visit(version=2))
    now = "2027-03-12 12:00"
    assert _told(_plan(moved, now, told_version=1))[0] == "Fri 03-12 12:00 moved"
    for told in (None, 2):
        assert "moved" not in {touch.step for touch in _plan(moved, now, told_version=told)}


def test_tim_13_a_new_day_without_a_time_has_its_own_words() -> None:
    assert _plan(a_loop(a_visit(version=2, wall_time=None)), told_version=1)[0].words == "moved_no_time"


def test_tim_13_who_had_confirmed_and_keeps_the_yes_hears_nothing_of_a_small_move() -> None:
    assert [touch.step for touch in _plan(a_loop(a_visit(version=2), stage=Stage.CONFIRMED), told_version=1)] == [
        "dayof",
        "postvisit",
    ]


def test_tim_13_a_cancelled_visit_is_one_notice_for_who_was_told_and_nothing_else() -> None:
    cancelled = a_loop(a_visit(version=2, cancelled=True), stage=Stage.NOT_KEPT)
    (notice,) = _plan(cancelled, "2027-03-12 22:00", told_version=1)
    assert _told([notice]) == ["Sat 03-13 09:00 visit_cancelled"]
    assert notice.queue is Queue.DAY_OF
    assert _plan(cancelled, told_version=None) == []
    assert _plan(cancelled, "2027-03-16 13:45", told_version=1) == []  # too late to be of use


def test_tim_13_a_notice_that_waits_keeps_its_time() -> None:
    planned = {"moved": local("2027-03-12 12:00")}
    wanted = _plan(a_loop(a_visit(version=2)), "2027-03-12 12:03", told_version=1, planned=planned)
    assert _told(wanted)[0] == "Fri 03-12 12:00 moved"


@pytest.mark.parametrize("started", ["reminder", "dayof"])
def test_a_step_that_left_stays_in_the_plan_at_its_own_time(started: str) -> None:
    now = "2027-03-16 12:00"
    (touch,) = [t for t in _plan(now=now, started=frozenset({started})) if t.step == started]
    assert touch.due_at < local(now)


@pytest.mark.parametrize(
    ("step", "planned", "now"),
    [
        ("day_before", "2027-03-15 16:00", "2027-03-15 16:20"),  # held a while by an unread reply
        ("dayof", "2027-03-16 11:30", "2027-03-16 12:00"),
    ],
)
def test_a_touch_past_due_keeps_its_time_until_it_leaves(step: str, planned: str, now: str) -> None:
    wanted = {touch.step: touch for touch in _plan(now=now, planned={step: local(planned)})}
    assert wanted[step].due_at == local(planned)
    assert step not in {touch.step for touch in _plan(now=now)}


def test_a_pulled_back_touch_that_is_held_for_a_while_keeps_its_time_and_its_words() -> None:
    early = a_loop(a_visit(wall_time=dt.time(7, 30)))
    held = _plan(early, "2027-03-15 18:07", planned={"dayof": local("2027-03-15 18:00")})
    assert _dayof(held) == ["Mon 03-15 18:00 dayof_eve"]


def test_a_planned_touch_in_the_future_follows_the_visit() -> None:
    assert _dayof(_plan(planned={"dayof": local("2027-03-16 08:00")})) == ["Tue 03-16 11:30 dayof"]


clocks = st.times().map(lambda time: time.replace(second=0, microsecond=0))
anchors = st.builds(
    a_visit,
    day=st.dates(dt.date(2026, 12, 20), dt.date(2027, 3, 20)),
    wall_time=st.none() | clocks,
    zone=st.sampled_from(US_ZONES),
)


@given(anchors, st.integers(-120, 12 * 24), st.lists(st.sampled_from(US_ZONES), min_size=1, max_size=2, unique=True))
def test_every_new_touch_is_within_hours_in_time_and_says_the_right_day(
    anchor: Anchor, hours_ahead: int, zones: list[str]
) -> None:
    now = anchor.starts_at - dt.timedelta(hours=hours_ahead)
    situation = a_situation(now, zones=tuple(zones), welcomed=False, told_version=0)
    for touch in plan(a_loop(anchor), factory_cadence(), situation):
        around = openings(situation.hours, touch.due_at, zones, range(-1, 2))
        assert any(each.starts <= touch.due_at < each.ends for each in around) or not around
        assert now <= touch.due_at <= touch.useful_until
        day = local_date(touch.due_at, anchor.zone)
        if touch.words in ("dayof", "dayof_no_time"):
            assert day == anchor.day
        if touch.words == "dayof_eve":
            assert day == anchor.day - dt.timedelta(days=1)
        if touch.step == "postvisit":
            assert touch.due_at > anchor.ends_at
        else:
            assert touch.due_at < (anchor.starts_at if anchor.wall_time else anchor.ends_at)


def test_the_clinics_clocks_decide_what_tomorrow_is() -> None:
    # 07:30 in Chicago; the member's evening in New York is already an hour later.
    early = a_loop(a_visit(wall_time=dt.time(7, 30), zone=CHICAGO))
    assert _dayof(_plan(early)) == ["Mon 03-15 18:00 dayof_eve"]


def test_tim_13_who_was_told_hears_of_a_move_by_its_notice_and_not_by_a_late_reminder_too() -> None:
    moved = a_loop(anchor=a_visit(version=2, day=dt.date(2027, 3, 10)))
    assert _told(_plan(moved, now="2027-03-08 12:00", told_version=1))[0] == "Mon 03-08 12:00 moved"
    assert "Mon 03-08 12:00 reminder" not in _told(_plan(moved, now="2027-03-08 12:00", told_version=1))
    assert "Mon 03-08 12:00 reminder" in _told(_plan(moved, now="2027-03-08 12:00"))
