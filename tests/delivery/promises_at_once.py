"""What delivery promises when two transactions meet: each story lets them meet at the worst place."""

from __future__ import annotations

from interleaving import Meeting, in_a_thread, replaced
from promises import PAUSE, SENDER, due
from scene import ANA, NOW, Scene

from outreach.engine import claim as claiming
from outreach.loops.events import VisitCancelled
from outreach.store import people


def patience(scene: Scene) -> float:
    """How long one is waited for that need not wait; on SQLite it must wait for its turn."""
    return 15.0 if scene.deployment.database.dialect == "postgresql" else PAUSE


def a_claim_that_was_slow_to_lock_sees_the_stop_that_came_first(scene: Scene) -> bool:
    due(scene)
    meeting = Meeting()
    with replaced(people, "lock_phones", meeting.before(people.lock_phones)):
        claimer, claimed = in_a_thread(lambda: claiming.claim(scene.deployment, "bulk", SENDER, 10))
        assert meeting.reached.wait(20)
        stopper, _ = in_a_thread(lambda: scene.hear(ANA, "STOP"))
        stopper.join(patience(scene))
        stop_was_first = not stopper.is_alive()
        meeting.go_on.set()
        for thread in (claimer, stopper):
            thread.join(20)
    outgoing, _ = claimed[0]
    return not (stop_was_first and outgoing)


def a_claim_and_a_cancelled_visit_never_wait_for_each_other(scene: Scene) -> bool:
    loop = due(scene)
    meeting = Meeting()
    with replaced(claiming, "lock_loops", meeting.before(claiming.lock_loops)):
        claimer, one = in_a_thread(lambda: claiming.claim(scene.deployment, "bulk", SENDER, 10))
        assert meeting.reached.wait(20)
        decider, other = in_a_thread(lambda: scene.happens(loop, VisitCancelled(NOW)))
        decider.join(PAUSE)
        meeting.go_on.set()
        for thread in (claimer, decider):
            thread.join(30)
    return not any(isinstance(ended, BaseException) for ended in one + other)
