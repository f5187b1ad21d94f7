"""Two transactions at once: what the locks promise, and that each promise is broken when its guard is taken away."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from interleaving import (
    EarlyFacts,
    Meeting,
    in_a_thread,
    lock_nothing,
    read_without_locking,
    replaced,
    save_without_looking,
)
from scene import ANA, NOW, OPERATOR, VISIT_DAY, Scene, local

import outreach.engine.claim as claiming
import outreach.engine.decide as deciding
from outreach.engine import folder
from outreach.loops.events import Event, OutcomeReported, VisitCancelled
from outreach.loops.outcomes import Outcome, Source
from outreach.store import events, loops, people
from outreach.store import tables as t
from outreach.store.loops import LoopChangedMeanwhile

SENDER = "+12025550100"
PAUSE = 0.4  # how long a transaction that must wait is given to prove that it does not
PATIENCE = 15.0  # and one that need not, because of a planted bug, to prove that it can
REMINDER_DAY = local(VISIT_DAY - timedelta(days=3), 12)
KEPT = OutcomeReported(local(VISIT_DAY, 17), Outcome.KEPT, Source.CLAIM)
on_postgres_only = pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite has one writer anyway


@pytest.fixture
def bug() -> Iterator[ExitStack]:
    """Planted bugs, taken out again at the end."""
    with ExitStack() as stack:
        yield stack


# -- a STOP and a claim


def _stop_between(scene: Scene, meeting: Meeting, patience: float = PAUSE) -> bool:
    """Let a STOP come while a claim stands at the meeting; return whether a text was claimed after it committed."""
    claimer, claimed = in_a_thread(lambda: claiming.claim(scene.deployment, "bulk", SENDER, 10))
    assert meeting.reached.wait(20)
    stopper, _ = in_a_thread(lambda: scene.hear(ANA, "STOP"))
    stopper.join(patience)
    stop_was_first = not stopper.is_alive()
    meeting.go_on.set()
    for thread in (claimer, stopper):
        thread.join(20)
    outgoing, _ = claimed[0]
    return stop_was_first and bool(outgoing)


def _with_facts_in_hand(scene: Scene, patience: float = PAUSE) -> bool:
    meeting = Meeting()
    with replaced(claiming, "load_folder", meeting.after(claiming.load_folder)):
        return _stop_between(scene, meeting, patience)


def _before_the_lock(scene: Scene, bug: ExitStack) -> bool:
    meeting, lock = Meeting(), people.lock_phones
    bug.enter_context(replaced(people, "lock_phones", meeting.before(lock)))
    return _stop_between(scene, meeting)


def test_a_stop_waits_for_a_claim_that_has_read_its_facts(scene: Scene) -> None:
    scene.visit(scene.member(ANA))
    assert not _with_facts_in_hand(scene)


@on_postgres_only
def test_without_the_phone_lock_a_text_is_claimed_after_a_stop(scene: Scene, bug: ExitStack) -> None:
    scene.visit(scene.member(ANA))
    bug.enter_context(replaced(people, "lock_phones", lock_nothing))
    assert _with_facts_in_hand(scene, PATIENCE)


def test_a_claim_that_was_slow_to_lock_sees_the_stop_that_came_first(scene: Scene, bug: ExitStack) -> None:
    scene.visit(scene.member(ANA))
    assert not _before_the_lock(scene, bug)


@on_postgres_only
def test_facts_read_before_the_lock_let_a_text_follow_a_stop(scene: Scene, bug: ExitStack) -> None:
    scene.visit(scene.member(ANA))
    meeting = Meeting()
    early = EarlyFacts(meeting)
    bug.enter_context(replaced(people, "lock_phones", early.lock_phones))
    bug.enter_context(replaced(folder, "load_phones", early.phones))
    assert _stop_between(scene, meeting, PATIENCE)


def test_many_stops_and_claims_at_once_never_let_a_later_claim_through(scene: Scene) -> None:
    numbers = [f"+1202555{n:04d}" for n in range(100, 124)]
    loops_of = dict(zip(numbers, scene.crowd(*numbers), strict=True))
    touches = {number: scene.touch(loop, "welcome").id for number, loop in loops_of.items()}
    start, over, after_stop = threading.Barrier(3), threading.Event(), {}

    def claim_all() -> None:
        start.wait()
        while not over.is_set():
            claiming.claim(scene.deployment, "bulk", SENDER, 2)

    def stop_all() -> None:
        start.wait()
        for number in numbers:
            scene.hear(number, "STOP")
            after_stop[number] = scene.row(t.touch, t.touch.c.id == touches[number]).state
        over.set()

    running = [in_a_thread(work) for work in (claim_all, claim_all, stop_all)]
    for thread, done in running:
        thread.join(60)
        assert done == [None]
    for number in numbers:
        if after_stop[number] == "planned":
            assert scene.row(t.touch, t.touch.c.id == touches[number]).state != "claimed"


# -- two claimers and one phone


def _two_due_on_one_phone(scene: Scene) -> None:
    """Two members on one phone that may ring once a day; a text of each is due, in two queues that cannot wait."""
    scene.change(t.program, 1, caps={"per_day": 1, "per_week": 6})
    found = [scene.visit(scene.member(ANA)) for _ in range(2)]
    scene.settle()
    scene.at(REMINDER_DAY)
    for loop, queue in zip(found, ("reply", "day-of"), strict=True):
        scene.change(t.touch, scene.touch(loop, "reminder").id, words="moved", queue=queue)


def _claimed_at_once(scene: Scene, patience: float = PAUSE) -> int:
    """Let a second claimer come while the first has its facts; return how many texts both claimed."""
    meeting = Meeting()
    with replaced(claiming, "load_folder", meeting.after(claiming.load_folder)):
        first, one = in_a_thread(lambda: claiming.claim(scene.deployment, "reply", SENDER, 10))
        assert meeting.reached.wait(20)
        second, other = in_a_thread(lambda: claiming.claim(scene.deployment, "day-of", SENDER, 10))
        second.join(patience)
        meeting.go_on.set()
        for thread in (first, second):
            thread.join(20)
    return len(one[0][0]) + len(other[0][0])


def test_one_batch_never_exceeds_the_cap_of_a_phone_with_many_members(scene: Scene) -> None:
    scene.change(t.program, 1, caps={"per_day": 2, "per_week": 6})
    found = [scene.visit(scene.member(ANA)) for _ in range(4)]
    scene.settle()
    scene.at(REMINDER_DAY)
    for loop in found:
        scene.change(t.touch, scene.touch(loop, "reminder").id, words="moved")
    outgoing, decided = claiming.claim(scene.deployment, "bulk", SENDER, 10)
    assert (len(outgoing), decided) == (2, 4)


def test_two_claimers_never_exceed_the_cap_of_a_shared_phone(scene: Scene) -> None:
    _two_due_on_one_phone(scene)
    assert _claimed_at_once(scene) <= 1
    scene.settle()
    assert len(scene.rows(t.attempt, t.attempt.c.claimed_at == REMINDER_DAY)) == 1


@on_postgres_only
def test_without_the_phone_lock_two_claimers_exceed_the_cap(scene: Scene, bug: ExitStack) -> None:
    _two_due_on_one_phone(scene)
    bug.enter_context(replaced(people, "lock_phones", lock_nothing))
    assert _claimed_at_once(scene, PATIENCE) == 2


# -- two decisions about one loop


def _two_decisions(scene: Scene, loop: int) -> list[object]:
    """Let an outcome arrive while a cancellation is being decided; return how each ended."""

    def happens(event: Event) -> None:
        with scene.deployment.write(OPERATOR) as uow:
            events.append(uow, [(loop, event)])
            deciding.decide(uow, [loop])
            uow.commit()

    meeting = Meeting()
    with replaced(deciding, "reconcile", meeting.before(deciding.reconcile)):
        first, one = in_a_thread(lambda: happens(VisitCancelled(NOW)))
        assert meeting.reached.wait(20)
        second, other = in_a_thread(lambda: happens(KEPT))
        second.join(PAUSE)
        meeting.go_on.set()
        for thread in (first, second):
            thread.join(20)
    return one + other


def _lost_update(scene: Scene) -> bool:
    """Whoever comes second contradicts the first: unless a person is asked to look, one of the two was lost."""
    return "outcome_conflict" not in scene.open_tasks()


def test_two_events_decided_at_once_are_both_consumed_once(scene: Scene) -> None:
    loop = scene.visit(scene.member(ANA))
    assert _two_decisions(scene, loop) == [None, None]
    consumed = [row.kind for row in scene.rows(t.loop_event) if row.consumed_at]
    assert sorted(consumed) == ["Opened", "OutcomeReported", "VisitCancelled"]
    assert not _lost_update(scene)
    assert scene.unheld() == {}


@on_postgres_only
def test_where_a_lock_was_forgotten_the_version_refuses_and_a_retry_succeeds(scene: Scene, bug: ExitStack) -> None:
    loop = scene.visit(scene.member(ANA))
    bug.enter_context(replaced(loops, "lock", read_without_locking))
    ended = _two_decisions(scene, loop)
    assert [type(end) for end in ended] == [LoopChangedMeanwhile, type(None)]
    scene.happens(loop, VisitCancelled(NOW))
    assert not _lost_update(scene)
    assert scene.unheld() == {}


@on_postgres_only
def test_without_lock_and_version_an_update_is_lost(scene: Scene, bug: ExitStack) -> None:
    loop = scene.visit(scene.member(ANA))
    bug.enter_context(replaced(loops, "lock", read_without_locking))
    bug.enter_context(replaced(loops, "save", save_without_looking))
    assert _two_decisions(scene, loop) == [None, None]
    assert _lost_update(scene) or scene.unheld()
