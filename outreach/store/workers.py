"""Who is working: one row for each process, which it writes anew every few seconds; nothing is decided from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from outreach.store.tables import worker
from outreach.store.unit_of_work import UnitOfWork

GONE_AFTER = timedelta(seconds=30)
_FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Worker:
    """A process as it said of itself at `seen_at`, on the Timer: what it decided and sent in its last minute, and how
    many seconds the oldest due text had waited.
    """

    name: str
    host: str
    pid: int
    version: str
    started_at: datetime
    seen_at: datetime
    queues: Sequence[str]
    decided: int
    sent: int
    lag: float

    def gone(self, now: datetime) -> bool:
        """Whether it has said nothing for thirty seconds."""
        return now - self.seen_at > GONE_AFTER


def beat(uow: UnitOfWork, alive: Worker) -> None:
    """Write what a process says of itself; those of its host with its number before it are certainly gone."""
    row = asdict(alive) | {"queues": list(alive.queues)}
    if not uow.execute(update(worker).where(worker.c.name == alive.name).values(**row)).rowcount:
        mine = (worker.c.host == alive.host) & (worker.c.pid == alive.pid)
        uow.execute(delete(worker).where(mine | (worker.c.seen_at < alive.seen_at - _FORGOTTEN_AFTER)))
        uow.insert_new(worker, row)


def leave(uow: UnitOfWork, name: str) -> None:
    """A process has ended its work."""
    uow.execute(delete(worker).where(worker.c.name == name))


def forget_all(uow: UnitOfWork) -> None:
    """None of them works on this database."""
    uow.execute(delete(worker))


def every(uow: UnitOfWork) -> list[Worker]:
    """Return every process that has not been gone for a day, by name."""
    return [Worker(**row._mapping) for row in uow.all(select(worker).order_by(worker.c.name))]
