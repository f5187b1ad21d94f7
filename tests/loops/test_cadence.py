"""A cadence is data that program staff write: every mistake gets advice."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loop_builders import factory_cadence

from conversations.meaning import Reason
from outreach.loops.cadence import BadCadence, CadenceStep, Condition, Queue, When, read_cadence, write_step
from outreach.loops.consent import Category

WELCOME: dict[str, Any] = {
    "key": "welcome",
    "words": "optin_confirm",
    "when": "enrolment",
    "conditions": ["not_welcomed"],
    "late": True,
}
REMINDER: dict[str, Any] = {"key": "r", "words": "reminder", "when": "days_before", "conditions": ["unanswered"]}

MISTAKES = [
    ([WELCOME, REMINDER, REMINDER], "'r': its key is used twice; give every step its own key."),
    ([], "starts with the opt-in confirmation (LAW-28)"),
    ([REMINDER], "'r': a cadence starts with the opt-in confirmation (LAW-28)"),
    ([WELCOME, REMINDER | {"wehn": "x"}], "unknown field 'wehn'; known are amount, at, barriers, category,"),
    ([WELCOME, {"key": "r"}], "'r': field 'words' is missing."),
    ([WELCOME, {"words": "reminder"}], "'?': field 'key' is missing."),
    ([WELCOME, REMINDER | {"when": "sometime"}], "'sometime' is not a valid When"),
    ([WELCOME, REMINDER | {"conditions": ["sunny"]}], "'sunny' is not a valid Condition"),
    ([WELCOME, REMINDER | {"conditions": "unanswered"}], "'unanswered' must be a list"),
    ([WELCOME, REMINDER | {"conditions": []}], "conditions must name at least one; a text nobody needs is not sent."),
    ([WELCOME, REMINDER | {"condition": "unanswered"}], "unknown field 'condition'"),
    ([WELCOME, REMINDER | {"amount": -1}], "amount counts away from the visit and cannot be negative."),
    ([WELCOME, REMINDER | {"amount": 2.5}], "days are whole; use hours_before for less."),
    ([WELCOME, REMINDER | {"when": "notice_before", "amount": 0.5}], "days are whole; use hours_before for less."),
    ([WELCOME, REMINDER | {"tiers": [5]}], "tier 5 does not exist; tiers are 1 (routine) to 4 (critical)."),
    ([WELCOME, REMINDER | {"tiers": 3}], "3 must be a list"),
    ([WELCOME, REMINDER | {"tiers": ["high"]}], "'high'"),
    ([WELCOME, REMINDER | {"barriers": ["rain"]}], "'rain' is not a valid Reason"),
    ([WELCOME, REMINDER | {"channel": "pigeon"}], "channel 'pigeon' is not one we reach members on; write sms"),
    ([WELCOME, REMINDER | {"queue": "fast"}], "'fast' is not a valid Queue"),
    ([WELCOME, REMINDER | {"category": "adverts"}], "'adverts' is not a valid Category"),
    ([WELCOME, REMINDER | {"amount": "three"}], "'three'"),
    ([WELCOME, REMINDER | {"amount": [3]}], "'r'"),
    ([WELCOME, REMINDER | {"at": "25:00"}], "hour must be in"),
    ([WELCOME, REMINDER | {"at": "ten"}], "'ten'"),
    ([WELCOME, REMINDER | {"useful_hours": "soon"}], "'soon'"),
    ([WELCOME, REMINDER | {"useful_hours": 1e30}], "'r'"),
]


@pytest.mark.parametrize(("rows", "advice"), MISTAKES, ids=[advice for _, advice in MISTAKES])
def test_a_cadence_that_cannot_be_used_says_which_step_and_why(rows: list[dict[str, Any]], advice: str) -> None:
    with pytest.raises(BadCadence) as refused:
        read_cadence(1, rows)
    assert advice in str(refused.value)


def test_law_28_the_factory_cadence_starts_with_the_opt_in_confirmation() -> None:
    first = factory_cadence().steps[0]
    assert (first.words, first.conditions, first.when) == ("optin_confirm", (Condition.NOT_WELCOMED,), When.ENROLMENT)


@pytest.mark.parametrize("escalate_after", [0, 3])
def test_law_36_a_person_calls_after_one_or_two_unanswered_questions(escalate_after: int) -> None:
    with pytest.raises(BadCadence, match="after one or two unanswered questions"):
        read_cadence(1, [WELCOME], escalate_after)
    assert read_cadence(1, [WELCOME], 1).escalate_after == 1


@pytest.mark.parametrize(
    ("conditions", "booked"),
    [(["ride_booked"], True), (["will_call", "confirmed"], True), (["ride_home"], True), (["ride_unknown"], False)],
)
def test_law_35_a_step_about_a_booked_ride_is_known_by_its_conditions(conditions: list[str], booked: bool) -> None:
    step = read_cadence(1, [WELCOME, REMINDER | {"conditions": conditions}]).steps[1]
    assert step.of_a_booked_ride is booked


def test_what_is_not_written_has_a_careful_default() -> None:
    step = read_cadence(1, [WELCOME, REMINDER]).steps[1]
    assert (step.queue, step.category, step.at) == (Queue.BULK, Category.APPOINTMENT, dt.time(10))
    assert (step.useful, step.late, step.channel) == (dt.timedelta(hours=-1), False, "sms")
    assert (step.pull_back, step.group, step.tiers, step.barriers) == (True, None, (), ())


words = st.text("abc_", min_size=1, max_size=8)
steps = st.builds(
    CadenceStep,
    key=words,
    words=words,
    when=st.sampled_from(When),
    amount=st.integers(0, 60),
    conditions=st.lists(st.sampled_from(Condition), min_size=1, max_size=3, unique=True).map(tuple),
    queue=st.sampled_from(Queue),
    category=st.sampled_from(Category),
    at=st.builds(dt.time, st.integers(0, 23), st.integers(0, 59)),
    useful=st.integers(-200, 200).map(lambda quarters: dt.timedelta(minutes=15 * quarters)),
    words_without_time=st.none() | words,
    words_pulled_back=st.none() | words,
    late=st.booleans(),
    pull_back=st.booleans(),
    group=st.none() | words,
    tiers=st.lists(st.integers(1, 4), unique=True).map(tuple),
    barriers=st.lists(st.sampled_from(Reason), max_size=2, unique=True).map(tuple),
)


@given(steps)
def test_a_step_written_down_reads_back_the_same(step: CadenceStep) -> None:
    stored = json.loads(json.dumps(write_step(step)))
    assert read_cadence(1, [WELCOME | {"key": "first of all"}, stored]).steps[1] == step


def test_the_factory_cadence_reads_back_the_same() -> None:
    cadence = factory_cadence()
    assert read_cadence(1, [write_step(step) for step in cadence.steps]) == cadence
