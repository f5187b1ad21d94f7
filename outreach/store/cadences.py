"""The versions of a program's cadence, and the draft that may become the next one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, update

from outreach.store.tables import cadence, cadence_draft, program
from outreach.store.unit_of_work import UnitOfWork

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Draft:
    """Steps that nobody plans by yet, as plain data. `version` counts its changes; `asked_at`: it waits for another."""

    id: int
    program_id: int
    based_on: int
    version: int
    steps: Rows
    escalate_after: int
    authors: tuple[str, ...]
    changed_at: datetime
    asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Published:
    """One version: its steps, who published it and when, and who wrote it, if it was written in the console."""

    version: int
    steps: Rows
    escalate_after: int
    published_at: datetime
    published_by: str
    written_by: tuple[str, ...]


_DRAFT = [cadence_draft.c[name] for name in Draft.__dataclass_fields__]
_OPEN = cadence_draft.c.ended_at.is_(None)


def draft_of(uow: UnitOfWork, program_id: int) -> Draft | None:
    """Return a program's draft, or None where there is none."""
    rows = uow.all(select(*_DRAFT).where(cadence_draft.c.program_id == program_id, _OPEN))
    return _draft(rows[0]) if rows else None


def drafts(uow: UnitOfWork) -> dict[int, Draft]:
    """Return every draft there is, by its program."""
    rows = uow.all(select(*_DRAFT).where(_OPEN))
    return {row.program_id: _draft(row) for row in rows}


def _draft(row: Any) -> Draft:
    return Draft(**row._asdict() | {"authors": tuple(row.authors)})


def live(uow: UnitOfWork) -> dict[int, Published]:
    """Return by program the version that plans."""
    mine = and_(cadence.c.program_id == program.c.id, cadence.c.version == program.c.cadence_version)
    return {row.program_id: _published(row) for row in uow.all(select(cadence).join(program, mine))}


def versions(uow: UnitOfWork, program_id: int, most: int, before: int | None = None) -> list[Published]:
    """Return a program's versions, the newest first: at most so many, and those before one where it is named."""
    query = select(cadence).where(cadence.c.program_id == program_id).order_by(cadence.c.version.desc()).limit(most)
    if before is not None:
        query = query.where(cadence.c.version < before)
    return [_published(row) for row in uow.all(query)]


def version(uow: UnitOfWork, program_id: int, number: int) -> Published | None:
    """Return one version of a program's cadence, or None."""
    rows = uow.all(select(cadence).where(cadence.c.program_id == program_id, cadence.c.version == number))
    return _published(rows[0]) if rows else None


def _published(row: Any) -> Published:
    plain = {name: row._mapping[name] for name in Published.__dataclass_fields__}
    return Published(**plain | {"written_by": tuple(row.written_by or ())})


def begin(
    uow: UnitOfWork, program_id: int, based_on: int, steps: Sequence[Mapping[str, Any]], escalate_after: int
) -> int:
    """Store a new draft and return its id; call it with the program locked, for there is one at a time."""
    new = uow.next_id()
    row = {"id": new, "program_id": program_id, "based_on": based_on, "version": 1, "steps": list(steps)}
    row |= {"escalate_after": escalate_after, "authors": [str(uow.actor)], "changed_at": uow.now}
    uow.insert(cadence_draft, [row])
    return new


def change(uow: UnitOfWork, seen: Draft, steps: Sequence[Mapping[str, Any]], escalate_after: int) -> bool:
    """Store other steps; False when somebody changed the draft after it was seen. Whoever was asked is so no more."""
    authors = list(dict.fromkeys([*seen.authors, str(uow.actor)]))
    values = {"steps": list(steps), "escalate_after": escalate_after, "authors": authors, "changed_at": uow.now}
    return _set(uow, seen, **values, asked_at=None)


def ask(uow: UnitOfWork, seen: Draft, asked_at: datetime | None) -> bool:
    """Note that a second person is asked to publish it, or no longer; False when somebody changed it meanwhile."""
    return _set(uow, seen, asked_at=asked_at)


def end(uow: UnitOfWork, seen: Draft, published_as: int | None) -> bool:
    """End a draft: published as a version, or discarded; False when somebody changed it after it was seen."""
    return _set(uow, seen, ended_at=uow.now, published_as=published_as)


def _set(uow: UnitOfWork, seen: Draft, **values: Any) -> bool:
    same = (cadence_draft.c.id == seen.id) & (cadence_draft.c.version == seen.version) & _OPEN
    return uow.execute(update(cadence_draft).where(same).values(version=seen.version + 1, **values)).rowcount == 1
