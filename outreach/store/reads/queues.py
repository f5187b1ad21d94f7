"""How long the oldest row of each queue has waited, and what is in flight: a few seeks, whatever else is planned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, select

from outreach.loops.cadence import Queue
from outreach.store import lanes
from outreach.store.tables import callback, loop_event, replanning, reply, signal, touch
from outreach.store.unit_of_work import UnitOfWork

_WAITING: dict[str, Select[tuple[datetime | None]]] = {
    "replies": select(func.min(reply.c.received_at)).where(reply.c.read_at.is_(None)),
    "callbacks": select(func.min(callback.c.received_at)),
    "decisions": select(func.min(loop_event.c.at)).where(loop_event.c.consumed_at.is_(None)),
    "signals": select(func.min(signal.c.due_at)).where(signal.c.state == "due"),
    "replanning": select(func.min(replanning.c.asked_at)).where(replanning.c.finished_at.is_(None)),
}


def queue_ages(uow: UnitOfWork) -> dict[str, float]:
    """Return for each queue how many seconds of domain time its oldest row has been due; 0 for none."""
    ages = {queue.value: _age(uow, _oldest_text(uow, queue)) for queue in Queue}
    return ages | {name: _age(uow, uow.execute(query).scalar_one()) for name, query in _WAITING.items()}


def due_lag(uow: UnitOfWork) -> float:
    """Return how many seconds the oldest due text has waited."""
    return max(_age(uow, _oldest_text(uow, queue)) for queue in Queue)


def in_flight(uow: UnitOfWork) -> dict[str, int]:
    """Return how many texts are with the carrier, and how many are in doubt."""
    states = ("claimed", "unknown")
    query = select(touch.c.state, func.count().label("rows")).where(touch.c.state.in_(states)).group_by(touch.c.state)
    return dict.fromkeys(states, 0) | {row.state: row.rows for row in uow.all(query)}


def _oldest_text(uow: UnitOfWork, queue: Queue) -> datetime | None:
    return min((lane.since for lane in lanes.due(uow, queue)), default=None)


def _age(uow: UnitOfWork, oldest: datetime | None) -> float:
    return max((uow.now - oldest).total_seconds(), 0.0) if oldest else 0.0
