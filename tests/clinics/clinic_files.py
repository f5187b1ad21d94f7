"""Invented clinic files in the shape of real exports, and the damage that happens to them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO

from outreach.clinics.appointments_file import read_appointments
from outreach.clinics.column_map import ColumnMap, Formats, MemberColumns, load_map
from outreach.clinics.members_file import MemberRow, read_members, scan_members
from outreach.clinics.rows import Rejected
from outreach.clinics.scan import scan_appointments
from outreach.clinics.visits import VisitRow

TODAY = date(2026, 11, 21)

HEADER = (
    "PatientId,AppointmentID,Gender,ScheduledDay,AppointmentDay,Age,Neighbourhood,"
    "Scholarship,Hipertension,Diabetes,Alcoholism,Handcap,SMS_received,No-show"
)

EXPORT_MAP = """
[appointments]
appointment = "AppointmentID"
member = "PatientId"
clinic = "Neighbourhood"
date = "AppointmentDay"
date_only = true
zone = "America/New_York"
sex = "Gender"
age = "Age"

[appointments.outcome]
column = "No-show"
values = { No = "kept", Yes = "no_show" }
"""

SMALL_MAP = """
[appointments]
appointment = "id"
member = "member"
clinic_id = "main"
date = "day"
zone = "America/New_York"
"""


def export_rows(count: int, seed: int = 1) -> list[str]:
    """Rows in the shape of the export: dates without times, one row a person."""
    dice = random.Random(seed)
    return [_export_row(dice, number) for number in range(count)]


def _export_row(dice: random.Random, number: int) -> str:
    booked, visit = f"2016-03-{dice.randint(1, 28):02}T10:20:30Z", f"2016-04-{dice.randint(1, 29):02}T00:00:00Z"
    who = f"{10_000_000 + number * 37},{5_000_000 + number},{dice.choice('FM')}"
    where = f"{dice.randint(0, 90)},{dice.choice(['HILLSIDE', 'OLD MILL', 'ÁGUA'])}"
    flags = f"0,{dice.randint(0, 1)},0,0,0,{dice.randint(0, 1)}"
    return f"{who},{booked},{visit},{where},{flags},{dice.choice(['No', 'No', 'No', 'Yes'])}"


def export(rows: Sequence[str] | Sequence[bytes]) -> bytes:
    """The whole file, ready to read."""
    data = [row if isinstance(row, bytes) else row.encode() for row in rows]
    return b"\n".join([HEADER.encode(), *data]) + b"\n"


def visits(
    data: bytes, column_map: str | ColumnMap = EXPORT_MAP, today: date = TODAY, **zones: str
) -> list[VisitRow | Rejected]:
    """Scan and read a visits file."""
    if isinstance(column_map, str):
        column_map = load_map(column_map)
    scan = scan_appointments(BytesIO(data), column_map)
    return list(read_appointments(BytesIO(data), column_map, scan, today, zones))


def members(data: bytes, columns: MemberColumns = MemberColumns(), **formats: str) -> list[MemberRow | Rejected]:  # noqa: B008
    """Scan and read a members file."""
    written = Formats(**formats)
    scan = scan_members(BytesIO(data), columns, written)
    return list(read_members(BytesIO(data), columns, written, scan, TODAY))


def only(found: Iterable[VisitRow | MemberRow | Rejected]) -> VisitRow | MemberRow | Rejected:
    """The single value there is."""
    (value,) = found
    return value
