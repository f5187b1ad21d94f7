"""What a clinic was told about one visit: sent, received, acted upon, three different facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from outreach.store.tables import signal
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class SignalRow:
    """One signal; `delivered_at` says that the clinic has it, `acted_at` that it did something about it."""

    id: int
    kind: str
    occurred_at: datetime
    state: str
    delivered_at: datetime | None
    acted_at: datetime | None
    acted_by: str | None
    last_status: int | None


def signals(uow: UnitOfWork, loop_id: int) -> list[SignalRow]:
    """Return the signals of a loop in order; for a clinic's actor only those that were told to it."""
    columns = [signal.c[name] for name in SignalRow.__dataclass_fields__]
    query = select(*columns).where(signal.c.loop_id == loop_id).order_by(signal.c.version)
    if uow.actor.clinic is not None:
        query = query.where(signal.c.clinic_id == uow.actor.clinic)
    return [SignalRow(**row._mapping) for row in uow.all(query)]
