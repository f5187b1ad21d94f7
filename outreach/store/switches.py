"""Switches that hold everything, or a part: who turned one, when, and which error of the carrier's did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from outreach.store.tables import switch
from outreach.store.unit_of_work import UnitOfWork


def turn(uow: UnitOfWork, name: str, on: bool, code: int | None = None) -> bool:
    """Turn a switch on or off in the actor's name; return whether it stood otherwise before.

    Two who turn one at the same moment wait for each other, and only the first has turned it.
    """
    turned = {"on": on, "actor": str(uow.actor), "changed_at": uow.now, "code": code}
    if on and uow.insert_new(switch, {"name": name} | turned):
        return True
    otherwise = update(switch).where(switch.c.name == name, switch.c.on.is_(not on))
    return uow.execute(otherwise.values(**turned)).rowcount == 1


def is_on(uow: UnitOfWork, name: str) -> bool:
    """Whether a switch is on; one nobody ever turned is off."""
    return name in turned_on(uow)


_ON = select(switch.c.name).where(switch.c.on)


def turned_on(uow: UnitOfWork) -> set[str]:
    """Return the switches that are on."""
    return {row.name for row in uow.all(_ON)}


def on_with(uow: UnitOfWork, prefix: str) -> Sequence[Any]:
    """Return rows of (name, changed_at, code) of the switches that are on and begin so, the oldest first."""
    columns = (switch.c.name, switch.c.changed_at, switch.c.code)
    query = select(*columns).where(switch.c.on, switch.c.name.startswith(prefix, autoescape=True))
    return uow.all(query.order_by(switch.c.changed_at, switch.c.name))


def turned_at(uow: UnitOfWork, name: str) -> datetime | None:
    """Return when a switch was last turned, on or off."""
    rows = uow.all(select(switch.c.changed_at).where(switch.c.name == name))
    return rows[0].changed_at if rows else None
