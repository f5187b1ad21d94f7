"""What a visitor of the demo may try right now, and what of it somebody tried already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from outreach.loops.tasks import TaskKind
from outreach.store.tables import anchor, audit, loop, task, touch
from outreach.store.unit_of_work import UnitOfWork

_RIDES = (TaskKind.ARRANGE_RIDE, TaskKind.RIDE_URGENT)
_WITH_WORDS = (
    TaskKind.ANSWER_MEMBER, TaskKind.RESCHEDULE, TaskKind.MEDICATION_QUESTION, TaskKind.CALL_MEMBER,
    TaskKind.BARRIER_INTERVIEW, TaskKind.EVENING_SLOT,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ready:
    """What fits right now: tasks to answer and to book a ride for, a loop to mark, one to read; None if none does."""

    answer: int | None
    ride: int | None
    mark: int | None
    evidence: int | None


@dataclass(frozen=True, slots=True)
class Soon:
    """When the first such thing may come: the next text, the next question about a ride, the next visit."""

    answer: datetime | None
    ride: datetime | None
    mark: datetime | None


def ready(uow: UnitOfWork) -> Ready:
    """Return what can be tried now: the newest of the work, the visit that has waited longest for its outcome."""
    is_open = task.c.state == "open"
    newest = select(task.c.id).where(is_open).order_by(task.c.opened_at.desc(), task.c.id.desc())
    about = (anchor.c.starts_at <= uow.now, anchor.c.cancelled.is_(False))
    over = select(loop.c.id).join(anchor, anchor.c.id == loop.c.anchor_id).order_by(anchor.c.starts_at, loop.c.id)
    over = over.where(loop.c.closed.is_(None), loop.c.outcome.is_(None), *about)
    lived = or_(loop.c.closed.is_(None), loop.c.closed != "imported")
    ended = select(loop.c.id).where(lived).order_by(loop.c.closed_at.desc().nulls_last(), loop.c.id)
    return Ready(
        answer=_first(uow, newest.where(task.c.reply_id.is_not(None), task.c.kind.in_(_WITH_WORDS))),
        ride=_first(uow, newest.where(task.c.kind.in_(_RIDES))),
        mark=_first(uow, over),
        evidence=_first(uow, ended),
    )


def soon(uow: UnitOfWork) -> Soon:
    """Return when the next text, the next question about a ride, and the next visit are due."""
    text = select(func.min(touch.c.due_at)).where(touch.c.state == "planned", touch.c.due_at >= uow.now)
    visit = select(func.min(anchor.c.starts_at)).join(loop, loop.c.anchor_id == anchor.c.id)
    visit = visit.where(loop.c.closed.is_(None), anchor.c.starts_at >= uow.now)
    asks = text.where(touch.c.step.like("ride_check%"))
    return Soon(*(uow.execute(query).scalar_one() for query in (text, asks, visit)))


def acts_of(uow: UnitOfWork, actors: Collection[str]) -> frozenset[str]:
    """Return what these people did, as the trail names it; `text` stands for a text in their own words or choice."""
    rows = uow.all(select(audit.c.action).where(audit.c.actor.in_(actors)).distinct())
    wrote = uow.all(select(touch.c.id).where(touch.c.author.in_(actors)).limit(1))
    kinds = select(task.c.kind, task.c.resolution).where(task.c.resolved_by.in_(actors), task.c.kind.in_(_WITH_WORDS))
    answered = {f"answered.{row.resolution}" for row in uow.all(kinds)}
    return frozenset({row.action for row in rows} | answered | ({"text"} if wrote else set()))


def days(uow: UnitOfWork) -> tuple[date, date] | None:
    """Return the first and the last day of the visits that texts are sent about, or None when there are none."""
    query = select(func.min(anchor.c.day).label("first"), func.max(anchor.c.day).label("last"))
    query = query.join(loop, loop.c.anchor_id == anchor.c.id)
    row = uow.all(query.where(or_(loop.c.closed.is_(None), loop.c.closed != "imported")))[0]
    return (row.first, row.last) if row.first else None


def _first(uow: UnitOfWork, query: Select[Any]) -> int | None:
    rows = uow.all(query.limit(1))
    return rows[0].id if rows else None
