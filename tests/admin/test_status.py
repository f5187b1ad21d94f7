"""The one name people see for a loop follows from its stage and its holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.loops.loop import Stage
from outreach.loops.status import Status, status_of
from outreach.loops.tasks import TaskKind


@pytest.mark.parametrize(
    ("stage", "holds", "told", "name"),
    [
        (Stage.SCHEDULED, ["text", "outcome"], False, Status.NEW),
        (Stage.SCHEDULED, ["text", "outcome"], True, Status.SCHEDULED),
        (Stage.CONFIRMED, ["text", "outcome"], True, Status.SCHEDULED),
        (Stage.SCHEDULED, ["reply", "outcome"], True, Status.WAITING_ON_MEMBER),
        (Stage.CONFIRMED, ["outcome"], True, Status.WAITING_ON_CLINIC),
        (Stage.OUTCOME_MISSING, ["find_outcome"], True, Status.WAITING_ON_CLINIC),
        (Stage.NOT_KEPT, ["reschedule"], True, Status.NEEDS_OUTREACH),
        (Stage.SCHEDULED, ["text", "get_consent"], False, Status.NEEDS_OUTREACH),
        (Stage.SCHEDULED, ["crisis", "reply"], True, Status.ESCALATED),
        (Stage.CLOSED, [], True, Status.CLOSED),
    ],
)
def test_a_loop_is_called_by_what_it_needs_most(stage, holds, told, name):
    assert status_of(stage, holds, told) is name


@given(st.sampled_from(Stage), st.sets(st.sampled_from(["text", "reply", "outcome", *TaskKind])), st.booleans())
def test_every_loop_has_a_status_and_only_a_closed_one_is_closed(stage, holds, told):
    assert (status_of(stage, holds, told) is Status.CLOSED) == (stage is Stage.CLOSED)
