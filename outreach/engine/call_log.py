"""A person called a member and says how it ended: kept with the conversation, and the loop goes on from there."""

from __future__ import annotations

from enum import StrEnum

from outreach.engine import opting
from outreach.engine.deployment import Deployment
from outreach.engine.handlers import happened
from outreach.engine.refusals import NotAsked
from outreach.loops.events import Reachable, TaskResolved
from outreach.loops.tasks import TaskKind
from outreach.store import loops, member_calls, people, work
from outreach.store.actor import Actor
from outreach.store.unit_of_work import UnitOfWork


class Ended(StrEnum):
    """How a call by a person ended."""

    REACHED = "reached"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


class Interpreter(StrEnum):
    """Who interpreted it."""

    NOBODY = "nobody"
    STAFF = "staff"
    LINE = "line"


def log(
    deployment: Deployment, actor: Actor, loop_id: int, phone: int, ended: Ended, interpreter: Interpreter, note: str
) -> int:
    """Store a call to the member of a loop, and let the loop hear of it; return the call.

    In vain it counts as a try, and ends the task to call where one is open. Who was reached is not unreachable any
    more; what they said is said by finishing their task. A wrong number gets no more texts about this member.
    Raises NotAsked for a phone that is not theirs.
    """
    if ended is Ended.WRONG_NUMBER:  # first, and alone: it holds even when the note is lost
        _not_theirs(deployment, actor, loop_id, phone)
    with deployment.write(actor) as uow:
        people.lock_phones(uow, [phone])
        found = loops.lock(uow, [loop_id])
        if not found or phone not in people.members(uow, [found[0].member])[found[0].member].contact_points:
            raise NotAsked("This number is not the member's. Open the conversation again.")
        member = found[0].member
        call = member_calls.add(uow, phone, member, loop_id, ended, interpreter, note)
        uow.audit(f"call.logged.{ended}", f"loop:{loop_id}")
        if found[0].loop.open:
            _goes_on(uow, loop_id, ended)
        uow.commit()
    return call


def _not_theirs(deployment: Deployment, actor: Actor, loop_id: int, phone: int) -> None:
    with deployment.read(actor) as uow:
        found = loops.get(uow, [loop_id])
    if found:
        opting.wrong_number(deployment, actor, phone, found[0].member)


def _goes_on(uow: UnitOfWork, loop_id: int, ended: Ended) -> None:
    match ended:
        case Ended.REACHED:
            happened(uow, loop_id, Reachable(uow.now))
        case Ended.NO_ANSWER | Ended.VOICEMAIL:
            owed = [task.id for task in work.open_tasks(uow, [loop_id])[loop_id] if task.kind == TaskKind.CALL_MEMBER]
            work.close_tasks(uow, owed, "no_answer")
            happened(uow, loop_id, TaskResolved(uow.now, TaskKind.CALL_MEMBER, "no_answer"))
        case Ended.WRONG_NUMBER:
            pass
