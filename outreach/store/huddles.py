"""Snapshots of huddles: stored once, read, compared, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from outreach.store.tables import huddle
from outreach.store.unit_of_work import UnitOfWork

DECISIONS = "huddle:decisions"


@dataclass(frozen=True, slots=True)
class Kept:
    """A huddle as it stood. `figures` is what `engine.huddles` wrote; `decisions` are colleagues' words."""

    id: int
    program: int | None
    clinic: int | None
    at: datetime
    kept_by: str
    who_was_there: str
    figures: Mapping[str, Any]
    decisions: str = field(default="", repr=False)


def keep(
    uow: UnitOfWork, program: int | None, clinic: int | None, who: str, figures: Mapping[str, Any], decisions: str
) -> int:
    """Store a snapshot; return its id."""
    new = uow.next_id()
    sealed = uow.keyring.seal(DECISIONS, new, decisions) if decisions else None
    row = {"id": new, "program_id": program, "clinic_id": clinic, "at": uow.now, "kept_by": uow.actor.name}
    uow.insert(huddle, [row | {"who_was_there": who, "figures": dict(figures), "decisions": sealed}])
    uow.audit("huddle.kept", f"huddle:{new}")
    return new


def one(uow: UnitOfWork, huddle_id: int) -> Kept | None:
    """Return a snapshot."""
    rows = uow.all(select(huddle).where(huddle.c.id == huddle_id))
    return _kept(uow, rows[0]) if rows else None


def latest(uow: UnitOfWork, program: int | None, clinic: int | None, limit: int) -> list[Kept]:
    """Return the newest snapshots of a part, newest first."""
    query = select(huddle).where(
        huddle.c.program_id.is_(None) if program is None else huddle.c.program_id == program,
        huddle.c.clinic_id.is_(None) if clinic is None else huddle.c.clinic_id == clinic,
    )
    return [_kept(uow, row) for row in uow.all(query.order_by(huddle.c.id.desc()).limit(limit))]


def _kept(uow: UnitOfWork, row: Any) -> Kept:
    said = uow.keyring.open(DECISIONS, row.id, row.decisions) if row.decisions else ""
    return Kept(row.id, row.program_id, row.clinic_id, row.at, row.kept_by, row.who_was_there, row.figures, said)
