"""A text that belongs to no open loop still belongs to somebody: a task, owned and due."""

from __future__ import annotations

from outreach.engine.line import Line, open_tasks
from outreach.loops.tasks import TaskKind
from outreach.store.replies import StoredReply
from outreach.store.unit_of_work import UnitOfWork


def to_a_person(uow: UnitOfWork, line: Line, reply: StoredReply) -> None:
    """Open a task about a reply: answer the member, or find out who wrote."""
    kind = TaskKind.ANSWER_MEMBER if line.members else TaskKind.UNMATCHED_TEXT
    open_tasks(uow, line, [kind], reply=reply.id)
