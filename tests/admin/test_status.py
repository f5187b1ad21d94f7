"""The one name people see for a loop follows from its stage and its holds; what blocks it is said in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin import member_words, ride_words, task_words, words
from conversations.meaning import PartOfDay, Preferences
from outreach.engine.placing import Aside
from outreach.engine.rides import SERVICES
from outreach.loops.loop import Stage
from outreach.loops.rides import Leg, RideNeed, TripStatus
from outreach.loops.standing import Standing
from outreach.loops.status import HeldBy, Status, status_of
from outreach.loops.task_clock import Escalation
from outreach.loops.tasks import RULES, Blocker, TaskKind
from outreach.store.reads.holds import HoldRow
from outreach.store.reads.loops import LoopRow

AT = datetime(2026, 11, 30, 19, 30, tzinfo=UTC)


def blocked(kind: TaskKind, blocker: Blocker) -> HeldBy:
    return HeldBy(kind, blocker=blocker)


@pytest.mark.parametrize(
    ("stage", "holds", "told", "name"),
    [
        (Stage.SCHEDULED, ["text", "outcome"], False, Status.NEW),
        (Stage.SCHEDULED, ["text", "outcome"], True, Status.SCHEDULED),
        (Stage.CONFIRMED, ["text", "outcome"], True, Status.SCHEDULED),
        (Stage.ARRIVED, ["text", "outcome"], False, Status.SCHEDULED),
        (Stage.SCHEDULED, ["reply", "outcome"], True, Status.WAITING_ON_MEMBER),
        (Stage.GOING_HOME, ["home"], True, Status.WAITING_ON_MEMBER),
        (Stage.SCHEDULED, ["review_pause", "outcome"], True, Status.WAITING_ON_MEMBER),
        (Stage.CONFIRMED, ["outcome"], True, Status.WAITING_ON_CLINIC),
        (Stage.OUTCOME_MISSING, ["find_outcome"], True, Status.WAITING_ON_CLINIC),
        (Stage.NOT_KEPT, ["reschedule"], True, Status.NEEDS_OUTREACH),
        (Stage.UNREACHED, ["outcome"], True, Status.NEEDS_OUTREACH),
        (Stage.SCHEDULED, ["text", "get_consent"], False, Status.NEEDS_OUTREACH),
        (Stage.SCHEDULED, ["crisis", "reply"], True, Status.ESCALATED),
        (Stage.CLOSED, [], True, Status.CLOSED),
        (Stage.CLOSED, ["cancel_ride"], True, Status.CLOSED),
    ],
)
def test_a_loop_is_called_by_what_it_needs_most(stage, holds, told, name):
    assert status_of(stage, [HeldBy(hold) for hold in holds], told) is name


@pytest.mark.parametrize(
    ("hold", "name"),
    [
        (blocked(TaskKind.RESCHEDULE, Blocker.DOCUMENTS), Status.WAITING_ON_DOCUMENTS),
        (blocked(TaskKind.RESCHEDULE, Blocker.AUTHORISATION), Status.WAITING_ON_DOCUMENTS),
        (blocked(TaskKind.RESCHEDULE, Blocker.ELIGIBILITY), Status.WAITING_ON_DOCUMENTS),
        (blocked(TaskKind.RESCHEDULE, Blocker.SCHEDULING_CAPACITY), Status.WAITING_ON_CLINIC),
        (blocked(TaskKind.ARRANGE_RIDE, Blocker.TRANSPORT), Status.WAITING_ON_CLINIC),
        (blocked(TaskKind.CALL_MEMBER, Blocker.UNREACHABLE), Status.NEEDS_OUTREACH),
        (HeldBy(TaskKind.RESCHEDULE, Escalation.WARNED), Status.NEEDS_OUTREACH),
        (HeldBy(TaskKind.RESCHEDULE, Escalation.SUPERVISOR), Status.ESCALATED),
        (HeldBy(TaskKind.FIND_OUTCOME, Escalation.MANAGER), Status.ESCALATED),
        (HeldBy(TaskKind.RIDE_PROBLEM, blocker=Blocker.DOCUMENTS), Status.ESCALATED),
    ],
)
def test_what_blocks_a_task_and_how_far_up_it_went_name_its_loop(hold, name):
    assert status_of(Stage.NOT_KEPT, [hold]) is name


@given(
    st.sampled_from(Stage),
    st.lists(
        st.builds(
            HeldBy,
            st.sampled_from(["text", "reply", "outcome", "home", *TaskKind]),
            st.sampled_from(Escalation),
            st.none() | st.sampled_from(Blocker),
        )
    ),
    st.booleans(),
)
def test_every_loop_has_a_status_and_only_a_closed_one_is_closed(stage, holds, told):
    assert (status_of(stage, holds, told) is Status.CLOSED) == (stage is Stage.CLOSED)


def promise(*holds: HoldRow, **more: Any) -> LoopRow:
    state = {
        "stage": "scheduled", "closed": None, "outcome": None, "source": None, "reason": None,
        "wall_time": time(14, 30), "zone": "America/New_York", "cancelled": False, "clinic_id": 1,
        "clinic": "Riverside", "program": "CareLink", "member_id": 1, "parent_id": None, "next_at": None,
        "ride_need": "unknown", "tried": 0, "called": False, "preferences": Preferences(), "told": True,
    }  # fmt: skip
    return LoopRow(id=1, day=date(2026, 11, 30), holds=holds, **(state | more))


def test_a_blocker_that_a_person_named_is_what_blocks_the_loop():
    held = promise(HoldRow("task", "arrange_ride", AT, "rides", blocker="authorisation"))
    assert words.blocked_by(held, frozen=False) == "An authorisation is missing"
    assert words.status(held) is Status.WAITING_ON_DOCUMENTS


def test_an_alarm_about_the_phone_blocks_and_escalates_the_loop():
    rung = promise(HoldRow("text", "dayof", AT, state="planned"), alarms=(HoldRow("task", "crisis", AT, "on_call"),))
    assert words.blocked_by(rung, frozen=True) == "A safety check by a person, Sending is held"
    assert words.status(rung) is Status.ESCALATED


def test_the_next_line_says_how_far_up_a_task_went():
    first, when = words.next_up(promise(HoldRow("task", "reschedule", AT, "supervisors", escalation=2)))
    assert (first, when) == ("Reschedule, with the supervisor", "due Mon Nov 30, 2:30 PM ET")


@pytest.mark.parametrize(
    ("count", "called", "said"),
    [
        (0, False, "Not tried since last heard"),
        (1, False, "Tried 1 time since last heard, by text"),
        (1, True, "Tried 1 time since last heard, by call"),
        (2, True, "Tried 2 times since last heard, by text and call"),
    ],
)
def test_attempts_are_counted_in_words(count, called, said):
    assert member_words.tried(count, called) == said


@pytest.mark.parametrize(
    ("preferences", "said"),
    [
        (Preferences(), ""),
        (Preferences(part_of_day=PartOfDay.ANY), "Any time"),
        (Preferences(("MON", "TUE"), PartOfDay.MORNING), "Mon, Tue, mornings"),
    ],
)
def test_preferences_are_said_in_words(preferences, said):
    assert member_words.preferred(preferences) == said


def test_every_code_on_the_screen_has_words():
    assert set(task_words.KINDS) == set(TaskKind)
    assert set(task_words.RESOLUTIONS) == {code for rule in RULES.values() for code in rule.resolutions} | set(Aside)
    assert set(task_words.BLOCKERS) == set(Blocker)
    assert set(ride_words.STATUSES) == set(TripStatus)
    assert set(ride_words.NEEDS) == set(RideNeed)
    assert set(ride_words.LEGS) == set(Leg)
    assert set(ride_words.SERVICES) == set(SERVICES)
    assert set(member_words.STANDINGS) == set(Standing)
