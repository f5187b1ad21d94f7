"""What happened last, whoever it was about: decisions, refusals, work, and what clinics were told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select

from outreach.store.enrolment import NAME
from outreach.store.tables import loop, loop_event, member, signal, task
from outreach.store.unit_of_work import UnitOfWork

_UNTOLD = ("Opened", "TouchDelivered", "FollowsOn")  # they happen all the time, and change nothing


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened to a loop: an event with its body, a task that opened, or a signal.

    `what` is `event`, `task` or `told`; `kind` the event's, the task's or the signal's. `name` is the member's.
    """

    at: datetime
    id: int
    what: str
    kind: str
    loop: int
    name: str | None = field(repr=False)
    body: dict[str, Any]
    actor: str


def happenings(uow: UnitOfWork, limit: int) -> list[Happening]:
    """Return the last things that happened, newest first; the caller audits the view."""
    found: list[Happening] = []
    events = select(loop_event).where(loop_event.c.kind.not_in(_UNTOLD), loop_event.c.at <= uow.now)
    for row in _newest(uow, events, loop_event.c.loop_id, loop_event.c.at, loop_event.c.id, limit):
        found.append(_happening(uow, row, row.at, "event", row.body, row.actor))
    for row in _newest(uow, select(task), task.c.loop_id, task.c.opened_at, task.c.id, limit):
        found.append(_happening(uow, row, row.opened_at, "task", {}, ""))
    for row in _newest(uow, select(signal), signal.c.loop_id, signal.c.occurred_at, signal.c.id, limit):
        found.append(_happening(uow, row, row.occurred_at, "told", {}, ""))
    return sorted(found, key=lambda it: (it.at, it.id), reverse=True)[:limit]


def _newest(uow: UnitOfWork, query: Select[Any], loop_id: Any, at: Any, row_id: Any, limit: int) -> list[Any]:
    query = query.add_columns(member.c.id.label("of_member"), member.c.name.label("of_name"))
    query = query.join(loop, loop.c.id == loop_id).join(member, and_(member.c.id == loop.c.member_id))
    return list(uow.all(query.order_by(at.desc(), row_id.desc()).limit(limit)))


def _happening(uow: UnitOfWork, row: Any, at: datetime, what: str, body: dict[str, Any], actor: str) -> Happening:
    name = uow.keyring.open(NAME, row.of_member, row.of_name) if row.of_name else None
    return Happening(at, row.id, what, row.kind, row.loop_id, name, body, actor)
