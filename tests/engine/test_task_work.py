"""Work that people owe: taken, put off, blocked, handed over, finished; and passed on when nobody moves (CARE-07)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scene import ANA, NOW, OPERATOR, VISIT_DAY, Scene, local

from conversations.meaning import Reason
from outreach.engine import tasks
from outreach.engine.handlers import report_outcome
from outreach.engine.refusals import NotAsked
from outreach.engine.tasks import Finish
from outreach.loops.events import DeadlinePassed, VisitCancelled
from outreach.loops.outcomes import Outcome
from outreach.loops.tasks import Blocker
from outreach.store import tables as t
from outreach.store.actor import Actor
from outreach.store.tasks import NOTE

DANA, LUIS = Actor("coordinator", "dana"), Actor("coordinator", "luis")
TWO_SILENCES = [DeadlinePassed(NOW, "reply")] * 2


@pytest.fixture
def task(scene: Scene, loop: int) -> int:
    """A call to a member who did not answer twice: routine, so it is due on Wednesday at five."""
    scene.happens(loop, *TWO_SILENCES)
    return int(scene.row(t.task).id)


def _task(scene: Scene, task: int):
    return scene.row(t.task, t.task.c.id == task)


def _story(scene: Scene, task: int) -> list[str]:
    return [row.what for row in scene.rows(t.task_note, t.task_note.c.task_id == task)]


def test_a_task_has_a_clock_of_office_hours(scene: Scene, task: int) -> None:
    row = _task(scene, task)
    assert (row.acknowledge_by, row.due_at, row.manager_at) == tuple(
        local(NOW.date() + timedelta(days=days), 17) for days in (1, 2, 4)
    )
    assert (row.owner_queue, row.escalation, row.escalate_at) == ("coordinators", 0, row.acknowledge_by)


def test_who_takes_a_task_owns_it_and_has_acknowledged_it(scene: Scene, task: int) -> None:
    tasks.claim(scene.deployment, DANA, task)
    assert (_task(scene, task).owner_person, _task(scene, task).acknowledged_at) == ("dana", NOW)
    with pytest.raises(NotAsked, match="Somebody else has this task"):
        tasks.claim(scene.deployment, LUIS, task)
    tasks.release(scene.deployment, DANA, task)
    tasks.claim(scene.deployment, LUIS, task)
    assert _story(scene, task) == ["claimed", "released", "claimed"]


def test_a_task_can_be_put_off_only_until_it_is_due_and_its_clock_runs_on(scene: Scene, task: int) -> None:
    tomorrow = NOW + timedelta(days=1)
    tasks.snooze(scene.deployment, DANA, task, tomorrow)
    row = _task(scene, task)
    assert (row.snoozed_until, row.escalate_at) == (tomorrow, row.acknowledge_by)
    for wrong in (NOW, row.due_at, row.due_at + timedelta(days=1)):
        with pytest.raises(NotAsked, match="before it is due"):
            tasks.snooze(scene.deployment, DANA, task, wrong)


def test_a_blocked_task_says_by_what_and_is_due_when_somebody_looks_again(scene: Scene, loop: int, task: int) -> None:
    friday = local(NOW.date() + timedelta(days=4), 12)
    tasks.block(scene.deployment, DANA, task, Blocker.DOCUMENTS, friday, "the referral letter, from Dr. Kim")
    row = _task(scene, task)
    assert (row.blocker, row.due_at, row.escalation) == ("documents", friday, 0)
    note = scene.row(t.task_note, t.task_note.c.what == "blocked.documents")
    assert scene.deployment.database.keyring.open(NOTE, note.id, note.note) == "the referral letter, from Dr. Kim"
    assert b"Kim" not in note.note.blob
    assert scene.unheld() == {}
    tasks.unblock(scene.deployment, DANA, task)
    assert _task(scene, task).blocker is None


def test_nothing_is_blocked_for_longer_than_ten_business_days_or_without_a_note(scene: Scene, task: int) -> None:
    for until, note in ((NOW + timedelta(days=30), "wait"), (NOW, "wait"), (NOW + timedelta(days=2), "  ")):
        with pytest.raises(NotAsked):
            tasks.block(scene.deployment, DANA, task, Blocker.ELIGIBILITY, until, note)


def test_a_task_is_handed_over_with_a_note_to_a_queue_that_exists(scene: Scene, task: int) -> None:
    tasks.claim(scene.deployment, DANA, task)
    tasks.hand_over(scene.deployment, DANA, task, "nurses", "luis", "she asked about her medicine")
    row = _task(scene, task)
    assert (row.owner_queue, row.owner_person, row.acknowledged_at) == ("nurses", "luis", None)
    for queue, note in (("nobody", "please"), ("nurses", "")):
        with pytest.raises(NotAsked):
            tasks.hand_over(scene.deployment, DANA, task, queue, None, note)


def test_care_07_nobody_moves_warned_at_half_the_supervisors_when_due_the_managers_at_twice(
    scene: Scene, loop: int, task: int
) -> None:
    tasks.claim(scene.deployment, DANA, task)
    clock = _task(scene, task)
    seen = []
    for at in (clock.acknowledge_by, clock.due_at, clock.manager_at, clock.manager_at + timedelta(days=9)):
        scene.go_to(at)
        row = _task(scene, task)
        seen.append((row.owner_queue, row.owner_person, row.escalation))
        assert scene.unheld() == {}
    assert seen == [
        ("coordinators", "dana", 1), ("supervisors", None, 2), ("managers", None, 3), ("managers", None, 3),
    ]  # fmt: skip
    assert _task(scene, task).due_at == clock.due_at
    heard = [row.body["level"] for row in scene.rows(t.loop_event, t.loop_event.c.kind == "TaskEscalated")]
    assert heard == [1, 2, 3]


def test_care_07_a_ride_that_did_not_come_is_with_the_supervisor_in_fifteen_minutes_at_any_hour(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA))
    scene.live_to(local(VISIT_DAY, 12))
    scene.say(ANA, "3")  # the day-of question: a ride problem
    clock = scene.row(t.task, t.task.c.kind == "ride_problem")
    assert clock.due_at == clock.opened_at + timedelta(minutes=15)
    scene.go_to(clock.due_at)
    assert scene.row(t.task, t.task.c.kind == "ride_problem").owner_queue == "supervisors"
    assert scene.row(t.loop, t.loop.c.id == loop).stage == "scheduled"


def test_an_outage_skips_no_owner_the_task_is_with_whom_it_should_be(scene: Scene, task: int) -> None:
    clock = _task(scene, task)
    scene.go_to(clock.manager_at)
    assert (_task(scene, task).owner_queue, _task(scene, task).escalation) == ("managers", 3)


def test_a_finished_task_goes_nowhere(scene: Scene, task: int) -> None:
    tasks.resolve(scene.deployment, DANA, task, Finish("reached"))
    scene.go_to(NOW + timedelta(days=5))
    assert _task(scene, task).owner_queue == "coordinators"
    for change in (tasks.claim, tasks.release, tasks.unblock):
        with pytest.raises(NotAsked):
            change(scene.deployment, DANA, task)


@pytest.mark.parametrize(
    ("said", "stage"), [("confirmed", "confirmed"), ("wants_change", "wants_change"), ("cannot_come", "cannot_come")]
)
def test_what_a_member_says_on_the_phone_counts_as_if_texted(scene: Scene, task: int, said: str, stage: str) -> None:
    tasks.resolve(scene.deployment, DANA, task, Finish(said, Reason.ILLNESS))
    assert scene.row(t.loop).stage == stage
    assert scene.unheld() == {}


def test_care_01_unreachable_after_texts_and_calls_and_reachable_again_when_they_write(scene: Scene, loop: int) -> None:
    scene.happens(loop, *TWO_SILENCES)
    tasks.resolve(scene.deployment, DANA, scene.row(t.task).id, Finish("no_answer"))
    assert scene.row(t.loop).stage == "unreached"
    assert [row.kind for row in scene.rows(t.signal)] == ["unable-to-reach"]
    scene.say(ANA, "blue bicycle")
    assert (scene.row(t.loop).stage, scene.row(t.loop).tried) == ("scheduled", 0)


def test_a_visit_the_member_called_off_by_phone_needs_a_reason(scene: Scene, task: int) -> None:
    with pytest.raises(NotAsked, match="reason"):
        tasks.resolve(scene.deployment, OPERATOR, task, Finish("cannot_come"))


def test_care_09_two_visits_missed_in_a_row_are_talked_about(scene: Scene) -> None:
    member = scene.member(ANA)
    for day in (VISIT_DAY, VISIT_DAY + timedelta(days=7)):
        loop = scene.visit(member, day=day)
        scene.go_to(local(day, 18))
        report_outcome(scene.deployment, OPERATOR, loop, Outcome.NO_SHOW, None)
    assert [row.loop_id for row in scene.rows(t.task, t.task.c.kind == "barrier_interview")] == [loop]


def test_two_visits_at_one_time_are_asked_about(scene: Scene) -> None:
    member = scene.member(ANA)
    first, second = scene.visit(member), scene.visit(member)
    task = scene.row(t.task, t.task.c.kind == "double_booked")
    assert task.loop_id == second
    tasks.resolve(scene.deployment, DANA, task.id, Finish("this_one_is_off"))
    assert scene.row(t.loop, t.loop.c.id == second).closed == "duplicate"
    assert scene.row(t.loop, t.loop.c.id == first).closed is None


def test_a_cancelled_visit_that_is_rebooked_answers_the_wish(scene: Scene, loop: int) -> None:
    scene.happens(loop, VisitCancelled(NOW))
    assert scene.row(t.task).kind == "reschedule"
