"""Programs, clinics and cadences as operators set them: each change is stored and audited, an equal value is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Table, select, update

from outreach.store.programs import WEBHOOK_SECRET
from outreach.store.tables import cadence, clinic, program
from outreach.store.unit_of_work import UnitOfWork


def set_program(uow: UnitOfWork, wanted: Mapping[str, Any]) -> tuple[int, list[str]]:
    """Store a program by its key; return its id and the names of the fields that changed."""
    known = uow.all(select(program).where(program.c.key == wanted["key"]).with_for_update(key_share=True))
    if known:
        return known[0].id, _change(uow, program, known[0], wanted)
    new = uow.next_id()
    uow.insert(program, [{"id": new, "cadence_version": 0, **wanted}])
    uow.audit("program.created", f"program:{new}")
    return new, ["created"]


def set_clinic(uow: UnitOfWork, program_id: int, wanted: Mapping[str, Any], secret: str | None) -> list[str]:
    """Store a clinic by its key, with its webhook secret sealed; return the names of the fields that changed."""
    mine = (clinic.c.program_id == program_id) & (clinic.c.key == wanted["key"])
    known = uow.all(select(clinic).where(mine))
    values = {**wanted, "listed": True}
    if not known:
        new = uow.next_id()
        sealed = uow.keyring.seal(WEBHOOK_SECRET, new, secret) if secret else None
        uow.insert(clinic, [{"id": new, "program_id": program_id, **values, "webhook_secret": sealed}])
        uow.audit("clinic.created", f"clinic:{new}")
        return ["created"]
    row = known[0]
    stored = uow.keyring.open(WEBHOOK_SECRET, row.id, row.webhook_secret) if row.webhook_secret else None
    if stored != secret:  # sealing an equal secret again would give other bytes
        values["webhook_secret"] = uow.keyring.seal(WEBHOOK_SECRET, row.id, secret) if secret else None
    return _change(uow, clinic, row, values)


def published_cadence(uow: UnitOfWork, program_id: int) -> tuple[int, list[dict[str, Any]], int]:
    """Return the version, the steps and `escalate_after` of a program's cadence; (0, [], 0) when there is none yet."""
    published = (cadence.c.program_id == program.c.id) & (cadence.c.version == program.c.cadence_version)
    columns = (cadence.c.version, cadence.c.steps, cadence.c.escalate_after)
    rows = uow.all(select(*columns).join(program, published).where(program.c.id == program_id))
    return (rows[0].version, rows[0].steps, rows[0].escalate_after) if rows else (0, [], 0)


def publish_cadence(
    uow: UnitOfWork, program_id: int, version: int, steps: Sequence[Mapping[str, Any]], escalate_after: int
) -> None:
    """Store a new version of a program's cadence; from now on it is the one that plans."""
    new = uow.next_id()
    row = {"id": new, "program_id": program_id, "version": version, "steps": list(steps)}
    row |= {"escalate_after": escalate_after, "published_at": uow.now, "published_by": str(uow.actor)}
    uow.insert(cadence, [row])
    uow.execute(update(program).where(program.c.id == program_id).values(cadence_version=version))
    uow.audit("cadence.published", f"cadence:{new}")


def _change(uow: UnitOfWork, table: Table, row: Row[Any], wanted: Mapping[str, Any]) -> list[str]:
    changed = {name: value for name, value in wanted.items() if row._mapping[name] != value}
    if changed:
        uow.execute(update(table).where(table.c.id == row.id).values(**changed))
    for name in changed:
        uow.audit(f"{table.name}.changed.{name}", f"{table.name}:{row.id}")
    return list(changed)
