"""Signals to clinics as their queue works them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, select, update

from outreach.store.batches import chunks
from outreach.store.tables import anchor, loop, signal, task
from outreach.store.unit_of_work import UnitOfWork

_WISHES = ("reschedule-requested", "visit-declined")


def any_due(uow: UnitOfWork) -> bool:
    """Whether any signal is due: a look without locks."""
    return bool(uow.all(select(signal.c.id).where(signal.c.state == "due", signal.c.due_at <= uow.now).limit(1)))


def claim(uow: UnitOfWork, real_now: datetime, lease_until: datetime, limit: int) -> Sequence[Row[Any]]:
    """Lease due signals, each only when no earlier one of its loop still waits (FHIR-07: ordered by version)."""
    earlier = signal.alias()
    blocked = exists().where(
        earlier.c.loop_id == signal.c.loop_id, earlier.c.version < signal.c.version, earlier.c.state == "due"
    )
    free = signal.c.lease_until.is_(None) | (signal.c.lease_until < real_now)
    query = select(signal.c.id).where(signal.c.state == "due", signal.c.due_at <= uow.now, free, ~blocked)
    locked = query.order_by(signal.c.due_at, signal.c.id).limit(limit).with_for_update(skip_locked=True)
    ids = [row.id for row in uow.all(locked)]
    leased = {"lease_until": lease_until, "attempts": signal.c.attempts + 1}
    uow.execute(update(signal).where(signal.c.id.in_(ids)).values(**leased))
    rows = select(signal, anchor.c.external_id, anchor.c.version.label("visit_version"), loop.c.member_id)
    rows = rows.join(loop, loop.c.id == signal.c.loop_id).join(anchor, anchor.c.id == loop.c.anchor_id)
    return uow.all(rows.where(signal.c.id.in_(ids)).order_by(signal.c.id))


def record(uow: UnitOfWork, row: Any, state: str, status: int | None, due_at: datetime) -> bool:
    """Store what came of one attempt; False when another worker holds the signal by now (the attempt is the fence)."""
    ours = (signal.c.id == row.id) & (signal.c.attempts == row.attempts) & (signal.c.state == "due")
    values = {"state": state, "last_status": status, "due_at": due_at, "lease_until": None}
    if state == "delivered":
        values["delivered_at"] = uow.now
    return uow.execute(update(signal).where(ours).values(**values)).rowcount == 1


def note_acted(uow: UnitOfWork, signal_id: int) -> bool:
    """Note that the actor's clinic did something about a signal; False when it is not theirs, or noted already."""
    mine = (signal.c.id == signal_id) & signal.c.acted_at.is_(None)
    if uow.actor.clinic is not None:
        mine &= signal.c.clinic_id == uow.actor.clinic
    values = {"acted_at": uow.now, "acted_by": str(uow.actor)}
    return uow.execute(update(signal).where(mine).values(**values)).rowcount == 1


def note_received(uow: UnitOfWork, loop_id: int) -> list[int]:
    """Note that the actor's clinic has what no webhook delivered to it; return the signals this is news of."""
    mine = (signal.c.loop_id == loop_id) & (signal.c.clinic_id == uow.actor.clinic) & signal.c.delivered_at.is_(None)
    mine &= signal.c.state.in_(("shown", "dead"))
    ids = [row.id for row in uow.all(select(signal.c.id).where(mine).order_by(signal.c.id))]
    uow.execute(update(signal).where(signal.c.id.in_(ids) & mine).values(delivered_at=uow.now))
    return ids


def acted_by_change(uow: UnitOfWork, loop_ids: Iterable[int]) -> None:
    """A visit that the clinic moved or took off answers the wishes told before (FHIR-02)."""
    values = {"acted_at": uow.now, "acted_by": str(uow.actor)}
    for part in chunks(loop_ids):
        wishes = signal.c.loop_id.in_(part) & signal.c.kind.in_(_WISHES) & signal.c.acted_at.is_(None)
        uow.execute(update(signal).where(wishes).values(**values))


def loop_task(uow: UnitOfWork, loop_id: int, kind: str) -> bool:
    """Whether a loop has an open task of this kind."""
    query = select(task.c.id).where(task.c.loop_id == loop_id, task.c.kind == kind, task.c.state == "open")
    return bool(uow.all(query.limit(1)))


def connection_task(uow: UnitOfWork, clinic_id: int, kind: str) -> bool:
    """Whether a clinic's connection has an open task of this kind already."""
    query = select(task.c.id).where(task.c.clinic_id == clinic_id, task.c.kind == kind, task.c.state == "open")
    return bool(uow.all(query.where(task.c.loop_id.is_(None)).limit(1)))
