"""Programs, clinics, cadences and approved words, as planning and sending need them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import JSON, Engine, Row, Text, case, cast, func, select

from outreach.loops.business_days import BusinessCalendar
from outreach.loops.cadence import Cadence, read_cadence
from outreach.loops.caps import Caps
from outreach.loops.desk import Desk
from outreach.loops.hours import Hours
from outreach.loops.rides import RideNotice
from outreach.loops.task_clock import USUAL, Deadlines, ServiceLevels, deadlines
from outreach.loops.tasks import TaskKind
from outreach.store import message_versions
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
    state: str | None
    double_opt_in: bool
    desk: Desk
    levels: ServiceLevels

    def clock(self, kind: TaskKind, at: datetime, office: BusinessCalendar | None = None) -> Deadlines:
        """Return the deadlines of work of this kind, by the program's service levels; its own office, or another."""
        return deadlines(kind, at, office or self.office, self.levels)


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
_CLINICS = select(*_CLINIC)


@dataclass(frozen=True, slots=True)
class Words:
    """One approved version of a message in one language."""

    version_id: int
    body: str


# As it is stored, to be read once: programs are loaded for every batch of decisions, and change a few times a year.
_PROGRAMS = select(
    *(cast(column, Text) if isinstance(column.type, JSON) else column for column in program.c),
    cast(cadence.c.steps, Text), cadence.c.escalate_after,
).join(cadence, (cadence.c.program_id == program.c.id) & (cadence.c.version == program.c.cadence_version))  # fmt: skip


def programs(uow: UnitOfWork, program_ids: Iterable[int] | None = None) -> dict[int, StoredProgram]:
    """Return programs by id, each with its published cadence; all of them when no ids are given."""
    rows = uow.all(_PROGRAMS) if program_ids is None else rows_in(uow, _PROGRAMS, program.c.id, set(program_ids))
    return {found.id: found for found in (_program(*row) for row in rows)}


@lru_cache(maxsize=64)
def _program(*stored: Any) -> StoredProgram:
    row = dict(zip((*program.c.keys(), "steps", "escalate_after"), stored, strict=True))
    stored_as_json = ("hours", "caps", "office", "ride", "voice", "service_levels")
    hours, caps, office, ride, voice, levels = (json.loads(row[name]) for name in stored_as_json)
    plain = ("id", "key", "name", "phone", "sender", "zone", "state", "double_opt_in")
    return StoredProgram(
        **{name: row[name] for name in plain},
        languages=tuple(json.loads(row["languages"])),
        hours=read_hours(hours),
        caps=Caps(**caps),
        cadence=read_cadence(row["cadence_version"], json.loads(row["steps"]), row["escalate_after"]),
        office=read_office(row["zone"], office),
        notice=read_notice(row["zone"], ride),
        broker=ride.get("broker"),
        broker_phone=ride.get("phone"),
        desk=read_desk(row["zone"], office, voice),
        levels=read_levels(levels),
    )


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


def read_desk(zone: str, office: Mapping[str, Any], stored: Mapping[str, Any]) -> Desk:
    """Return a program's telephone from plain data: `on_call`, its `office` or else the program's, `record`, `speech`.

    Without any of it the program answers no calls.
    """
    hours = read_office(zone, stored.get("office") or office)
    on_call = stored.get("on_call") or ""
    return Desk(hours, bool(stored), on_call, bool(stored.get("record")), bool(stored.get("speech")))


def read_levels(stored: Mapping[str, Any]) -> ServiceLevels:
    """Return how soon work is due from plain data: `asap_minutes` and `urgent_hours` of the office, `routine_days`."""
    return ServiceLevels(
        timedelta(minutes=stored["asap_minutes"]) if "asap_minutes" in stored else USUAL.asap,
        timedelta(hours=stored["urgent_hours"]) if "urgent_hours" in stored else USUAL.urgent,
        stored.get("routine_days", USUAL.routine),
    )


def clinics(uow: UnitOfWork, clinic_ids: Iterable[int] | None = None) -> dict[int, StoredClinic]:
    """Return clinics by id; all of them when no ids are given."""
    rows = uow.all(_CLINICS) if clinic_ids is None else rows_in(uow, _CLINICS, clinic.c.id, set(clinic_ids))
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
    """Return what may be sent by (program, key, language): the version last approved, if it is not stale (COPY-12).

    Every batch of decisions asks, and words change a few times a year: they are read anew when their stamp, read in
    the same transaction, is another one.
    """
    query = select(*_STAMP).where(message_version.c.program_id.in_(sorted(set(program_ids))))
    known = _read_words.setdefault(uow.engine, {})
    found: dict[tuple[int, str, str], Words] = {}
    for row in uow.all(query.group_by(message_version.c.program_id)):
        stamp, program_id = tuple(row), row.program_id
        if program_id not in known or known[program_id][0] != stamp:
            known[program_id] = stamp, _words(uow, program_id)
        found |= known[program_id][1]
    return found


def _words(uow: UnitOfWork, program_id: int) -> dict[tuple[int, str, str], Words]:
    may_be_sent = message_versions.sendable(message_versions.versions(uow, program_id))
    return {(program_id, version.key, version.language): Words(version.id, version.body) for version in may_be_sent}


# A version's words never change; what may change is which versions there are, and which of them were approved or
# withdrawn. What was approved may be withdrawn and nothing else: the last two sums never fall.
_WITHDRAWN_ID = case((message_version.c.state == message_versions.WITHDRAWN, message_version.c.id), else_=0)
_DECIDED = message_version.c.state.in_((message_versions.APPROVED, message_versions.WITHDRAWN))
_DECIDED_ID = case((_DECIDED, message_version.c.id), else_=0)
_COUNTED = (func.count(), func.max(message_version.c.id), func.sum(_DECIDED_ID), func.sum(_WITHDRAWN_ID))
_STAMP = (message_version.c.program_id, *_COUNTED)
_Stamped = tuple[tuple[Any, ...], dict[tuple[int, str, str], Words]]
_read_words: WeakKeyDictionary[Engine, dict[int, _Stamped]] = WeakKeyDictionary()
