"""What the carrier owes us, or told us and we could not use: for /metrics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from outreach.store import parking
from outreach.store.tables import reply, touch
from outreach.store.tables.touches import UNCONFIRMED
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Owed:
    """Counts as they are now: callbacks that wait for their text, and those left for good (TWI-13); texts without an
    end yet, and such as never had one (TWI-14); replies that were found in the carrier's list (TWI-23).
    """

    callbacks_waiting: int
    callbacks_left: int
    unconfirmed: int
    given_up: int
    found: int


def owed(uow: UnitOfWork, parked_for: timedelta) -> Owed:
    """Return the figures; `parked_for` is how long a callback is matched again."""
    waiting, left = parking.unmatched(uow, uow.now - parked_for)
    rows = func.count()
    never = select(rows).select_from(touch).where(touch.c.carrier_status == "sent_unconfirmed")
    return Owed(
        callbacks_waiting=waiting,
        callbacks_left=left,
        unconfirmed=uow.execute(select(rows).select_from(touch).where(UNCONFIRMED)).scalar_one(),
        given_up=uow.execute(never).scalar_one(),
        found=uow.execute(select(rows).select_from(reply).where(reply.c.found_at.is_not(None))).scalar_one(),
    )
