"""What simulated members, clinics and staff can see: open questions, visits, tasks and trips, and what is due next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, select

from outreach.loops.anchor import Anchor
from outreach.store.enrolment import EXTERNAL_ID
from outreach.store.people import NUMBER
from outreach.store.tables import (
    anchor,
    awaited,
    clinic,
    contact_point,
    loop,
    member,
    prompt,
    reply,
    signal,
    task,
    touch,
    trip,
)
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A prompt that opened since the last look; `nth` counts how often its visit was asked this, from 1."""

    prompt: int
    visit: str
    number: str = field(repr=False)
    key: str
    language: str
    opened_at: datetime
    nth: int = 1


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit of an open loop: where, when, and where the promise stands. `id` is the clinic's."""

    loop: int
    program: int
    id: str
    member: str = field(repr=False)
    clinic_id: int
    clinic: str
    anchor: Anchor
    stage: str


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task that opened since the last look; `nth` counts those of its kind, of its visit and of all, from 1."""

    id: int
    kind: str
    priority: str
    program: int | None
    visit: str | None
    opened_at: datetime
    nth: int
    nth_of_all: int


@dataclass(frozen=True, slots=True)
class WorkAtHand:
    """An open task as it stands: whose it is, whether nobody ever did anything with it, and what it is about."""

    kind: str
    owner: str | None
    untouched: bool
    visit: Visit | None


@dataclass(frozen=True, slots=True)
class BookedTrip:
    """A trip that a broker is to drive: for which loop, which leg, and when; a will-call trip has no pickup."""

    id: int
    loop: int
    leg: str
    pickup_from: datetime | None


_ANCHOR = (anchor.c.version, anchor.c.day, anchor.c.wall_time, anchor.c.zone)


def questions_since(uow: UnitOfWork, last: int) -> list[OpenQuestion]:
    """Return open prompts with ids above `last`, oldest first."""
    earlier = prompt.alias()
    same = and_(earlier.c.loop_id == prompt.c.loop_id, earlier.c.key == prompt.c.key, earlier.c.id <= prompt.c.id)
    nth = select(func.count()).where(same).scalar_subquery()
    phone = (contact_point.c.number, contact_point.c.id.label("phone"))
    query = (
        select(prompt, anchor.c.external_id, *phone, nth.label("nth"))
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
            nth=row.nth,
        )
        for row in uow.all(query)
    ]


def visits_since(uow: UnitOfWork, last: int) -> list[Visit]:
    """Return the visits that are still on, of open loops with ids above `last`, oldest first."""
    return [_visit(uow, row) for row in uow.all(_visits().where(loop.c.id > last).order_by(loop.c.id))]


def visit_of(uow: UnitOfWork, loop_id: int) -> Visit | None:
    """Return the visit of a loop that is still open, if it is still on."""
    rows = uow.all(_visits().where(loop.c.id == loop_id))
    return _visit(uow, rows[0]) if rows else None


def loop_of(uow: UnitOfWork, program_id: int, visit: str) -> int | None:
    """Return the open loop of a visit by the clinic's id."""
    query = select(loop.c.id).join(anchor, anchor.c.id == loop.c.anchor_id)
    mine = (anchor.c.program_id == program_id, anchor.c.external_id == visit, loop.c.closed.is_(None))
    return uow.execute(query.where(*mine)).scalar_one_or_none()


def tasks_since(uow: UnitOfWork, last: int) -> list[NewTask]:
    """Return open tasks with ids above `last`, oldest first."""
    earlier = task.alias()
    before = and_(earlier.c.kind == task.c.kind, earlier.c.id <= task.c.id)
    query = (
        select(
            *(task.c[name] for name in ("id", "kind", "priority", "opened_at")),
            task.c.program_id.label("program"),
            anchor.c.external_id.label("visit"),
            select(func.count()).where(before, earlier.c.loop_id == task.c.loop_id).scalar_subquery().label("nth"),
            select(func.count()).where(before).scalar_subquery().label("nth_of_all"),
        )
        .outerjoin(loop, loop.c.id == task.c.loop_id)
        .outerjoin(anchor, anchor.c.id == loop.c.anchor_id)
        .where(task.c.state == "open", task.c.id > last)
        .order_by(task.c.id)
    )
    return [NewTask(**row._mapping) for row in uow.all(query)]


def work_at_hand(uow: UnitOfWork, task_id: int) -> WorkAtHand | None:
    """Return a task as it stands, or None when it is no longer open."""
    rows = uow.all(select(task).where(task.c.id == task_id, task.c.state == "open"))
    if not rows:
        return None
    row = rows[0]
    by_people = (row.owner_person, row.acknowledged_at, row.snoozed_until, row.blocker)
    visit = visit_of(uow, row.loop_id) if row.loop_id is not None else None
    return WorkAtHand(row.kind, row.owner_person, by_people == (None,) * 4, visit)


def trips_since(uow: UnitOfWork, last: int) -> list[BookedTrip]:
    """Return the trips that are booked, with ids above `last`, oldest first."""
    columns = (trip.c.id, trip.c.loop_id.label("loop"), trip.c.leg, trip.c.pickup_from)
    rows = uow.all(select(*columns).where(trip.c.current, trip.c.id > last).order_by(trip.c.id))
    return [BookedTrip(**row._mapping) for row in rows]


def still_booked(uow: UnitOfWork, trip_id: int) -> bool:
    """Whether this very trip was not given up meanwhile."""
    return bool(uow.all(select(trip.c.id).where(trip.c.id == trip_id, trip.c.current)))


def next_due(uow: UnitOfWork) -> datetime | None:
    """Return the next instant at which anything of ours is due."""
    queries = (
        select(func.min(touch.c.due_at)).where(touch.c.state == "planned"),
        select(func.min(awaited.c.deadline)).where(awaited.c.state == "waiting"),
        select(func.min(signal.c.due_at)).where(signal.c.state == "due"),
        select(func.min(reply.c.read_from)).where(reply.c.read_at.is_(None)),
        select(func.min(task.c.escalate_at)).where(task.c.state == "open"),
    )
    instants: Sequence[datetime | None] = [uow.execute(query).scalar_one_or_none() for query in queries]
    return min((instant for instant in instants if instant is not None), default=None)


def _visits() -> Select[Any]:
    of_the_loop = (loop.c.id, loop.c.program_id, loop.c.stage, anchor.c.id.label("anchor_id"), anchor.c.external_id)
    of_the_member = (member.c.id.label("member_id"), member.c.external_id.label("sealed"))
    return (
        select(*of_the_loop, *of_the_member, *_ANCHOR, clinic.c.id.label("clinic_id"), clinic.c.key)
        .join(anchor, anchor.c.id == loop.c.anchor_id)
        .join(member, member.c.id == loop.c.member_id)
        .join(clinic, clinic.c.id == anchor.c.clinic_id)
        .where(loop.c.closed.is_(None), anchor.c.cancelled.is_(False))
    )


def _visit(uow: UnitOfWork, row: Row[Any]) -> Visit:
    return Visit(
        loop=row.id,
        program=row.program_id,
        id=row.external_id,
        member=uow.keyring.open(EXTERNAL_ID, row.member_id, row.sealed),
        clinic_id=row.clinic_id,
        clinic=row.key,
        anchor=Anchor(row.anchor_id, row.version, row.day, row.wall_time, row.zone),
        stage=row.stage,
    )
