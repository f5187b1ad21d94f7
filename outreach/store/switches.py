"""Switches that hold everything: who turned one, and when."""

from __future__ import annotations

from sqlalchemy import delete, select

from outreach.store.tables import switch
from outreach.store.unit_of_work import UnitOfWork


def turn(uow: UnitOfWork, name: str, on: bool) -> None:
    """Turn a switch on or off in the actor's name."""
    uow.execute(delete(switch).where(switch.c.name == name))
    uow.insert(switch, [{"name": name, "on": on, "actor": str(uow.actor), "changed_at": uow.now}])


def is_on(uow: UnitOfWork, name: str) -> bool:
    """Whether a switch is on; one nobody ever turned is off."""
    return name in turned_on(uow)


_ON = select(switch.c.name).where(switch.c.on)


def turned_on(uow: UnitOfWork) -> set[str]:
    """Return the switches that are on."""
    return {row.name for row in uow.all(_ON)}
