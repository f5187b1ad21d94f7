"""A cadence is data that program staff write: every mistake gets advice."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loop_builders import factory_cadence

from outreach.loops.cadence import BadCadence, CadenceStep, Condition, Queue, When, read_cadence, write_step
from outreach.loops.consent import Category

WELCOME: dict[str, Any] = {
    "key": "welcome",
    "words": "optin_confirm",
    "when": "enrolment",
    "condition": "not_welcomed",
    "late": True,
}
REMINDER: dict[str, Any] = {"key": "r", "words": "reminder", "when": "days_before", "condition": "unanswered"}

MISTAKES = [
    ([WELCOME, REMINDER, REMINDER], "'r': its key is used twice; give every step its own key."),
    ([], "starts with the opt-in confirmation (LAW-28)"),
    ([REMINDER], "'r': a cadence starts with the opt-in confirmation (LAW-28)"),
    ([WELCOME, REMINDER | {"wehn": "x"}], "unknown field 'wehn'; known are amount, at, category,"),
    ([WELCOME, {"key": "r"}], "'r': field 'words' is missing."),
    ([WELCOME, {"words": "reminder"}], "'?': field 'key' is missing."),
    ([WELCOME, REMINDER | {"when": "sometime"}], "'sometime' is not a valid When"),
    ([WELCOME, REMINDER | {"condition": "sunny"}], "'sunny' is not a valid Condition"),
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
    assert (first.words, first.condition, first.when) == ("optin_confirm", Condition.NOT_WELCOMED, When.ENROLMENT)


def test_what_is_not_written_has_a_careful_default() -> None:
    step = read_cadence(1, [WELCOME, REMINDER]).steps[1]
    assert (step.queue, step.category, step.at) == (Queue.BULK, Category.APPOINTMENT, dt.time(10))
    assert (step.useful, step.late, step.channel) == (dt.timedelta(hours=-1), False, "sms")


words = st.text("abc_", min_size=1, max_size=8)
steps = st.builds(
    CadenceStep,
    words,
    words,
    st.sampled_from(When),
    st.integers(0, 60),
    st.sampled_from(Condition),
    st.sampled_from(Queue),
    st.sampled_from(Category),
    st.builds(dt.time, st.integers(0, 23), st.integers(0, 59)),
    st.integers(-200, 200).map(lambda quarters: dt.timedelta(minutes=15 * quarters)),
    st.none() | words,
    st.none() | words,
    late=st.booleans(),
)


@given(steps)
def test_a_step_written_down_reads_back_the_same(step: CadenceStep) -> None:
    stored = json.loads(json.dumps(write_step(step)))
    assert read_cadence(1, [WELCOME | {"key": "first of all"}, stored]).steps[1] == step


def test_the_factory_cadence_reads_back_the_same() -> None:
    cadence = factory_cadence()
    assert read_cadence(1, [write_step(step) for step in cadence.steps]) == cadence
