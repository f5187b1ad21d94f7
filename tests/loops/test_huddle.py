"""The huddle counts each promise once, by what presses most, and proposes only what helps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.loops.huddle import LINE, OPEN, Age, Load, Owed, Quiet, age_of, board, proposal
from outreach.loops.loop import Stage
from outreach.loops.status import Status
from outreach.loops.task_clock import Escalation
from outreach.loops.tasks import Blocker, TaskKind

NOW = datetime(2027, 3, 1, 15, tzinfo=UTC)


def owed(
    loop: int, kind: TaskKind = TaskKind.CALL_MEMBER, blocker: Blocker | None = None, overdue: bool = False
) -> Owed:
    return Owed(loop, Stage.SCHEDULED, Age.FRESH, kind, Escalation.NONE, blocker, overdue)


@pytest.mark.parametrize(
    ("days", "age"),
    [(0, Age.FRESH), (2, Age.FRESH), (3, Age.WEEK), (8, Age.FORTNIGHT), (30, Age.MONTH), (31, Age.OLDER)],
)
def test_a_loop_is_as_old_as_the_days_since_it_opened(days: int, age: Age) -> None:
    assert age_of(NOW - timedelta(days=days, hours=5), NOW) is age


def test_a_loop_with_two_tasks_counts_once_and_by_what_presses_most() -> None:
    found = board([], [owed(1), owed(1, TaskKind.CRISIS, overdue=True), owed(2)])
    assert found.loops == 2
    assert (found.of(Status.ESCALATED), found.of(Status.NEEDS_OUTREACH)) == (1, 1)
    assert found.overdue == 1


def test_a_loop_blocked_twice_by_the_same_counts_once_there() -> None:
    blocker = Blocker.DOCUMENTS
    found = board([], [owed(1, blocker=blocker), owed(1, TaskKind.ARRANGE_RIDE, blocker), owed(2, blocker=blocker)])
    assert found.blocked == {"documents": 2}
    assert found.of(Status.WAITING_ON_DOCUMENTS) == 2


def test_what_no_person_has_to_do_is_counted_by_whom_it_waits_for() -> None:
    groups = [
        Quiet(Stage.SCHEDULED, Age.FRESH, True, False, False, False, False, 5),
        Quiet(Stage.SCHEDULED, Age.WEEK, True, True, False, False, True, 7),
        Quiet(Stage.CONFIRMED, Age.WEEK, True, False, False, False, True, 11),
        Quiet(Stage.OUTCOME_MISSING, Age.MONTH, False, False, True, False, True, 13),
    ]
    found = board(groups, [])
    counted = {row.status: row.loops for row in found.rows if row.loops}
    assert counted == {
        Status.NEW: 5, Status.WAITING_ON_MEMBER: 7, Status.SCHEDULED: 11, Status.WAITING_ON_CLINIC: 13
    }  # fmt: skip
    assert found.by_age == (5, 18, 0, 13, 0)


_OPEN_STAGES = st.sampled_from([stage for stage in Stage if stage is not Stage.CLOSED])
_ANY = st.booleans()
_GROUPS = st.lists(
    st.builds(Quiet, _OPEN_STAGES, st.sampled_from(Age), _ANY, _ANY, _ANY, _ANY, _ANY, st.integers(1, 9))
)


@given(_GROUPS)
def test_no_loop_is_lost_in_counting(groups: list[Quiet]) -> None:
    found = board(groups, [])
    assert found.loops == sum(group.loops for group in groups) == sum(found.by_age)
    assert [row.status for row in found.rows] == list(OPEN)


@given(st.lists(st.tuples(st.sampled_from(["", "Ana", "Ben", "Cy", "Dee"]), st.integers(0, 90)), max_size=5))
def test_a_proposal_puts_nobody_above_the_line(loads: list[tuple[str, int]]) -> None:
    known = dict(loads)
    move = proposal([Load(person, tasks, 0) for person, tasks in known.items()])
    if move is None:
        people = [tasks for person, tasks in known.items() if person]
        assert len(people) < 2 or max(people) <= LINE or min(people) >= LINE
    else:
        assert move.tasks > 0
        assert known[move.taker] + move.tasks <= LINE <= known[move.giver]
