"""What holds a loop (I14), carrier statuses (I11), and the small closed tables around a loop."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest
from loop_builders import local

from conversations.meaning import Reason
from outreach.loops.failures import FailureClass, failure
from outreach.loops.held import Awaiting, Hold, Tasking, Touching, hold
from outreach.loops.lattice import ORDER, TERMINAL, rank
from outreach.loops.loop import Stage
from outreach.loops.outcomes import Outcome, Source, cancelled_by_patient
from outreach.loops.reasons import REASONS
from outreach.loops.status import HeldBy, Status, status_of
from outreach.loops.tasks import TaskKind

NINE, TEN = local("2027-03-16 09:00"), local("2027-03-16 10:00")


@pytest.mark.parametrize(
    ("touches", "tasks", "awaited", "held"),
    [
        ([], [], [], None),
        ([Touching(7, TEN, True)], [Tasking(9, NINE, True)], [Awaiting(3, TEN)], Hold(NINE, "task:9")),
        ([Touching(7, NINE, True)], [Tasking(9, TEN, True)], [Awaiting(3, TEN)], Hold(NINE, "touch:7")),
        ([], [], [Awaiting(3, TEN)], Hold(TEN, "signal:3")),
        ([Touching(7, NINE, False)], [], [Awaiting(3, TEN)], Hold(TEN, "signal:3")),
        ([Touching(7, NINE, True)], [Tasking(9, NINE, True)], [Awaiting(3, NINE)], Hold(NINE, "signal:3")),
        ([], [Tasking(9, NINE, False)], [], None),
        ([], [Tasking(9, None, True)], [Awaiting(3, None)], None),
    ],
    ids=[
        "nothing: a silent failure",
        "the earliest holds: a task",
        "the earliest holds: a text",
        "an awaited outcome alone",
        "a text that left holds nothing",
        "of several at one instant the first by name",
        "a task nobody owns",
        "what has no date",
    ],
)
def test_i14_what_holds_a_loop(
    touches: list[Touching], tasks: list[Tasking], awaited: list[Awaiting], held: Hold | None
) -> None:
    assert hold(touches, tasks, awaited) == held
    assert hold(reversed(touches), reversed(tasks), reversed(awaited)) == held


def _after(callbacks: tuple[str, ...]) -> str:
    """Apply callbacks as the store does: a status only moves up."""
    status = "accepted"
    for word in callbacks:
        status = word if rank(word) > rank(status) else status
    return status


CALLBACKS = ("queued", "sent", "delivered", "undelivered", "a_word_of_next_year")


@pytest.mark.parametrize("length", range(1, 6))
def test_i11_callbacks_in_any_order_and_number_end_in_the_same_status(length: int) -> None:
    for callbacks in product(CALLBACKS, repeat=length):
        once_in_order = tuple(sorted(set(callbacks), key=rank))
        assert _after(callbacks) == _after(once_in_order)


def test_i11_the_order_of_statuses_is_total_and_a_late_one_never_moves_back() -> None:
    assert [rank(status) for status in ORDER] == sorted({rank(status) for status in ORDER})
    assert _after(("delivered", "undelivered", "sent")) == "delivered"
    assert _after(("undelivered", "delivered")) == "delivered"


def test_twi_12_an_unknown_word_moves_nothing() -> None:
    assert all(rank("teleported") < rank(status) for status in ORDER)


def test_twi_12_only_what_ends_a_text_wakes_the_loop() -> None:
    assert {status for status in ORDER if rank(status) > rank("sent_unconfirmed")} == TERMINAL


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (21610, FailureClass.SUPPRESSION),
        (30005, FailureClass.PERMANENT),
        (21614, FailureClass.PERMANENT),
        (30003, FailureClass.TEMPORARY),
        (30007, FailureClass.CONFIGURATION),
        (20003, FailureClass.CONFIGURATION),
        (39999, FailureClass.TEMPORARY),
    ],
)
def test_twi_03_what_a_carriers_error_means(code: int, meaning: FailureClass) -> None:
    assert failure(code).kind is meaning


def test_out_03_each_source_outranks_those_below_it_and_itself() -> None:
    for above, source in enumerate(Source):
        for below, other in enumerate(Source):
            assert source.outranks(other) is (above <= below)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("2027-03-15 14:30", Outcome.CANCELLED_BY_PATIENT_TIMELY),
        ("2027-03-15 14:31", Outcome.CANCELLED_BY_PATIENT_LATE),
        ("2027-03-16 15:00", Outcome.CANCELLED_BY_PATIENT_LATE),
    ],
)
def test_out_02_twenty_four_hours_make_a_cancellation_timely(said: str, outcome: Outcome) -> None:
    assert cancelled_by_patient(local(said), local("2027-03-16 14:30")) is outcome


def test_out_02_twenty_four_hours_are_hours_that_pass() -> None:
    monday = local("2027-03-15 01:00")  # the Sunday before has 23 hours
    assert cancelled_by_patient(local("2027-03-14 00:00"), monday) is Outcome.CANCELLED_BY_PATIENT_TIMELY
    assert cancelled_by_patient(local("2027-03-14 00:01"), monday) is Outcome.CANCELLED_BY_PATIENT_LATE


def test_out_02_who_came_late_was_seen_and_who_left_was_not() -> None:
    assert {outcome for outcome in Outcome if outcome.completed} == {Outcome.KEPT, Outcome.KEPT_LATE}


@pytest.mark.parametrize("reason", Reason)
def test_5_1_every_reason_has_its_row(reason: Reason) -> None:
    assert REASONS[reason].fhir


def test_out_04_silence_is_no_barrier() -> None:
    for reason in (Reason.NOT_STATED, Reason.UNABLE_TO_REACH, Reason.OTHER):
        assert REASONS[reason].barrier is None


def test_a_missing_ride_is_eased_by_a_ride() -> None:
    assert REASONS[Reason.TRANSPORT_FAILURE].mitigation is TaskKind.ARRANGE_RIDE


@pytest.mark.parametrize(
    ("stage", "holds", "told", "status"),
    [
        (Stage.SCHEDULED, ["outcome", "text"], False, Status.NEW),
        (Stage.SCHEDULED, ["outcome", "text"], True, Status.SCHEDULED),
        (Stage.CONFIRMED, ["outcome", "text"], False, Status.SCHEDULED),
        (Stage.SCHEDULED, ["outcome", "reply"], True, Status.WAITING_ON_MEMBER),
        (Stage.SCHEDULED, ["outcome", "call_member", "reply"], True, Status.NEEDS_OUTREACH),
        (Stage.NOT_KEPT, ["reschedule"], True, Status.NEEDS_OUTREACH),
        (Stage.OUTCOME_MISSING, ["find_outcome"], True, Status.WAITING_ON_CLINIC),
        (Stage.CONFIRMED, ["outcome"], True, Status.WAITING_ON_CLINIC),
        (Stage.SCHEDULED, ["crisis", "reply"], True, Status.ESCALATED),
        (Stage.CLOSED, ["answer_member"], True, Status.CLOSED),
    ],
)
def test_what_people_see_of_a_loop(stage: Stage, holds: list[str], told: bool, status: Status) -> None:
    assert status_of(stage, [HeldBy(name) for name in holds], told) is status


def test_a_hold_is_compared_by_time_first() -> None:
    assert Hold(NINE, "touch:9") < Hold(NINE + dt.timedelta(seconds=1), "signal:1")
