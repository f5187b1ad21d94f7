"""Calls that people of ours made to members, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from outreach.store.tables import member_call
from outreach.store.unit_of_work import UnitOfWork

NOTE = "member_call:note"


@dataclass(frozen=True, slots=True)
class MemberCall:
    """One call by a person: how it ended, who interpreted, and their note."""

    at: datetime
    id: int
    by: str
    outcome: str
    interpreter: str
    note: str = field(repr=False)


def add(uow: UnitOfWork, phone: int, member: int, loop: int, outcome: str, interpreter: str, note: str) -> int:
    """Store a call by the actor, just ended, with its note sealed; return its id."""
    new = uow.next_id()
    sealed = uow.keyring.seal(NOTE, new, note) if note else None
    about = {"id": new, "contact_point_id": phone, "member_id": member, "loop_id": loop}
    how = {"outcome": outcome, "interpreter": interpreter, "note": sealed}
    uow.insert(member_call, [about | {"at": uow.now, "actor": str(uow.actor)} | how])
    return new


def of_phone(uow: UnitOfWork, phone: int, limit: int) -> Sequence[MemberCall]:
    """Return the newest calls by people to a phone, their notes opened; the caller audits the view."""
    query = select(member_call).where(member_call.c.contact_point_id == phone)
    return _opened(uow, query.order_by(member_call.c.at.desc(), member_call.c.id.desc()).limit(limit))


def of_loop(uow: UnitOfWork, loop: int) -> Sequence[MemberCall]:
    """Return every call by people about a visit, their notes opened; the caller audits the view."""
    return _opened(uow, select(member_call).where(member_call.c.loop_id == loop))


def _opened(uow: UnitOfWork, query: Select[Any]) -> list[MemberCall]:
    opened = uow.keyring.open
    return [
        MemberCall(
            row.at, row.id, row.actor.partition(":")[2], row.outcome, row.interpreter,
            opened(NOTE, row.id, row.note) if row.note else "",
        )
        for row in uow.all(query)
    ]  # fmt: skip
