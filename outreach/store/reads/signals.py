"""What a clinic was told about one visit: sent, received, acted upon, three different facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from outreach.loops.sharing import of_signal
from outreach.store.sharing import clinic_may_hear
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
    """Return the signals of a loop in order; for a clinic's actor only those to it that its patient lets it have."""
    columns = [signal.c[name] for name in SignalRow.__dataclass_fields__]
    query = select(*columns).where(signal.c.loop_id == loop_id).order_by(signal.c.version)
    if uow.actor.clinic is None:
        return [SignalRow(**row._mapping) for row in uow.all(query)]
    open_to_it = clinic_may_hear(uow, loop_id)
    rows = uow.all(query.where(signal.c.clinic_id == uow.actor.clinic, signal.c.state != "withheld"))
    return [SignalRow(**row._mapping) for row in rows if of_signal(row.kind) in open_to_it]
