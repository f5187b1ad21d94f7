"""One list of work: each open task with whom it concerns and what they said, opened; the caller audits the view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from conversations.meaning import Safety
from outreach.loops.instants import local_date
from outreach.loops.tasks import TaskKind
from outreach.store.batches import rows_in
from outreach.store.enrolment import NAME
from outreach.store.people import members_on
from outreach.store.reads.said import said
from outreach.store.reads.tasks import AT_ONCE, Chosen, TaskRow, WorkCounts, counts, open_tasks
from outreach.store.tables import member, member_contact, reply
from outreach.store.unit_of_work import UnitOfWork

__all__ = ["Chosen", "Group", "WorkCounts", "WorkRow", "counts", "worklist"]

_SENSITIVE = frozenset({TaskKind.CRISIS, TaskKind.SAFETY_REVIEW, TaskKind.DECEASED_REPORT})
_UNSAFE = frozenset({Safety.EMERGENCY, Safety.ABUSE, Safety.REVIEW, Safety.DECEASED_REPORT})


class Group(StrEnum):
    """Under which head a task stands, in this order."""

    NOW = "now"
    OVERDUE = "overdue"
    TODAY = "today"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One task, whom it concerns, and the text that it is about.

    `said` is None without such a text, and when it is `sensitive`: that one is read by opening it. `name`, `language`
    and `member_id` are None where several people share the phone and nobody knows which of them is meant.
    """

    task: TaskRow
    name: str | None = field(repr=False)
    language: str | None
    said: str | None = field(repr=False)
    sensitive: bool
    phone_id: int | None
    member_id: int | None
    waiting_since: datetime
    group: Group


def worklist(uow: UnitOfWork, limit: int, chosen: Chosen, skip: int = 0) -> list[WorkRow]:
    """Return up to `limit` open tasks behind the first `skip`: what is for now, late, due today, later."""
    tasks = open_tasks(uow, limit, chosen, skip)
    whom = _whom(uow, tasks)
    people = _people(uow, whom.values())
    phones = _phones(uow, people)
    texts = _texts(uow, tasks)
    rows = []
    for task in tasks:
        who, text = people.get(whom.get(task.id, 0)), texts.get(task.reply_id or 0)
        sensitive = task.kind in _SENSITIVE or (text is not None and not _UNSAFE.isdisjoint(text.safety))
        rows.append(
            WorkRow(
                task=task,
                name=uow.keyring.open(NAME, who.id, who.name) if who and who.name else None,
                language=who.language if who else None,
                said=said(uow, text) if text and not sensitive else None,
                sensitive=sensitive,
                phone_id=task.contact_point_id or (phones.get(who.id) if who else None),
                member_id=who.id if who else None,
                waiting_since=task.opened_at,
                group=_group(task, uow.now),
            )
        )
    return sorted(rows, key=lambda row: list(Group).index(row.group))  # "today" differs from zone to zone


def _group(task: TaskRow, now: datetime) -> Group:
    if task.priority in AT_ONCE:
        return Group.NOW
    if task.due_at is None or task.due_at <= now:
        return Group.OVERDUE  # without a due time it is late already: nothing would ever bring it up
    zone = task.zone or "UTC"
    return Group.TODAY if local_date(task.due_at, zone) == local_date(now, zone) else Group.LATER


def _whom(uow: UnitOfWork, tasks: Iterable[TaskRow]) -> dict[int, int]:
    """Return the member of each task: its own, or the only one on its phone."""
    sharing = members_on(uow, {t.contact_point_id for t in tasks if t.member_id is None and t.contact_point_id})
    found = {}
    for task in tasks:
        on_phone = sharing.get(task.contact_point_id or 0, [])
        known = [task.member_id] if task.member_id is not None else on_phone
        if len(known) == 1:
            found[task.id] = known[0]
    return found


def _people(uow: UnitOfWork, member_ids: Iterable[int]) -> dict[int, Any]:
    rows = rows_in(uow, select(member.c.id, member.c.name, member.c.language), member.c.id, set(member_ids))
    return {row.id: row for row in rows}


def _phones(uow: UnitOfWork, member_ids: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for row in rows_in(uow, select(member_contact), member_contact.c.member_id, member_ids):
        found[row.member_id] = min(row.contact_point_id, found.get(row.member_id, row.contact_point_id))
    return found


def _texts(uow: UnitOfWork, tasks: Iterable[TaskRow]) -> dict[int, Any]:
    wanted = {task.reply_id for task in tasks if task.reply_id is not None}
    columns = select(reply.c.id, reply.c.body, reply.c.media_count, reply.c.call_id, reply.c.safety)
    return {row.id: row for row in rows_in(uow, columns, reply.c.id, wanted)}
