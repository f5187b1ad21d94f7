"""A text that belongs to no open loop still belongs to somebody: a task, owned and due."""

from __future__ import annotations

from outreach.loops.business_days import NO_PROGRAM
from outreach.loops.tasks import TaskKind, deadlines
from outreach.store import people, programs, work
from outreach.store.replies import StoredReply
from outreach.store.unit_of_work import UnitOfWork


def to_a_person(uow: UnitOfWork, reply: StoredReply) -> None:
    """Open a task about a reply: answer the member, or find out who wrote."""
    members = people.members(uow, people.members_on(uow, [reply.contact_point]).get(reply.contact_point, []))
    known = programs.programs(uow, {member.program for member in members.values()} or None)
    program = min(known.values(), key=lambda found: found.id, default=None)
    kind = TaskKind.ANSWER_MEMBER if members else TaskKind.UNMATCHED_TEXT
    row = work.task_row(
        uow,
        kind,
        deadlines(kind, uow.now, program.office if program else NO_PROGRAM),
        program_id=program.id if program else None,
        member_id=next(iter(members)) if len(members) == 1 else None,
        contact_point_id=reply.contact_point,
        reply_id=reply.id,
    )
    work.open_task(uow, [row])
