"""What simulated members and clinics can see: open questions on phones, visits that are over, and what is due next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from outreach.loops.anchor import Anchor
from outreach.store.people import NUMBER
from outreach.store.tables import anchor, awaited, contact_point, loop, prompt, signal, task, touch
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A prompt that opened since the last look."""

    prompt: int
    visit: str
    number: str = field(repr=False)
    key: str
    language: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit of an open loop: when it ends, and where the promise stands."""

    loop: int
    visit: str
    ends_at: datetime
    stage: str


def questions_since(uow: UnitOfWork, last: int) -> list[OpenQuestion]:
    """Return open prompts with ids above `last`, oldest first."""
    query = (
        select(prompt, anchor.c.external_id, contact_point.c.number, contact_point.c.id.label("phone"))
        .join(loop, loop.c.id == prompt.c.loop_id)
        .join(anchor, anchor.c.id == loop.c.anchor_id)
        .join(contact_point, contact_point.c.id == prompt.c.contact_point_id)
        .where(prompt.c.state == "open", prompt.c.id > last)
        .order_by(prompt.c.id)
    )
    return [
        OpenQuestion(
            prompt=row.id,
            visit=row.external_id,
            number=uow.keyring.open(NUMBER, row.phone, row.number),
            key=row.key,
            language=row.language,
            opened_at=row.opened_at,
        )
        for row in uow.all(query)
    ]


def visits(uow: UnitOfWork) -> list[Visit]:
    """Return the visits of all open loops that are still on."""
    columns = (anchor.c.external_id, anchor.c.day, anchor.c.wall_time, anchor.c.zone, anchor.c.version)
    query = select(loop.c.id, loop.c.stage, *columns, anchor.c.id.label("anchor_id"))
    query = query.join(anchor, anchor.c.id == loop.c.anchor_id)
    rows = uow.all(query.where(loop.c.closed.is_(None), anchor.c.cancelled.is_(False)).order_by(loop.c.id))
    return [
        Visit(
            row.id,
            row.external_id,
            Anchor(row.anchor_id, row.version, row.day, row.wall_time, row.zone).ends_at,
            row.stage,
        )
        for row in rows
    ]


def stage_of(uow: UnitOfWork, loop_id: int) -> str | None:
    """Return the stage of a loop that is still open, or None."""
    rows = uow.all(select(loop.c.stage).where(loop.c.id == loop_id, loop.c.closed.is_(None)))
    return rows[0].stage if rows else None


def next_due(uow: UnitOfWork) -> datetime | None:
    """Return the next instant at which anything of ours is due."""
    queries = (
        select(func.min(touch.c.due_at)).where(touch.c.state == "planned"),
        select(func.min(awaited.c.deadline)).where(awaited.c.state == "waiting"),
        select(func.min(signal.c.due_at)).where(signal.c.state == "due"),
        select(func.min(task.c.escalate_at)).where(task.c.state == "open"),
    )
    instants: Sequence[datetime | None] = [uow.execute(query).scalar_one_or_none() for query in queries]
    return min((instant for instant in instants if instant is not None), default=None)
