"""Everything that happened to a loop and everything planned for it, as rows in one order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from outreach.loops.consent import Channel
from outreach.loops.tasks import RULES, TaskKind
from outreach.store import member_calls
from outreach.store.claims import BODY as SENT_BODY
from outreach.store.everywhere import anywhere, rows_anywhere, with_question
from outreach.store.member_calls import MemberCall
from outreach.store.reads.said import said
from outreach.store.replies import TRAIL
from outreach.store.tables import attempt, awaited, loop, loop_event, reply, signal, task, touch
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Texted:
    """One of our texts or calls: planned, on its way, or what became of it."""

    at: datetime
    id: int
    step: str
    state: str
    carrier_status: str | None
    rule: str | None
    error_code: int | None
    language: str | None
    body: str | None = field(repr=False)
    call: bool = False
    call_outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """The member's own words, and what was understood."""

    at: datetime
    id: int
    body: str = field(repr=False)
    answers: str | None
    intents: tuple[str, ...] | None  # None: not read yet
    reason: str | None
    safety: tuple[str, ...]
    trail: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Decided:
    """One event and what was decided on it; None while it waits to be consumed."""

    at: datetime
    id: int
    kind: str
    body: dict[str, Any]
    actor: str
    effects: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Worked:
    """A task opened (`resolution` None) or resolved."""

    at: datetime
    id: int
    kind: str
    owner: str | None
    due_at: datetime | None
    resolution: str | None
    reason: str | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """A signal to the clinic, whether it has it, and whether it did something about it."""

    at: datetime
    id: int
    kind: str
    state: str
    delivered_at: datetime | None
    acted_at: datetime | None
    last_status: int | None


@dataclass(frozen=True, slots=True)
class Awaited:
    """A signal that the loop still waits for."""

    at: datetime
    id: int
    kind: str


Moment = Texted | Heard | Decided | Worked | Told | Awaited | MemberCall


def moments(uow: UnitOfWork, loop_id: int, member_id: int) -> list[Moment]:
    """Return a loop's time line, oldest first, with texts and replies opened; the caller audits the view."""
    kinds = (decided, _worked, _told, _awaited, _texted)
    found = [moment for read in kinds for moment in read(uow, loop_id)]
    found.extend(_heard(uow, loop_id, member_id))
    found.extend(member_calls.of_loop(uow, loop_id))
    return sorted(found, key=lambda moment: (moment.at, moment.id))


def _texted(uow: UnitOfWork, loop_id: int) -> Iterator[Moment]:
    rows = anywhere(uow, select(touch).where(touch.c.loop_id == loop_id, touch.c.state != "cancelled"))
    tries = rows_anywhere(uow, select(attempt), attempt.c.touch_id, [row.id for row in rows])
    bodies: dict[int, Any] = {row.touch_id: row for row in sorted(tries, key=lambda row: row.fencing)}
    for row in rows:
        last = bodies.get(row.id)
        body = uow.keyring.open(SENT_BODY, row.id, last.body) if last else None
        at = row.sent_at or (last.claimed_at if last else row.due_at)
        yield Texted(
            at, row.id, row.step, row.state, row.carrier_status, row.rule, row.error_code,
            last.language if last else None, body, row.channel == Channel.VOICE, row.call_outcome,
        )  # fmt: skip


def _heard(uow: UnitOfWork, loop_id: int, member_id: int) -> Iterator[Moment]:
    mine = or_(reply.c.loop_id == loop_id, and_(reply.c.loop_id.is_(None), reply.c.member_id == member_id))
    for row in uow.all(with_question(select(reply), "key").where(mine)):
        yield Heard(
            at=row.received_at,
            id=row.id,
            body=said(uow, row),
            answers=row.key,
            intents=tuple(row.intents or ()) if row.read_at else None,
            reason=row.reason,
            safety=tuple(row.safety),
            trail=uow.keyring.open(TRAIL, row.id, row.trail) if row.trail else None,
        )


def decided(uow: UnitOfWork, loop_id: int) -> Iterator[Decided]:
    """Yield every event of a loop with what was decided on it."""
    for row in anywhere(uow, select(loop_event).where(loop_event.c.loop_id == loop_id)):
        effects = None if row.consumed_at is None else tuple(row.effects or ())
        yield Decided(row.at, row.id, row.kind, row.body, row.actor, effects)


def _worked(uow: UnitOfWork, loop_id: int) -> Iterator[Moment]:
    for row in uow.all(select(task).where(task.c.loop_id == loop_id)):
        owner = row.owner_person or row.owner_queue
        first = RULES[TaskKind(row.kind)].queue  # who has it now may be another one
        yield Worked(row.opened_at, row.id, row.kind, first, row.due_at, None, None, None)
        if row.resolved_at is not None:
            yield Worked(
                row.resolved_at, row.id, row.kind, owner, row.due_at, row.resolution, row.reason, row.resolved_by
            )


def _told(uow: UnitOfWork, loop_id: int) -> Iterator[Moment]:
    for row in uow.all(select(signal).where(signal.c.loop_id == loop_id)):
        yield Told(row.occurred_at, row.id, row.kind, row.state, row.delivered_at, row.acted_at, row.last_status)


def _awaited(uow: UnitOfWork, loop_id: int) -> Iterator[Moment]:
    query = select(awaited.c.deadline, awaited.c.id, awaited.c.kind).join(loop, loop.c.id == awaited.c.loop_id)
    waiting = (awaited.c.state == "waiting", awaited.c.deadline.is_not(None), loop.c.closed.is_(None))
    for row in uow.all(query.where(awaited.c.loop_id == loop_id, *waiting)):
        yield Awaited(row.deadline, row.id, row.kind)


def understood(uow: UnitOfWork, reply_id: int) -> tuple[str, ...] | None:
    """Return the intents of one reply, or None while it is unread."""
    rows = uow.all(select(reply.c.intents, reply.c.read_at).where(reply.c.id == reply_id))
    return tuple(rows[0].intents or ()) if rows and rows[0].read_at else None
