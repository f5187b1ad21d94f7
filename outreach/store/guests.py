"""Whom a trial may reach: nobody but its guests, while the switch is on (rulebook I2: doubt does not send)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, func, select

from outreach.store import switches
from outreach.store.batches import rows_in
from outreach.store.tables import contact_point, guest
from outreach.store.unit_of_work import UnitOfWork

TRIAL = "trial"


def invite(uow: UnitOfWork, numbers: Iterable[str]) -> int:
    """Begin a trial that reaches these E.164 numbers and no others; return how many they are."""
    indexes = sorted({uow.keyring.index("number", number) for number in numbers})
    uow.execute(delete(guest))
    uow.insert(guest, [{"number_index": index} for index in indexes])
    switches.turn(uow, TRIAL, True)
    uow.audit("trial.began", "switch:trial", "TRIAL")
    return len(indexes)


def end(uow: UnitOfWork) -> None:
    """End the trial: everybody may be reached again."""
    uow.execute(delete(guest))
    switches.turn(uow, TRIAL, False)
    uow.audit("trial.ended", "switch:trial", "TRIAL")


def count(uow: UnitOfWork) -> int:
    """Return how many guests were invited."""
    return int(uow.execute(select(func.count()).select_from(guest)).scalar_one())


def among(uow: UnitOfWork, contact_point_ids: Iterable[int]) -> set[int]:
    """Return those phones that belong to guests."""
    query = select(contact_point.c.id).join(guest, guest.c.number_index == contact_point.c.number_index)
    return {row.id for row in rows_in(uow, query, contact_point.c.id, contact_point_ids)}
