"""From a cadence to the touches a loop wants (TIM-08, TIM-09, TIM-12, TIM-13, NEMT-03, NEMT-07)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lane_scenarios import usual
from loop_builders import (
    CHICAGO,
    LOS_ANGELES,
    NEW_YORK,
    US_ZONES,
    a_loop,
    a_situation,
    a_touch,
    a_visit,
    factory_cadence,
    local,
    the_facts,
)

from conversations.meaning import Reason
from outreach.loops.anchor import Anchor, Sensitivity
from outreach.loops.business_days import BusinessCalendar
from outreach.loops.cadence import Cadence, CadenceStep, Condition, Queue, When, read_cadence
from outreach.loops.consent import Category
from outreach.loops.gate import decide
from outreach.loops.hours import Hours, openings
from outreach.loops.instants import local_date
from outreach.loops.loop import Loop, Stage
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.plan import Wanted, plan
from outreach.loops.rides import RideNotice
from outreach.loops.setting import Setting
from outreach.loops.standing import Standing
from outreach.loops.verdict import Refused

ENROLLED = "2027-03-08 12:00"  # a Monday, eight days before the visit
WELCOME = {
    "key": "welcome", "words": "optin_confirm", "when": "enrolment", "conditions": ["not_welcomed"], "late": True,
}  # fmt: skip
REMINDERS = [
    {
        "key": key, "words": "reminder", "words_without_time": "reminder_no_time", "when": "days_before",
        "amount": days, "at": at, "conditions": ["unanswered"], "group": "reminders", "late": late,
        "useful_hours": useful,
    }
    for key, days, at, late, useful in (
        ("week", 7, "10:00", True, -100), ("three", 3, "10:00", True, -20), ("eve", 1, "15:00", False, -4),
    )
]  # fmt: skip
DAYOF = {
    "key": "dayof", "words": "dayof", "words_without_time": "dayof_no_time", "words_pulled_back": "dayof_eve",
    "when": "hours_before", "amount": 3, "conditions": ["still_on"], "queue": "day-of",
}  # fmt: skip
POSTVISIT = {
    "key": "postvisit", "words": "postvisit", "when": "hours_after", "amount": 2, "conditions": ["outcome_unknown"],
    "useful_hours": 48,
}  # fmt: skip
MISSED = {
    "key": "missed", "words": "missed", "when": "hours_after", "amount": 24, "conditions": ["missed"], "late": True,
    "useful_hours": 240,
}  # fmt: skip
RIDE_CHECK = {
    "key": "ride_check", "words": "transport", "when": "notice_before", "amount": 2, "at": "13:00", "late": True,
    "conditions": ["still_on", "ride_unknown"], "category": "transport", "useful_hours": -4,
}  # fmt: skip


def _of_a_ride(key: str, when: str, condition: str, useful: float, **more: Any) -> dict[str, Any]:
    row = {"key": key, "words": key, "when": when, "conditions": [condition], "category": "transport"}
    return row | {"queue": "day-of", "useful_hours": useful} | more


RIDE_STEPS = [
    _of_a_ride("ride_booked", "at_once", "ride_booked", -2, late=True),
    _of_a_ride("ride_reminder", "days_before", "ride_booked", -3, amount=1, at="17:00"),
    _of_a_ride("ride_come", "hours_after_pickup", "ride_booked", -0.75, amount=0.25, pull_back=False),
    _of_a_ride("will_call", "hours_after", "will_call", 3),
    _of_a_ride("got_home", "hours_after", "ride_home", 4, amount=1.5),
]
EXAMPLE = read_cadence(1, [WELCOME, *REMINDERS, DAYOF, POSTVISIT, MISSED])
RIDES = read_cadence(1, [WELCOME, RIDE_CHECK, *RIDE_STEPS])
BOOKED = {"ride": {"there": "13:30", "home": "will call"}}


def _plan(loop: Loop | None = None, now: str = ENROLLED, cadence: Cadence = EXAMPLE, **situation: Any) -> list[Wanted]:
    return plan(loop or a_loop(), cadence, a_situation(local(now), **situation))


def _one(step: CadenceStep, loop: Loop | None = None, now: str = ENROLLED, **situation: Any) -> list[Wanted]:
    return _plan(loop, now, Cadence(1, (step,)), **situation)


def _told(wanted: list[Wanted], zone: str = NEW_YORK) -> list[str]:
    return [f"{touch.due_at.astimezone(ZoneInfo(zone)):%a %m-%d %H:%M} {touch.words}" for touch in wanted]


def _only(wanted: list[Wanted], *steps: str) -> list[str]:
    return _told([touch for touch in wanted if touch.step in steps])


def _step(when: When, *conditions: Condition, **fields: Any) -> CadenceStep:
    return CadenceStep("step", "reminder", when, fields.pop("amount", 0), conditions or (Condition.STILL_ON,), **fields)


def _visit(day: str = "2027-03-16", time: str | None = "14:30", **fields: Any) -> Loop:
    wall_time = dt.time.fromisoformat(time) if time else None
    return a_loop(a_visit(day=dt.date.fromisoformat(day), wall_time=wall_time), **fields)


# Enrolled in time, late, and too late.


def test_a_member_enrolled_in_time_gets_every_step_at_its_hour() -> None:
    assert _told(_plan(welcomed=False)) == [
        "Mon 03-08 12:00 optin_confirm",
        "Tue 03-09 10:00 reminder",
        "Sat 03-13 10:00 reminder",
        "Mon 03-15 15:00 reminder",
        "Tue 03-16 11:30 dayof",
        "Tue 03-16 17:30 postvisit",
    ]


def test_law_28_a_phone_that_was_welcomed_is_not_welcomed_again() -> None:
    assert "optin_confirm" not in {touch.words for touch in _plan(welcomed=True)}


def test_of_the_late_steps_of_a_group_only_the_last_is_made_up_for() -> None:
    assert _told(_plan(now="2027-03-13 16:00"))[:2] == ["Sat 03-13 16:00 reminder", "Mon 03-15 15:00 reminder"]


def test_a_late_step_is_not_made_up_for_when_the_next_of_its_group_comes_within_a_day() -> None:
    assert _only(_plan(now="2027-03-14 15:01"), "three", "eve") == ["Mon 03-15 15:00 reminder"]
    assert _only(_plan(now="2027-03-14 14:59"), "three", "eve") == [
        "Sun 03-14 14:59 reminder",
        "Mon 03-15 15:00 reminder",
    ]


def test_what_had_begun_is_not_begun_again() -> None:
    now = "2027-03-13 16:00"
    assert _only(_plan(now=now, ever=frozenset({"week"})), "week", "three") == []
    assert _only(_plan(now=now, planned={("three", 1): local("2027-03-13 10:00")}), "three") == [
        "Sat 03-13 10:00 reminder"
    ]


def test_the_end_of_a_group_whose_beginning_was_missed_is_torn_off() -> None:
    strict = [row | {"late": False} for row in REMINDERS]
    cadence = read_cadence(1, [WELCOME, *strict, DAYOF])
    assert _only(_plan(now="2027-03-10 12:00", cadence=cadence), "week", "three", "eve") == []
    assert len(_only(_plan(cadence=cadence), "week", "three", "eve")) == 3
    begun = _plan(now="2027-03-10 12:00", cadence=cadence, started=frozenset({("week", 1)}), ever=frozenset({"week"}))
    assert _only(begun, "three", "eve") == ["Sat 03-13 10:00 reminder", "Mon 03-15 15:00 reminder"]


def test_a_member_enrolled_too_late_for_a_reminder_gets_none() -> None:
    assert _told(_plan(now="2027-03-16 10:00")) == ["Tue 03-16 11:30 dayof", "Tue 03-16 17:30 postvisit"]


# Who gets a step: what is known, tiers, barriers, standing.


@pytest.mark.parametrize(
    ("stage", "steps"),
    [
        (Stage.SCHEDULED, ["week", "three", "eve", "dayof", "postvisit"]),
        (Stage.CONFIRMED, ["dayof", "postvisit"]),
        (Stage.UNREACHED, ["dayof", "postvisit"]),
        (Stage.WANTS_CHANGE, []),
        (Stage.CANNOT_COME, []),
        (Stage.ARRIVED, ["postvisit"]),
        (Stage.GOING_HOME, []),
        (Stage.OUTCOME_MISSING, ["postvisit"]),
        (Stage.NOT_KEPT, ["missed"]),
        (Stage.CLOSED, []),
    ],
)
def test_what_is_asked_depends_on_what_is_known(stage: Stage, steps: list[str]) -> None:
    assert [touch.step for touch in _plan(usual(stage))] == steps


def test_care_09_who_said_so_themselves_is_not_told_that_we_missed_them() -> None:
    said_so = usual(Stage.NOT_KEPT, {"source": "member"})
    cancelled = usual(Stage.NOT_KEPT, {"outcome": "cancelled_by_patient_late"})
    assert _plan(said_so, "2027-03-17 02:00") == _plan(cancelled, "2027-03-17 02:00") == []


def test_care_09_a_missed_visit_cools_off_for_a_day_and_is_made_up_for_when_it_is_known_late() -> None:
    missed = usual(Stage.NOT_KEPT)
    assert _told(_plan(missed, "2027-03-17 02:00")) == ["Wed 03-17 15:30 missed"]
    assert _told(_plan(missed, "2027-03-22 11:00")) == ["Mon 03-22 11:00 missed"]


def test_all_conditions_of_a_step_must_hold() -> None:
    step = _step(When.HOURS_BEFORE, Condition.CONFIRMED, Condition.RIDE_UNKNOWN, amount=24)
    assert len(_one(step, usual(Stage.CONFIRMED))) == 1
    assert _one(step, usual(Stage.SCHEDULED)) == _one(step, usual(Stage.CONFIRMED, {"ride": "own"})) == []


@pytest.mark.parametrize(("tier", "wanted"), [(1, 0), (2, 0), (3, 1), (4, 1)])
def test_a_step_may_be_for_some_risk_tiers_alone(tier: int, wanted: int) -> None:
    step = _step(When.HOURS_BEFORE, amount=24, tiers=(3, 4))
    assert len(_one(step, a_loop(setting=Setting(tier=tier)))) == wanted


def test_a_step_may_be_for_members_with_a_barrier_alone() -> None:
    step = _step(When.HOURS_BEFORE, amount=24, barriers=(Reason.WORK_CONFLICT, Reason.CHILDCARE))
    assert _one(step) == _one(step, a_loop(barriers=frozenset({Reason.FORGOT}))) == []
    assert len(_one(step, a_loop(barriers=frozenset({Reason.FORGOT, Reason.CHILDCARE})))) == 1


@pytest.mark.parametrize("standing", [standing for standing in Standing if standing is not Standing.ACTIVE])
def test_care_11_nothing_is_texted_to_who_is_away_or_dead(standing: Standing) -> None:
    away = a_loop(a_visit(version=2), setting=Setting(standing=standing))
    assert _plan(away, welcomed=False, told_version=1) == []


def test_hip_05_a_silent_visit_is_never_texted_about() -> None:
    silent = a_loop(a_visit(version=2, cancelled=True, sensitivity=Sensitivity.SILENT))
    assert _plan(silent, welcomed=False, told_version=1) == []


# Hours, days and zones.


def test_law_33_a_step_planned_at_night_waits_for_the_morning() -> None:
    assert _told(_plan(now="2027-03-08 23:00", welcomed=False))[0] == "Tue 03-09 09:00 optin_confirm"


def test_law_33_the_window_is_the_members_and_the_visit_is_on_the_clinics_clocks() -> None:
    assert _only(_plan(_visit(time="12:00"), zones=(LOS_ANGELES,)), "dayof") == ["Mon 03-15 21:00 dayof_eve"]
    assert _only(_plan(zones=(NEW_YORK, LOS_ANGELES)), "dayof") == ["Tue 03-16 12:00 dayof"]


@pytest.mark.parametrize("time", ["07:30", "08:00", "09:30"])
def test_tim_09_an_early_visits_day_of_text_goes_the_evening_before_and_says_tomorrow(time: str) -> None:
    assert _only(_plan(_visit(time=time)), "dayof") == ["Mon 03-15 18:00 dayof_eve"]


def test_tim_09_from_ten_o_clock_on_the_morning_is_early_enough() -> None:
    assert _only(_plan(_visit(time="10:00")), "dayof") == ["Tue 03-16 09:00 dayof"]


def test_tim_09_pulled_back_to_now_when_the_evening_has_begun() -> None:
    assert _only(_plan(_visit(time="07:30"), "2027-03-15 19:00"), "dayof") == ["Mon 03-15 19:00 dayof_eve"]


@pytest.mark.parametrize("now", ["2027-03-15 19:50", "2027-03-15 22:00", "2027-03-16 03:00"])
def test_tim_09_a_step_that_no_window_carries_is_left_to_the_gate_to_refuse(now: str) -> None:
    (touch,) = [touch for touch in _plan(_visit(time="07:30"), now) if touch.step == "dayof"]
    assert touch.due_at == touch.useful_until == local("2027-03-16 04:30")
    _is_refused(touch)


def _is_refused(touch: Wanted) -> None:
    asked = a_touch(touch.useful_until, queue=touch.queue)
    assert decide(asked, the_facts(), touch.due_at) == Refused("TIM-09")


def test_tim_12_nothing_says_tomorrow_two_days_before() -> None:
    after_mlk_day = _visit("2027-01-19", "07:30")  # the last open evening is Sunday's
    (touch,) = [touch for touch in _plan(after_mlk_day, "2027-01-10 12:00") if touch.step == "dayof"]
    _is_refused(touch)


def test_tim_12_nothing_says_today_the_day_before_for_want_of_other_words() -> None:
    step = CadenceStep("dayof", "dayof", When.HOURS_BEFORE, 3, (Condition.STILL_ON,))
    (touch,) = _one(step, _visit(time="07:30"))
    _is_refused(touch)


def test_a_step_that_may_not_leave_earlier_is_refused_rather_than_pulled_back() -> None:
    step = CadenceStep("eve", "reminder", When.HOURS_BEFORE, 3, (Condition.STILL_ON,), pull_back=False)
    (touch,) = _one(step, _visit(time="07:30"))
    _is_refused(touch)


def test_tim_09_a_reminder_that_names_the_day_may_be_pulled_back_as_it_is() -> None:
    sunday = _visit("2027-03-21", "09:00")
    assert _only(_plan(sunday, hours=Hours(saturday=None)), "eve") == ["Fri 03-19 18:00 reminder"]


def test_law_33_no_reminder_on_a_holiday() -> None:
    tuesday = _visit("2027-01-19", "14:30")  # its eve is Martin Luther King Day
    assert _only(_plan(tuesday, "2027-01-10 12:00"), "eve") == ["Tue 01-19 09:00 reminder"]


def test_a_visit_without_a_time_is_told_of_on_its_day_without_a_time() -> None:
    assert _told(_plan(_visit(time=None))) == [
        "Tue 03-09 10:00 reminder_no_time",
        "Sat 03-13 10:00 reminder_no_time",
        "Mon 03-15 15:00 reminder_no_time",
        "Tue 03-16 09:00 dayof_no_time",
        "Wed 03-17 09:00 postvisit",
    ]


def test_how_it_went_is_never_asked_before_the_visit() -> None:
    step = CadenceStep(
        "post", "postvisit", When.HOURS_AFTER, 2, (Condition.OUTCOME_UNKNOWN,), useful=dt.timedelta(hours=4)
    )
    (touch,) = _one(step, _visit(time="19:00"))
    assert touch.due_at == local("2027-03-16 22:00")  # and the gate refuses it there
    _is_refused(touch)


def test_tim_03_without_a_common_hour_the_gate_is_left_to_say_so() -> None:
    mornings = Hours(weekday=(dt.time(9), dt.time(11)), saturday=None, sunday=None)
    assert "Tue 03-16 11:30 dayof" in _told(_plan(zones=(NEW_YORK, LOS_ANGELES), hours=mornings))


def test_the_clinics_clocks_decide_what_tomorrow_is() -> None:
    # 07:30 in Chicago; the member's evening in New York is already an hour later.
    early = a_loop(a_visit(wall_time=dt.time(7, 30), zone=CHICAGO))
    assert _only(_plan(early), "dayof") == ["Mon 03-15 18:00 dayof_eve"]


def test_tim_11_business_days_before_are_the_clinics() -> None:
    step = _step(When.BUSINESS_DAYS_BEFORE, amount=2, at=dt.time(11))
    after_mlk_day = _visit("2027-01-19")
    assert _told(_one(step, after_mlk_day, "2027-01-10 12:00")) == ["Thu 01-14 11:00 reminder"]
    saturdays = Setting(clinic=BusinessCalendar(NEW_YORK, weekdays=frozenset(range(6))))
    assert _told(_one(step, _visit("2027-01-19", setting=saturdays), "2027-01-10 12:00")) == [
        "Fri 01-15 11:00 reminder"
    ]


# The ride.


def test_nemt_03_the_ride_is_asked_about_two_of_the_brokers_days_before_its_last_one() -> None:
    # Tuesday after Martin Luther King Day: two days' notice is Thursday 14th, two more are Tuesday 12th.
    assert _only(_plan(_visit("2027-01-19"), "2027-01-04 12:00", RIDES), "ride_check") == ["Tue 01-12 13:00 transport"]


def test_nemt_02_a_broker_has_its_own_notice_and_closed_days() -> None:
    broker = BusinessCalendar(NEW_YORK, closed=frozenset({dt.date(2027, 1, 13)}))
    three_days = Setting(notice=RideNotice(broker, days=3))
    assert _only(_plan(_visit("2027-01-19", setting=three_days), "2027-01-04 12:00", RIDES), "ride_check") == [
        "Fri 01-08 13:00 transport"
    ]


def test_nemt_03_a_visit_that_is_known_inside_the_notice_is_asked_about_at_once() -> None:
    assert _only(_plan(now="2027-03-15 11:00", cadence=RIDES), "ride_check") == ["Mon 03-15 11:00 transport"]


@pytest.mark.parametrize("need", ["own", "needed", "failed"])
def test_who_said_how_they_get_there_is_not_asked(need: str) -> None:
    assert _plan(usual(Stage.CONFIRMED, {"ride": need}), cadence=RIDES) == []


def test_nemt_07_a_booked_ride_is_told_reminded_of_asked_about_and_seen_home() -> None:
    booked = usual(Stage.CONFIRMED, BOOKED)
    wanted = _plan(booked, cadence=RIDES)
    assert _told(wanted) == [
        "Mon 03-08 12:00 ride_booked",
        "Mon 03-15 17:00 ride_reminder",
        "Tue 03-16 13:45 ride_come",
        "Tue 03-16 15:30 will_call",
        "Tue 03-16 17:00 got_home",
    ]
    assert {touch.of_a_booked_ride for touch in wanted} == {True}
    assert {(touch.queue, touch.category) for touch in wanted} == {(Queue.DAY_OF, Category.TRANSPORT)}


def test_a_way_home_at_a_fixed_time_needs_no_number_to_call() -> None:
    fixed = usual(Stage.CONFIRMED, {"ride": {"there": "13:30", "home": "16:00"}})
    assert "will_call" not in {touch.step for touch in _plan(fixed, cadence=RIDES)}


def test_a_one_way_ride_asks_nobody_whether_they_got_home() -> None:
    one_way = usual(Stage.CONFIRMED, {"ride": {"there": "13:30"}})
    assert [touch.step for touch in _plan(one_way, cadence=RIDES)] == ["ride_booked", "ride_reminder", "ride_come"]


def test_nemt_07_whether_the_ride_has_come_is_asked_only_while_there_is_time_to_help() -> None:
    late = usual(Stage.CONFIRMED, {"ride": {"there": "13:40"}})
    (touch,) = [touch for touch in _plan(late, cadence=RIDES) if touch.step == "ride_come"]
    assert touch.due_at == touch.useful_until == local("2027-03-16 13:55")


@pytest.mark.parametrize(
    ("stage", "steps"),
    [
        (Stage.ARRIVED, ["will_call", "got_home"]),
        (Stage.GOING_HOME, ["will_call", "got_home"]),
        (Stage.UNREACHED, ["ride_booked", "ride_reminder", "ride_come"]),
        (Stage.WANTS_CHANGE, []),
        (Stage.NOT_KEPT, []),
    ],
)
def test_what_is_said_of_a_booked_ride_depends_on_where_the_member_is(stage: Stage, steps: list[str]) -> None:
    assert [touch.step for touch in _plan(usual(stage, BOOKED), cadence=RIDES)] == steps


def test_a_ride_that_is_booked_anew_is_told_anew() -> None:
    again = usual(Stage.CONFIRMED, {"ride": {"there": "13:00", "revision": 2}})
    told = frozenset({("ride_booked", 1)})
    wanted = {touch.step: touch for touch in _plan(again, "2027-03-10 12:00", RIDES, started=told)}
    assert {touch.nth for touch in wanted.values()} == {2}
    assert wanted["ride_booked"].due_at == local("2027-03-10 12:00")
    assert _plan(again, "2027-03-10 12:00", RIDES, started=frozenset({("ride_booked", 2)}))[0].due_at < local(ENROLLED)


# A visit that changes (TIM-13).


def test_tim_13_who_was_told_of_an_older_time_hears_of_the_new_one_once() -> None:
    moved = a_loop(a_visit(version=2))
    now = "2027-03-12 12:00"
    assert _told(_plan(moved, now, told_version=1))[0] == "Fri 03-12 12:00 moved"
    for told in (None, 2):
        assert "moved" not in {touch.step for touch in _plan(moved, now, told_version=told)}


def test_tim_13_a_new_day_without_a_time_has_its_own_words() -> None:
    assert _plan(a_loop(a_visit(version=2, wall_time=None)), told_version=1)[0].words == "moved_no_time"


def test_tim_13_who_had_confirmed_and_keeps_the_yes_hears_nothing_of_a_small_move() -> None:
    wanted = _plan(a_loop(a_visit(version=2), stage=Stage.CONFIRMED), told_version=1)
    assert [touch.step for touch in wanted] == ["dayof", "postvisit"]


def test_tim_13_who_was_told_hears_of_a_move_by_its_notice_and_not_by_a_late_reminder_too() -> None:
    moved = a_loop(a_visit(version=2, day=dt.date(2027, 3, 12)))
    assert _only(_plan(moved, "2027-03-10 12:00", told_version=1), "moved", "three") == ["Wed 03-10 12:00 moved"]
    assert _only(_plan(moved, "2027-03-10 12:00"), "moved", "three") == ["Wed 03-10 12:00 reminder"]


def test_tim_13_a_cancelled_visit_is_one_notice_for_who_was_told_and_nothing_else() -> None:
    cancelled = a_loop(a_visit(version=2, cancelled=True), stage=Stage.NOT_KEPT)
    (notice,) = _plan(cancelled, "2027-03-12 22:00", told_version=1)
    assert _told([notice]) == ["Sat 03-13 09:00 visit_cancelled"]
    assert notice.queue is Queue.DAY_OF
    assert _plan(cancelled, told_version=None) == []


def test_tim_13_the_clinics_word_on_its_link_counts_before_its_calendar_shows_it() -> None:
    off = a_loop(stage=Stage.NOT_KEPT, outcome=Outcome.CANCELLED_BY_CLINIC, source=Source.CLINIC_STAFF)
    assert _told(_plan(off, "2027-03-12 12:00", told_version=1)) == ["Fri 03-12 12:00 visit_cancelled"]
    assert _plan(off, "2027-03-16 14:30", told_version=1) == []  # the visit would have begun


@pytest.mark.parametrize(("version", "cancelled"), [(2, False), (2, True)])
def test_tim_13_a_notice_that_comes_too_late_is_left_to_the_gate_so_that_a_person_calls(
    version: int, cancelled: bool
) -> None:
    changed = a_loop(a_visit(version=version, cancelled=cancelled))
    notice = _plan(changed, "2027-03-16 13:45", told_version=1)[0]
    assert notice.due_at == notice.useful_until == local("2027-03-16 13:45")
    _is_refused(notice)
    assert [
        touch.step for touch in _plan(changed, "2027-03-16 14:30", told_version=1) if touch.step in ("moved",)
    ] == []


def test_tim_13_a_notice_that_waits_keeps_its_time() -> None:
    planned = {("moved", 1): local("2027-03-12 12:00")}
    wanted = _plan(a_loop(a_visit(version=2)), "2027-03-12 12:03", told_version=1, planned=planned)
    assert _told(wanted)[0] == "Fri 03-12 12:00 moved"


# What is planned already.


@pytest.mark.parametrize("started", ["three", "dayof"])
def test_a_step_that_left_stays_in_the_plan_at_its_own_time(started: str) -> None:
    now = "2027-03-16 12:00"
    wanted = _plan(now=now, started=frozenset({(started, 1)}), ever=frozenset({started}))
    (touch,) = [touch for touch in wanted if touch.step == started]
    assert touch.due_at < local(now)


@pytest.mark.parametrize(
    ("step", "planned", "now"),
    [
        ("eve", "2027-03-15 15:00", "2027-03-15 15:20"),  # held a while by an unread reply
        ("dayof", "2027-03-16 11:30", "2027-03-16 12:00"),
    ],
)
def test_a_touch_past_due_keeps_its_time_until_it_leaves(step: str, planned: str, now: str) -> None:
    wanted = {touch.step: touch for touch in _plan(now=now, planned={(step, 1): local(planned)})}
    assert wanted[step].due_at == local(planned)
    assert step not in {touch.step for touch in _plan(now=now)}


def test_a_pulled_back_touch_that_is_held_for_a_while_keeps_its_time_and_its_words() -> None:
    planned = {("dayof", 1): local("2027-03-15 18:00")}
    assert _only(_plan(_visit(time="07:30"), "2027-03-15 18:07", planned=planned), "dayof") == [
        "Mon 03-15 18:00 dayof_eve"
    ]


def test_a_planned_touch_in_the_future_follows_the_visit() -> None:
    planned = {("dayof", 1): local("2027-03-16 08:00")}
    assert _only(_plan(planned=planned), "dayof") == ["Tue 03-16 11:30 dayof"]


# The cadence that the product ships with.

clocks = st.times().map(lambda time: time.replace(second=0, microsecond=0))
anchors = st.builds(
    a_visit,
    day=st.dates(dt.date(2026, 12, 20), dt.date(2027, 3, 20)),
    wall_time=st.none() | clocks,
    zone=st.sampled_from(US_ZONES),
)


@settings(deadline=None)  # the first holidays of a year take a while
@given(anchors, st.integers(-120, 12 * 24), st.lists(st.sampled_from(US_ZONES), min_size=1, max_size=2, unique=True))
def test_every_new_touch_is_within_hours_in_time_and_says_the_right_day(
    anchor: Anchor, hours_ahead: int, zones: list[str]
) -> None:
    now = anchor.starts_at - dt.timedelta(hours=hours_ahead)
    situation = a_situation(now, zones=tuple(zones), welcomed=False, told_version=0)
    for touch in plan(a_loop(anchor), factory_cadence(), situation):
        assert now <= touch.due_at <= touch.useful_until
        if touch.due_at == touch.useful_until:
            continue  # no window carries it: the gate refuses it by name
        hours = replace(situation.hours, urgent=touch.queue is not Queue.BULK)  # a holiday does not hold it (TIM-11)
        around = openings(hours, touch.due_at, zones, range(-1, 2))
        assert any(each.starts <= touch.due_at < each.ends for each in around) or not around
        day = local_date(touch.due_at, anchor.zone)
        if touch.words in ("dayof", "dayof_no_time"):
            assert day == anchor.day
        if touch.words == "dayof_eve":
            assert day == anchor.day - dt.timedelta(days=1)
        if touch.step == "postvisit":
            assert touch.due_at > anchor.ends_at
        else:
            assert touch.due_at < (anchor.starts_at if anchor.wall_time else anchor.ends_at)


def test_the_standard_cadence_asks_about_the_ride_while_one_can_still_be_booked() -> None:
    loop = _visit("2027-01-19")
    (check,) = [t for t in _plan(loop, "2027-01-04 12:00", factory_cadence()) if t.step == "ride_check"]
    assert check.due_at < loop.setting.notice.last_request(loop.anchor.day)


def test_the_standard_cadence_tells_of_a_booked_ride_at_once() -> None:
    steps = {touch.step: touch for touch in _plan(usual(Stage.CONFIRMED, BOOKED), cadence=factory_cadence())}
    assert steps["ride_booked"].due_at == local(ENROLLED)
    assert "ride_check" not in steps
