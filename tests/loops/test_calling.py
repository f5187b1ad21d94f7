"""How a call ended is never guessed from its being connected; the next one comes at another part of another day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.calls.answered_by import AnsweredBy
from outreach.loops.call_outcomes import CallOutcome, EndedCall, outcome
from outreach.loops.calling import (
    AFTER_BUSY,
    PER_DAY,
    PER_STEP,
    CallAttempt,
    may_leave_voicemail,
    next_attempt,
)
from outreach.loops.dayparts import Daypart
from outreach.loops.hours import GUARD, Hours, openings
from outreach.loops.instants import local_date, local_time
from outreach.loops.numbers import NumberState
from outreach.loops.tasks import TaskKind

CHICAGO = "America/Chicago"
HUMAN, UNKNOWN, MACHINE = AnsweredBy.HUMAN, AnsweredBy.UNKNOWN, AnsweredBy.MACHINE_END
FAR = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ended", "became"),
    [
        (EndedCall("completed", HUMAN), "hung_up"),
        (EndedCall("completed", UNKNOWN), "hung_up"),
        (EndedCall("completed"), "hung_up"),
        (EndedCall("completed", HUMAN, pressed=True), "reached"),
        (EndedCall("completed", MACHINE, pressed=True, voicemail=True), "reached"),
        (EndedCall("completed", MACHINE, voicemail=True), "voicemail"),
        (EndedCall("completed", UNKNOWN, voicemail=True), "voicemail"),
        (EndedCall("completed", MACHINE), "no_answer"),
        (EndedCall("completed", AnsweredBy.MACHINE_START), "no_answer"),
        (EndedCall("completed", AnsweredBy.FAX), "fax"),
        (EndedCall("busy"), "busy"),
        (EndedCall("no-answer"), "no_answer"),
        (EndedCall("canceled"), "canceled"),
        (EndedCall("failed"), "failed"),
        (EndedCall("failed", sip_code=503), "failed"),
        *((EndedCall("failed", sip_code=code), "invalid") for code in (404, 484, 604)),
        *((EndedCall("failed", sip_code=code), "declined") for code in (603, 607, 608)),
        (EndedCall("busy", sip_code=603), "declined"),
        (EndedCall("failed", error_code=21211), "invalid"),
        (EndedCall("failed", error_code=99999), "failed"),
        (EndedCall("completed", HUMAN, pressed=True, sip_code=200), "reached"),
        (EndedCall("vanished"), "failed"),
    ],
)
def test_twi_40_what_became_of_a_call(ended: EndedCall, became: str) -> None:
    assert outcome(ended) == became


def test_twi_43_what_the_number_and_a_person_have_to_do_with_it() -> None:
    assert CallOutcome.INVALID.number_state is NumberState.INVALID
    assert CallOutcome.FAX.number_state is NumberState.FAX
    assert CallOutcome.DECLINED.task is TaskKind.POSSIBLE_REFUSAL
    assert {each for each in CallOutcome if each.task is None} == set(CallOutcome) - {
        CallOutcome.DECLINED, CallOutcome.INVALID, CallOutcome.FAX
    }  # fmt: skip


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=ZoneInfo(CHICAGO)).astimezone(UTC)


def tried(*attempts: tuple[datetime, CallOutcome]) -> list[CallAttempt]:
    return [CallAttempt(at, became) for at, became in attempts]


def following(*attempts: tuple[datetime, CallOutcome], not_after: datetime = FAR) -> datetime | None:
    return next_attempt(tried(*attempts), Hours(), [CHICAGO], not_after, 7)


def test_twi_43_a_busy_line_is_called_again_after_a_quarter_of_an_hour() -> None:
    assert following((local(2, 10), CallOutcome.BUSY)) == local(2, 10, 15)
    second = following((local(2, 10), CallOutcome.BUSY), (local(2, 10, 15), CallOutcome.BUSY))
    assert second is not None
    assert local_date(second, CHICAGO) == local_date(local(3, 12), CHICAGO)
    late = following((local(2, 19, 50), CallOutcome.BUSY))
    assert late is not None
    assert local_date(late, CHICAGO) > local_date(local(2, 12), CHICAGO)


@pytest.mark.parametrize("became", [CallOutcome.NO_ANSWER, CallOutcome.VOICEMAIL, CallOutcome.HUNG_UP])
def test_twi_43_nobody_there_means_another_part_of_the_next_day(became: CallOutcome) -> None:
    evening = following((local(2, 10), became))
    assert evening is not None
    assert local(3, 17) <= evening < local(3, 18)
    third = following((local(2, 10), became), (evening, became))
    assert third is not None
    assert Daypart.of(local_time(third, CHICAGO)) is Daypart.AFTERNOON
    assert local_date(third, CHICAGO) == local_date(local(4, 12), CHICAGO)
    assert following((local(2, 10), became), (evening, became), (third, became)) is None


@pytest.mark.parametrize("became", ["reached", "declined", "invalid", "fax", "canceled"])
def test_nobody_is_called_again_who_was_reached_or_declined_or_cannot_be(became: str) -> None:
    assert following((local(2, 10), CallOutcome(became))) is None


def test_nothing_is_tried_once_it_is_of_no_use() -> None:
    assert following((local(2, 10), CallOutcome.NO_ANSWER), not_after=local(3, 12)) is None
    assert following((local(2, 10), CallOutcome.BUSY), not_after=local(2, 10, 10)) is None
    assert next_attempt([], Hours(), [CHICAGO], FAR, 7) is None
    assert next_attempt(tried((local(2, 10), CallOutcome.BUSY)), Hours(), [], FAR, 7) is None


def test_one_voicemail_is_enough() -> None:
    assert may_leave_voicemail(tried((local(2, 10), CallOutcome.NO_ANSWER)))
    assert not may_leave_voicemail(tried((local(2, 10), CallOutcome.VOICEMAIL), (local(3, 10), CallOutcome.BUSY)))


@given(
    minutes=st.integers(0, 60 * 24 * 365),
    outcomes=st.lists(st.sampled_from(CallOutcome), min_size=PER_STEP, max_size=PER_STEP),
    zones=st.sampled_from([[CHICAGO], ["America/New_York", "America/Los_Angeles"], ["Pacific/Honolulu"]]),
    member=st.integers(1, 2**40),
)
def test_a_step_never_calls_too_often_nor_when_it_may_not(
    minutes: int, outcomes: list[CallOutcome], zones: list[str], member: int
) -> None:
    first = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    attempts, hours = [CallAttempt(first, outcomes[0])], Hours(states=("TX",))
    for became in outcomes[1:]:
        at = next_attempt(attempts, hours, zones, FAR + timedelta(days=30), member)
        if at is None:
            break
        assert at >= attempts[-1].at + AFTER_BUSY
        assert any(each.starts <= at < each.ends - GUARD for each in openings(hours, at, zones, range(-1, 2)))
        attempts.append(CallAttempt(at, became))
    days = [local_date(attempt.at, zones[0]) for attempt in attempts]
    assert all(days.count(day) <= PER_DAY for day in days)


def test_every_hour_belongs_to_one_part_of_the_day() -> None:
    assert [Daypart.of(time(hour)) for hour in (0, 11, 12, 16, 17, 23)] == [
        Daypart.MORNING, Daypart.MORNING, Daypart.AFTERNOON, Daypart.AFTERNOON, Daypart.EVENING, Daypart.EVENING
    ]  # fmt: skip
