"""What a visitor of the demo may try right now, and what of it somebody tried already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from outreach.loops.consent import Action
from outreach.loops.tasks import TaskKind
from outreach.store.tables import anchor, audit, consent_event, loop, reply, task, touch
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
    """Return what can be tried now: the newest work that nobody has, the visit that waited longest for its outcome."""
    free = (task.c.state == "open", task.c.owner_person.is_(None))
    newest = select(task.c.id).where(*free).order_by(task.c.opened_at.desc(), task.c.id.desc())
    about = (anchor.c.starts_at <= uow.now, anchor.c.cancelled.is_(False))
    over = select(loop.c.id).join(anchor, anchor.c.id == loop.c.anchor_id).order_by(anchor.c.starts_at, loop.c.id)
    over = over.where(loop.c.closed.is_(None), loop.c.outcome.is_(None), *about)
    lived = or_(loop.c.closed.is_(None), loop.c.closed != "imported")
    ended = select(loop.c.id).where(lived).order_by(loop.c.closed_at.desc().nulls_last(), loop.c.id)
    return Ready(
        answer=_first(
            uow, newest.where(task.c.kind.in_(_WITH_WORDS), task.c.reply_id.in_(_answerable()), _of_an_open_loop())
        ),
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


def _answerable() -> Select[Any]:
    """The replies from phones that texts may still go to."""
    ended = select(consent_event.c.contact_point_id).where(
        consent_event.c.action.in_((Action.STOP, Action.WRONG_NUMBER))
    )
    return select(reply.c.id).where(reply.c.contact_point_id.not_in(ended))


def _of_an_open_loop() -> ColumnElement[bool]:
    """A visit that is over is a poor one to write about."""
    return task.c.loop_id.in_(select(loop.c.id).where(loop.c.closed.is_(None)))


def _first(uow: UnitOfWork, query: Select[Any]) -> int | None:
    rows = uow.all(query.limit(1))
    return rows[0].id if rows else None
