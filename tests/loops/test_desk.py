"""A program's telephone: when a call is put through, and what a caller is asked about their visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from outreach.loops.anchor import Anchor, Sensitivity
from outreach.loops.business_days import BusinessCalendar
from outreach.loops.calling_us import question_for
from outreach.loops.desk import Desk
from outreach.loops.loop import Closed, Loop, Stage

OFFICE = BusinessCalendar("America/New_York", closed=frozenset({date(2027, 3, 3)}))
VISIT = Anchor(1, 1, date(2027, 3, 9), time(14, 30), "America/New_York")
LOOP = Loop(1, "appointment", VISIT)
BEFORE, ON_THE_DAY, AFTER = (datetime(2027, 3, day, hour, tzinfo=UTC) for day, hour in ((2, 15), (9, 15), (9, 23)))


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (datetime(2027, 3, 2, 13, 0, tzinfo=UTC), True),  # eight in New York
        (datetime(2027, 3, 2, 12, 59, tzinfo=UTC), False),
        (datetime(2027, 3, 2, 21, 59, tzinfo=UTC), True),
        (datetime(2027, 3, 2, 22, 0, tzinfo=UTC), False),
        (datetime(2027, 3, 3, 15, 0, tzinfo=UTC), False),  # closed that day
        (datetime(2027, 3, 6, 15, 0, tzinfo=UTC), False),  # a Saturday
        (datetime(2027, 3, 15, 12, 0, tzinfo=UTC), True),  # eight again, after the clocks were put forward
    ],
)
def test_a_call_is_put_through_while_the_office_is_open_and_never_else(at: datetime, is_open: bool) -> None:
    assert OFFICE.open_at(at) is is_open
    assert Desk(OFFICE, True, "+12025550190").staffed(at) is is_open
    assert not Desk(OFFICE, True).staffed(at)


def test_a_caller_is_asked_what_a_text_would_ask_by_then() -> None:
    assert [question_for(LOOP, at) for at in (BEFORE, ON_THE_DAY, AFTER)] == ["reminder", "dayof", "postvisit"]
    assert question_for(replace(LOOP, stage=Stage.NOT_KEPT), AFTER) == "missed"
    assert question_for(replace(LOOP, stage=Stage.GOING_HOME), AFTER) == "got_home"


def test_hip_05_a_caller_hears_nothing_of_what_is_off_over_or_silent() -> None:
    silent = replace(VISIT, sensitivity=Sensitivity.SILENT)
    for loop in (replace(LOOP, anchor=silent), replace(LOOP, anchor=replace(VISIT, cancelled=True))):
        assert question_for(loop, BEFORE) is None
    assert question_for(replace(LOOP, stage=Stage.CLOSED, closed=Closed.STAFF), BEFORE) is None
