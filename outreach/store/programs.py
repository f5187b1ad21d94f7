"""Programs, clinics, cadences and approved words, as planning and sending need them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, func, select

from outreach.loops.business_days import BusinessCalendar
from outreach.loops.cadence import Cadence, read_cadence
from outreach.loops.caps import Caps
from outreach.loops.hours import Hours
from outreach.loops.rides import RideNotice
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
    office: BusinessCalendar
    notice: RideNotice
    broker: str | None
    broker_phone: str | None


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
    office: BusinessCalendar


_CLINIC = [clinic.c[name] for name in StoredClinic.__dataclass_fields__]


@dataclass(frozen=True, slots=True)
class Words:
    """One approved version of a message in one language."""

    version_id: int
    body: str


def programs(uow: UnitOfWork, program_ids: Iterable[int] | None = None) -> dict[int, StoredProgram]:
    """Return programs by id, each with its published cadence; all of them when no ids are given."""
    published = (cadence.c.program_id == program.c.id) & (cadence.c.version == program.c.cadence_version)
    query = select(program, cadence.c.steps, cadence.c.escalate_after).join(cadence, published)
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
            cadence=_cadence(row.cadence_version, json.dumps(row.steps), row.escalate_after),
            office=read_office(row.zone, row.office),
            notice=read_notice(row.zone, row.ride),
            broker=row.ride.get("broker"),
            broker_phone=row.ride.get("phone"),
        )
        for row in rows
    }


@lru_cache(maxsize=64)
def _cadence(version: int, steps: str, escalate_after: int) -> Cadence:
    """Read a cadence once: programs are loaded for every batch of decisions."""
    return read_cadence(version, json.loads(steps), escalate_after)


def read_hours(stored: Mapping[str, Any]) -> Hours:
    """Return sending hours from plain data: `{"weekday": ["09:00", "20:00"], "sunday": null, "holidays": false}`."""

    def window(name: str) -> tuple[time, time] | None:
        pair = stored.get(name)
        return (time.fromisoformat(pair[0]), time.fromisoformat(pair[1])) if pair else None

    weekday = window("weekday")
    if weekday is None:
        return Hours()
    return Hours(weekday, window("saturday"), window("sunday"), bool(stored.get("holidays", False)))


def read_office(zone: str, stored: Mapping[str, Any]) -> BusinessCalendar:
    """Return a business calendar from plain data: opens, closes, weekdays, state and closed days, each with a default.

    `{"opens": "08:00", "closes": "17:00", "weekdays": [0, 1, 2, 3, 4], "state": "NY", "closed": ["2027-03-15"]}`
    """
    return _office(
        zone,
        stored.get("opens", "08:00"),
        stored.get("closes", "17:00"),
        tuple(stored.get("weekdays", range(5))),
        stored.get("state") or "",
        tuple(stored.get("closed", ())),
    )


@lru_cache(maxsize=1024)
def _office(
    zone: str, opens: str, closes: str, weekdays: tuple[int, ...], state: str, closed: tuple[str, ...]
) -> BusinessCalendar:
    return BusinessCalendar(
        zone,
        time.fromisoformat(opens),
        time.fromisoformat(closes),
        frozenset(weekdays),
        state,
        frozenset(date.fromisoformat(day) for day in closed),
    )


def read_notice(zone: str, stored: Mapping[str, Any]) -> RideNotice:
    """Return how early a broker wants to know, from plain data: `notice_days`, `cut_off`, its `zone` and `office`."""
    broker = read_office(stored.get("zone") or zone, stored.get("office", {}))
    return RideNotice(broker, int(stored.get("notice_days", 2)), time.fromisoformat(stored.get("cut_off", "17:00")))


def clinics(uow: UnitOfWork, clinic_ids: Iterable[int] | None = None) -> dict[int, StoredClinic]:
    """Return clinics by id; all of them when no ids are given."""
    query = select(*_CLINIC)
    rows = uow.all(query) if clinic_ids is None else rows_in(uow, query, clinic.c.id, set(clinic_ids))
    return {row.id: _clinic(row) for row in rows}


def clinics_of(uow: UnitOfWork, program_id: int) -> dict[str, StoredClinic]:
    """Return a program's clinics by the key its files use, those only seen in a file included."""
    rows = uow.all(select(*_CLINIC).where(clinic.c.program_id == program_id))
    return {row.key: _clinic(row) for row in rows}


def _clinic(row: Row[Any]) -> StoredClinic:
    columns = dict(row._mapping)
    return StoredClinic(**columns | {"office": read_office(row.zone, row.office)})


def add_unlisted_clinic(uow: UnitOfWork, program_id: int, key: str, zone: str) -> StoredClinic:
    """Store a clinic that a file names and nobody has configured; nothing may be told about its visits."""
    new = StoredClinic(uow.next_id(), key, key, zone, None, "restricted", None, None, False, read_office(zone, {}))
    row = {name: getattr(new, name) for name in StoredClinic.__dataclass_fields__}
    uow.insert(clinic, [row | {"program_id": program_id, "office": {}}])
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
