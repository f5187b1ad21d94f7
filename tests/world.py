"""A small world to test in: a program with approved words, and members and visits through the engine's own doors."""

from __future__ import annotations

import atexit
import csv
import io
import itertools
import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from outreach.clinics.column_map import ColumnMap, MemberColumns, load_map
from outreach.engine.calendars import set_calendar
from outreach.engine.configure import configure
from outreach.engine.deployment import Deployment
from outreach.engine.imported import Imported
from outreach.engine.importing import Request, import_appointments, import_members
from outreach.engine.words import approve
from outreach.store import enrolment
from outreach.store.actor import OPERATOR
from outreach.store.database import Database
from outreach.store.tables import anchor, loop, metadata

PROGRAM_FILE = Path(__file__).parents[1] / "examples" / "program.toml"
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 10:00 in New York
TODAY = date(2026, 11, 23)

MAP = """
[appointments]
appointment = "appointment"
member = "member"
clinic = "clinic"
date = "date"
time = "time"
zone = "America/New_York"
sex = "sex"
age = "age"
status = "status"
cancelled_values = ["cancelled"]

[appointments.outcome]
column = "outcome"
values = { kept = "kept", no_show = "no_show", late = "kept_late", scheduled = "pending" }
reason_column = "why"
reasons = { ride = "transport_failure", sick = "illness" }
"""
VISIT = ("appointment", "member", "clinic", "date", "time", "sex", "age", "status", "outcome", "why")
ANA = {
    "member_id": "ana",
    "phone": "202-555-0123",
    "language": "es",
    "name": "Ana Doveland",
    "zip": "20001",
    "consent_class": "pec_optin",
    "consent_categories": "appointment",
    "consent_channels": "sms",
    "consent_method": "paper",
    "consent_date": "2026-10-01",
    "consent_text_version": "v1",
}
_numbers = itertools.count(1)
_FOLDER = Path(tempfile.mkdtemp(prefix="outreach-rows-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)


def column_map(**appointments: object) -> ColumnMap:
    """Return the map of these files, with settings of its visits changed."""
    plain = load_map(MAP)
    changed = plain.appointments.model_validate(plain.appointments.model_dump() | appointments)
    return plain.model_copy(update={"appointments": changed})


def program(deployment: Deployment, approved: tuple[str, ...] = ("en", "es")) -> None:
    """Configure the example program, with its words approved; it is Monday morning."""
    set_calendar(deployment, NOW)
    configure(deployment, OPERATOR, PROGRAM_FILE)
    for language in approved:
        approve(deployment, OPERATOR, language, by="Ana", reviewed_by="" if language == "en" else "Tomas")


def member(**changes: str) -> dict[str, str]:
    """A row of a members file: Ana, with what the test changes."""
    return dict.fromkeys(MemberColumns().header(), "") | ANA | changes


def visit(day: date | int = 7, **changes: str) -> dict[str, str]:
    """A row of a visits file: Ana at Riverside, in a week; a number counts days from today."""
    when = TODAY + timedelta(days=day) if isinstance(day, int) else day
    row = {"appointment": "v1", "member": "ana", "clinic": "riverside", "date": when.isoformat(), "time": "14:30"}
    return dict.fromkeys(VISIT, "") | row | changes


def csv_file(*rows: dict[str, str]) -> Path:
    """Write rows to a file of their own."""
    text_of = io.StringIO()
    writer = csv.DictWriter(text_of, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path = _FOLDER / f"rows-{next(_numbers)}.csv"
    path.write_text(text_of.getvalue(), encoding="utf-8")
    return path


def enrol(deployment: Deployment, *rows: dict[str, str], **request: Any) -> Imported:
    """Import a members file of these rows."""
    return import_members(Request(deployment, OPERATOR, **request), csv_file(*rows), column_map())


def book(deployment: Deployment, *rows: dict[str, str], **request: Any) -> Imported:
    """Import a visits file of these rows."""
    return import_appointments(Request(deployment, OPERATOR, **request), csv_file(*rows), column_map())


def loop_of(deployment: Deployment, external_id: str = "v1") -> Any:
    """Return a visit's loop and anchor as one row."""
    columns = (loop, anchor.c.day, anchor.c.cancelled, anchor.c.version.label("anchor_version"), anchor.c.clinic_id)
    with deployment.read(OPERATOR) as uow:
        query = select(*columns).join(anchor, anchor.c.id == loop.c.anchor_id)
        return uow.all(query.where(anchor.c.external_id == external_id))[0]


def member_of(deployment: Deployment, external_id: str = "ana") -> enrolment.EnrolledMember:
    """Return a member as stored."""
    with deployment.read(OPERATOR) as uow:
        return enrolment.find_members(uow, _program_id(deployment), [external_id])[external_id]


def rows_of(deployment: Deployment, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a plain query."""
    with deployment.read(OPERATOR) as uow:
        return [tuple(row) for row in uow.all(text(query))]


def contents(database: Database, *leaving_out: str) -> dict[str, list[str]]:
    """Return every table's rows, to be compared; tables named in `leaving_out` are not looked at."""
    with database.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, map(tuple, connection.execute(select(table)))))
            for table in metadata.tables.values()
            if table.name not in leaving_out
        }


def _program_id(deployment: Deployment) -> int:
    return int(rows_of(deployment, "SELECT id FROM program")[0][0])
