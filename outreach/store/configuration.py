"""Programs, clinics and cadences as operators set them: each change is stored and audited, an equal value is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from sqlalchemy import Row, Table, select, tuple_, update

from outreach.store import setting_versions
from outreach.store.programs import WEBHOOK_SECRET
from outreach.store.tables import cadence, clinic, program
from outreach.store.unit_of_work import UnitOfWork


class Kept(Enum):
    """A secret that nobody says again."""

    AS_STORED = "as it is stored"


class NoSecret(ValueError):
    """A clinic's secret was to stay as it is, and there is none; the message is the clinic's key."""


# What is set together has its versions together; a clinic is one thing with all its columns.
PROGRAM, HOURS, CAPS, SENDER, RIDES, TELEPHONE, SERVICE_LEVELS = PARTS = (
    "program", "hours", "caps", "sender", "rides", "telephone", "service_levels",
)  # fmt: skip
COLUMNS: Mapping[str, tuple[str, ...]] = {
    PROGRAM: ("name", "phone", "zone", "state", "languages", "double_opt_in"),
    HOURS: ("hours", "office"),
    CAPS: ("caps",),
    SENDER: ("sender",),
    RIDES: ("ride",),
    TELEPHONE: ("voice",),
    SERVICE_LEVELS: ("service_levels",),
}
_OF_A_CLINIC = ("key", "name", "zone", "place", "sensitivity", "webhook_url", "office", "listed")


def clinic_thing(clinic_id: int) -> str:
    """Return what the versions of a clinic are kept under."""
    return f"clinic:{clinic_id}"


def set_program(uow: UnitOfWork, wanted: Mapping[str, Any]) -> tuple[int, list[str]]:
    """Store a program by its key; return its id and the names of the fields that changed."""
    known = uow.all(select(program).where(program.c.key == wanted["key"]).with_for_update(key_share=True))
    if known:
        row = known[0]
        changed = _change(uow, program, row, wanted)
        for part, columns in COLUMNS.items():
            if not set(columns).isdisjoint(changed):
                before = {name: row._mapping[name] for name in columns}
                setting_versions.note(uow, row.id, part, before, before | {c: wanted[c] for c in columns})
        return row.id, changed
    new = uow.next_id()
    uow.insert(program, [{"id": new, "cadence_version": 0, **wanted}])
    for part, columns in COLUMNS.items():
        setting_versions.note(uow, new, part, None, {name: wanted[name] for name in columns})
    uow.audit("program.created", f"program:{new}")
    return new, ["created"]


def set_clinic(
    uow: UnitOfWork, program_id: int, wanted: Mapping[str, Any], secret: str | Kept | None
) -> tuple[int, list[str]]:
    """Store a clinic by its key, with its secret sealed; return its id and the names of the fields that changed.

    Call it with the program locked. Raises NoSecret where a secret is to be kept and none is stored.
    """
    mine = (clinic.c.program_id == program_id) & (clinic.c.key == wanted["key"])
    known = uow.all(select(clinic).where(mine))
    values = {**wanted, "listed": True}
    if secret is Kept.AS_STORED and not (known and known[0].webhook_secret):
        raise NoSecret(wanted["key"])
    if not known:
        new = uow.next_id()
        sealed = uow.keyring.seal(WEBHOOK_SECRET, new, secret) if isinstance(secret, str) else None
        uow.insert(clinic, [{"id": new, "program_id": program_id, **values, "webhook_secret": sealed}])
        setting_versions.note(uow, program_id, clinic_thing(new), None, _as_set(values, sealed))
        uow.audit("clinic.created", f"clinic:{new}")
        return new, ["created"]
    row = known[0]
    stored = uow.keyring.open(WEBHOOK_SECRET, row.id, row.webhook_secret) if row.webhook_secret else None
    if secret is not Kept.AS_STORED and stored != secret:  # sealing an equal secret again would give other bytes
        values["webhook_secret"] = uow.keyring.seal(WEBHOOK_SECRET, row.id, secret) if secret else None
    changed = _change(uow, clinic, row, values)
    if changed:
        after = row._asdict() | values
        before = _as_set(row._asdict(), row.webhook_secret)
        setting_versions.note(uow, program_id, clinic_thing(row.id), before, _as_set(after, after["webhook_secret"]))
    return row.id, changed


def stored_program(uow: UnitOfWork, program_id: int) -> Mapping[str, Any] | None:
    """Return a program's columns as they are stored, or None when there is none of this id."""
    rows = uow.all(select(program).where(program.c.id == program_id))
    return rows[0]._asdict() if rows else None


def stored_clinics(uow: UnitOfWork, program_id: int) -> list[Mapping[str, Any]]:
    """Return the columns of a program's clinics as they are stored, by name; the secrets stay sealed."""
    query = select(clinic).where(clinic.c.program_id == program_id).order_by(clinic.c.name, clinic.c.id)
    return [row._asdict() for row in uow.all(query)]


def clinics_page(uow: UnitOfWork, program_id: int, after: int | None, most: int) -> list[Mapping[str, Any]]:
    """Return a page of a program's clinics by name, those after one of them; the secrets stay sealed."""
    query = select(clinic).where(clinic.c.program_id == program_id).order_by(clinic.c.name, clinic.c.id).limit(most)
    if after is not None:
        last = select(clinic.c.name, clinic.c.id).where(clinic.c.id == after).subquery()
        query = query.where(tuple_(clinic.c.name, clinic.c.id) > tuple_(last.c.name, last.c.id))
    return [row._asdict() for row in uow.all(query)]


def stored_clinic(uow: UnitOfWork, program_id: int, clinic_id: int) -> Mapping[str, Any] | None:
    """Return one clinic's columns as they are stored, or None when the program has none of this id."""
    rows = uow.all(select(clinic).where(clinic.c.program_id == program_id, clinic.c.id == clinic_id))
    return rows[0]._asdict() if rows else None


def program_ids(uow: UnitOfWork) -> dict[str, int]:
    """Return the id of each program by its key."""
    return {row.key: row.id for row in uow.all(select(program.c.key, program.c.id).order_by(program.c.key))}


def _as_set(columns: Mapping[str, Any], secret: object) -> dict[str, Any]:
    return {name: columns[name] for name in _OF_A_CLINIC} | {"webhook_secret": bool(secret)}


def published_cadence(uow: UnitOfWork, program_id: int) -> tuple[int, list[dict[str, Any]], int]:
    """Return the version, the steps and `escalate_after` of a program's cadence; (0, [], 0) when there is none yet."""
    published = (cadence.c.program_id == program.c.id) & (cadence.c.version == program.c.cadence_version)
    columns = (cadence.c.version, cadence.c.steps, cadence.c.escalate_after)
    rows = uow.all(select(*columns).join(program, published).where(program.c.id == program_id))
    return (rows[0].version, rows[0].steps, rows[0].escalate_after) if rows else (0, [], 0)


def publish_cadence(
    uow: UnitOfWork,
    program_id: int,
    version: int,
    steps: Sequence[Mapping[str, Any]],
    escalate_after: int,
    written_by: Sequence[str] | None = None,
) -> None:
    """Store a new version of a program's cadence; from now on it is the one that plans.

    `written_by` are its authors in the console; a program file has none.
    """
    new = uow.next_id()
    row = {"id": new, "program_id": program_id, "version": version, "steps": list(steps)}
    row |= {"escalate_after": escalate_after, "published_at": uow.now, "published_by": str(uow.actor)}
    uow.insert(cadence, [row | {"written_by": list(written_by) if written_by else None}])
    uow.execute(update(program).where(program.c.id == program_id).values(cadence_version=version))
    uow.audit("cadence.published", f"cadence:{new}")


def _change(uow: UnitOfWork, table: Table, row: Row[Any], wanted: Mapping[str, Any]) -> list[str]:
    changed = {name: value for name, value in wanted.items() if row._mapping[name] != value}
    if changed:
        uow.execute(update(table).where(table.c.id == row.id).values(**changed))
    for name in changed:
        uow.audit(f"{table.name}.changed.{name}", f"{table.name}:{row.id}")
    return list(changed)
