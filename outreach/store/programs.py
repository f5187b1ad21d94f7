"""Programs, clinics, cadences and approved words, as planning and sending need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from sqlalchemy import func, select

from outreach.loops.cadence import Cadence, read_cadence
from outreach.loops.caps import Caps
from outreach.loops.hours import Hours
from outreach.store.batches import rows_in
from outreach.store.tables import cadence, clinic, message_version, program
from outreach.store.types import Sealed
from outreach.store.unit_of_work import UnitOfWork

WEBHOOK_SECRET = "clinic:webhook_secret"  # noqa: S105 - a column's name


@dataclass(frozen=True, slots=True)
class StoredProgram:
    """Who is speaking, when, how often, and after which cadence."""

    id: int
    key: str
    name: str
    phone: str
    sender: str
    zone: str
    languages: tuple[str, ...]
    hours: Hours
    caps: Caps
    cadence: Cadence


@dataclass(frozen=True, slots=True)
class StoredClinic:
    """Where visits are, and where signals go."""

    id: int
    key: str
    name: str
    zone: str
    place: str | None
    sensitivity: str
    webhook_url: str | None
    webhook_secret: Sealed | None
    listed: bool


@dataclass(frozen=True, slots=True)
class Words:
    """One approved version of a message in one language."""

    version_id: int
    body: str


def programs(uow: UnitOfWork, program_ids: Iterable[int] | None = None) -> dict[int, StoredProgram]:
    """Return programs by id, each with its published cadence; all of them when no ids are given."""
    published = (cadence.c.program_id == program.c.id) & (cadence.c.version == program.c.cadence_version)
    query = select(program, cadence.c.steps).join(cadence, published)
    rows = uow.all(query) if program_ids is None else rows_in(uow, query, program.c.id, set(program_ids))
    return {
        row.id: StoredProgram(
            id=row.id,
            key=row.key,
            name=row.name,
            phone=row.phone,
            sender=row.sender,
            zone=row.zone,
            languages=tuple(row.languages),
            hours=read_hours(row.hours),
            caps=Caps(**row.caps),
            cadence=read_cadence(row.cadence_version, row.steps),
        )
        for row in rows
    }


def read_hours(stored: Mapping[str, Any]) -> Hours:
    """Return sending hours from plain data: `{"weekday": ["09:00", "20:00"], "sunday": null, "holidays": false}`."""

    def window(name: str) -> tuple[time, time] | None:
        pair = stored.get(name)
        return (time.fromisoformat(pair[0]), time.fromisoformat(pair[1])) if pair else None

    weekday = window("weekday")
    if weekday is None:
        return Hours()
    return Hours(weekday, window("saturday"), window("sunday"), bool(stored.get("holidays", False)))


def clinics(uow: UnitOfWork, clinic_ids: Iterable[int] | None = None) -> dict[int, StoredClinic]:
    """Return clinics by id; all of them when no ids are given."""
    columns = [clinic.c[name] for name in StoredClinic.__dataclass_fields__]
    query = select(*columns)
    rows = uow.all(query) if clinic_ids is None else rows_in(uow, query, clinic.c.id, set(clinic_ids))
    return {row.id: StoredClinic(**row._mapping) for row in rows}


def clinics_of(uow: UnitOfWork, program_id: int) -> dict[str, StoredClinic]:
    """Return a program's clinics by the key its files use, those only seen in a file included."""
    columns = [clinic.c[name] for name in StoredClinic.__dataclass_fields__]
    rows = uow.all(select(*columns).where(clinic.c.program_id == program_id))
    return {row.key: StoredClinic(**row._mapping) for row in rows}


def add_unlisted_clinic(uow: UnitOfWork, program_id: int, key: str, zone: str) -> StoredClinic:
    """Store a clinic that a file names and nobody has configured; nothing may be told about its visits."""
    new = StoredClinic(uow.next_id(), key, key, zone, None, "restricted", None, None, False)
    row = {name: getattr(new, name) for name in StoredClinic.__dataclass_fields__}
    uow.insert(clinic, [row | {"program_id": program_id}])
    uow.audit("clinic.seen", f"clinic:{new.id}")
    return new


def approved_words(uow: UnitOfWork, program_ids: Iterable[int]) -> dict[tuple[int, str, str], Words]:
    """Return the newest version of each (program, key, language), where that version is approved (COPY-12)."""
    wanted = sorted(set(program_ids))
    newest = (
        select(func.max(message_version.c.version).label("version"), *_WORDS_KEY)
        .where(message_version.c.program_id.in_(wanted))
        .group_by(*_WORDS_KEY)
        .subquery()
    )
    joined = [newest.c[column.name] == column for column in (*_WORDS_KEY, message_version.c.version)]
    query = select(message_version).join(newest, joined[0] & joined[1] & joined[2] & joined[3])
    return {
        (row.program_id, row.key, row.language): Words(row.id, row.body)
        for row in uow.all(query.where(message_version.c.state == "approved"))
    }


_WORDS_KEY = (message_version.c.program_id, message_version.c.key, message_version.c.language)
