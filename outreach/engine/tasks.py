"""What people do with a task: take it, put it off, say what blocks it, hand it over, finish it.

Each returns the note that says so: with it the person takes their change back (`undoing.undo`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conversations.meaning import Reason
from outreach.engine import pauses, rides
from outreach.engine.deployment import Deployment
from outreach.engine.handlers import happened
from outreach.engine.holds import name_holds
from outreach.engine.looks import settle_by_person
from outreach.engine.refusals import NotAsked
from outreach.engine.rides import Booking
from outreach.engine.standing import stands
from outreach.loops.events import FollowsOn, NewVisitLinked, TaskResolved
from outreach.loops.rides import RideNeed
from outreach.loops.standing import Standing
from outreach.loops.task_clock import Escalation, deadlines_until
from outreach.loops.tasks import MANAGERS, RULES, SUPERVISORS, Blocker, TaskKind
from outreach.store import absences, loops, people, tasks, work
from outreach.store.actor import Actor
from outreach.store.unit_of_work import UnitOfWork

QUEUES = tuple(sorted({rule.queue for rule in RULES.values()} | {SUPERVISORS, MANAGERS}))


@dataclass(frozen=True, slots=True)
class Finish:
    """How a task ends, and what its kind needs besides: a reason, the new visit's loop, a booked ride, a date, whom."""

    resolution: str
    reason: Reason | None = None
    new_loop: int | None = None
    booking: Booking | None = None
    review_at: datetime | None = None
    member: int | None = None


def claim(deployment: Deployment, actor: Actor, task_id: int) -> int:
    """Take a task: it is acknowledged, and owned by the person. Raises NotAsked when somebody else has it."""
    with deployment.write(actor) as uow:
        task = _open(uow, task_id)
        if task.owner_person not in (None, actor.name):
            raise NotAsked("Somebody else has this task; ask them to hand it over.")
        values = {"owner_person": actor.name, "acknowledged_at": task.acknowledged_at or uow.now}
        note = tasks.change(uow, task_id, "claimed", values)
        uow.commit()
    return note


def release(deployment: Deployment, actor: Actor, task_id: int) -> int:
    """Give a task back to its queue."""
    with deployment.write(actor) as uow:
        _open(uow, task_id)
        note = tasks.change(uow, task_id, "released", {"owner_person": None})
        uow.commit()
    return note


def snooze(deployment: Deployment, actor: Actor, task_id: int, until: datetime) -> int:
    """Put a task out of sight until an instant before it is due; its clock runs on. Raises NotAsked otherwise."""
    with deployment.write(actor) as uow:
        task = _open(uow, task_id)
        if not uow.now < until or (task.due_at is not None and until >= task.due_at):
            raise NotAsked("A task can be put off only until some time before it is due.")
        note = tasks.change(uow, task_id, "snoozed", {"snoozed_until": until})
        uow.commit()
    return note


def block(deployment: Deployment, actor: Actor, task_id: int, blocker: Blocker, until: datetime, note: str) -> int:
    """Say what blocks a task, and when to look again: that is when it is due now, at most ten business days on.

    Raises NotAsked for a date beyond them, a date that is past, or without a note.
    """
    with deployment.write(actor) as uow:
        task = _open(uow, task_id)
        if not note.strip():
            raise NotAsked("Say in a note what is missing, and from whom.")
        if not uow.now < until <= tasks.office_of(uow, task).close_of(uow.now, _LONGEST_BLOCK):
            raise NotAsked("Look again within %(days)s business days.", days=_LONGEST_BLOCK)
        clock = work.clock_columns(deadlines_until(uow.now, until), Escalation.NONE)
        values = {"blocker": blocker, "snoozed_until": None} | clock
        noted = tasks.change(uow, task_id, f"blocked.{blocker}", values, note)
        if task.loop_id is not None:
            loops.lock_rows(uow, [task.loop_id])
            name_holds(uow, [task.loop_id])
        uow.commit()
    return noted


_LONGEST_BLOCK = 10


def unblock(deployment: Deployment, actor: Actor, task_id: int) -> int:
    """Nothing blocks the task any more; it stays due when it is."""
    with deployment.write(actor) as uow:
        _open(uow, task_id)
        note = tasks.change(uow, task_id, "unblocked", {"blocker": None})
        uow.commit()
    return note


def hand_over(deployment: Deployment, actor: Actor, task_id: int, queue: str, person: str | None, note: str) -> int:
    """Give a task to another queue, or to a person in it, with a note. Raises NotAsked without one."""
    with deployment.write(actor) as uow:
        _open(uow, task_id)
        if queue not in QUEUES:
            raise NotAsked(
                "There is no queue %(queue)r; choose from %(queues)s.", queue=queue, queues=", ".join(QUEUES)
            )
        if not note.strip():
            raise NotAsked("Hand a task over with a note: what was done, what is to do.")
        if person and (away := absences.away(uow, person)) is not None:
            if away.cover:
                raise NotAsked("%(who)s is away. Give it to %(cover)s.", who=person, cover=away.cover)
            raise NotAsked("%(who)s is away. Give it to the queue.", who=person)
        values = {"owner_queue": queue, "owner_person": person or None, "acknowledged_at": None, "snoozed_until": None}
        noted = tasks.change(uow, task_id, "handed_over", values, note)
        uow.commit()
    return noted


def resolve(deployment: Deployment, actor: Actor, task_id: int, finish: Finish) -> int | None:
    """A person finishes a task, and its loop moves on; return the note to undo it by, None where something moved.

    Raises NotAsked when something the resolution needs is missing:
    `new_visit` needs the open loop of the new visit, `no_new_visit` and `cannot_come` a reason, `ride_booked` the
    trips, `still_away` a date to look again, and `member_died` the member, where several share the phone.
    """
    with deployment.write(actor) as uow:
        task = tasks.lock_open(uow, task_id, finish.new_loop, _members_loops(uow, task_id, finish))
        if task is None or finish.resolution not in RULES[TaskKind(task.kind)].resolutions:
            raise NotAsked(NotAsked.__doc__)
        if finish.resolution in _NEED_REASON and finish.reason is None:
            raise NotAsked("This needs a reason.")
        before = loops.lock(uow, [task.loop_id])[0].loop if task.loop_id is not None else None
        tasks.resolve(uow, task_id, finish.resolution, finish.reason)
        if task.kind == TaskKind.SEND_UNKNOWN:
            settle_by_person(uow, task.loop_id, task.contact_point_id, finish.resolution == "was_sent", uow.now)
        _AFTER.get(finish.resolution, _tell_the_loop)(uow, task, finish)
        moved = finish.resolution in _AFTER or task.kind == TaskKind.SEND_UNKNOWN
        if before is not None and not moved:
            moved = loops.lock(uow, [task.loop_id])[0].loop != before
        note = None if moved else tasks.ended(uow, task_id)
        uow.commit()
    return note


_NEED_REASON = frozenset({"no_new_visit", "cannot_come"})


def _open(uow: UnitOfWork, task_id: int) -> Any:
    task = tasks.lock_open(uow, task_id)
    if task is None:
        raise NotAsked(NotAsked.__doc__)
    return task


def _members_loops(uow: UnitOfWork, task_id: int, finish: Finish) -> list[int]:
    """The loops that a death or a return concerns beside the task's own: locked with it, in order."""
    if finish.resolution not in ("member_died", "back", "still_away"):
        return []
    return [loop_id for _, loop_id in loops.open_of_members(uow, tasks.members_of(uow, task_id))]


def _tell_the_loop(uow: UnitOfWork, task: Any, finish: Finish) -> None:
    if task.loop_id is not None:
        happened(uow, task.loop_id, TaskResolved(uow.now, task.kind, finish.resolution, finish.reason))


def _new_visit(uow: UnitOfWork, task: Any, finish: Finish) -> None:
    if finish.new_loop is None or not loops.link_parent(uow, finish.new_loop, task.loop_id):
        raise NotAsked("A new visit must be an open loop of the same member; choose it, or give a reason instead.")
    before = loops.lock(uow, [task.loop_id])[0].loop
    happened(uow, task.loop_id, NewVisitLinked(uow.now))
    no_ride = before.ride.need in (RideNeed.NEEDED, RideNeed.FAILED) or Reason.TRANSPORT_FAILURE in before.barriers
    happened(uow, finish.new_loop, FollowsOn(uow.now, needs_ride=no_ride))


def _ride_booked(uow: UnitOfWork, task: Any, finish: Finish) -> None:
    if finish.booking is None:
        raise NotAsked("A booked ride needs its trips: the broker's number and the pickup window of each leg.")
    rides.book(uow, task.loop_id, finish.booking)


def _died(uow: UnitOfWork, task: Any, finish: Finish) -> None:
    """CARE-10: which of the people on the phone died is never guessed."""
    known = tasks.members_of(uow, task.id)
    who = finish.member or (known[0] if len(known) == 1 else None)
    if who not in known:
        raise NotAsked("Several members share this phone: say which of them died.")
    stands(uow, who, Standing.DECEASED, None)


def _back(uow: UnitOfWork, task: Any, finish: Finish) -> None:
    stands(uow, task.member_id, Standing.ACTIVE, None)


def _still_away(uow: UnitOfWork, task: Any, finish: Finish) -> None:
    if finish.review_at is None or finish.review_at <= uow.now:
        raise NotAsked("Give the date on which somebody looks again.")
    standing = people.members(uow, [task.member_id])[task.member_id].standing
    stands(uow, task.member_id, standing, finish.review_at)


def _released(uow: UnitOfWork, task: Any, finish: Finish) -> None:
    """What the carrier's answers had paused is sent again: nothing stays paused that nobody has a task for."""
    pauses.lift(uow, task.about["pause"])


_AFTER: dict[str, Callable[[UnitOfWork, Any, Finish], None]] = {
    "new_visit": _new_visit,
    "released": _released,
    "ride_booked": _ride_booked,
    "member_died": _died,
    "back": _back,
    "still_away": _still_away,
}
