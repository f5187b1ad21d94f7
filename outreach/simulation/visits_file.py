"""The visits file of the demo's clinics: its columns, and the door it comes in by, at the start and later."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from outreach.clinics.column_map import ColumnMap, load_map
from outreach.engine.importing import Request, import_appointments

MAP = """
[appointments]
appointment = "visit"
member = "member"
clinic = "clinic"
date = "day"
time = "time"
zone = "America/New_York"
sensitivity = "ordinary"
status = "status"
cancelled_values = ["cancelled"]

[appointments.outcome]
column = "status"
reason_column = "why"

[appointments.outcome.values]
booked = "pending"
cancelled = "cancelled_by_clinic"
seen = "kept"
"no show" = "no_show"
"left early" = "left_without_being_seen"
"patient cancelled" = "cancelled_by_patient_late"

[appointments.outcome.reasons]
ride = "transport_failure"
work = "work_conflict"
"child care" = "childcare"
sick = "illness"
cost = "cost_insurance"
forgot = "forgot"
"""


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One line of the file, as a clinic writes it: ISO day, HH:MM or nothing, a status, perhaps a reason."""

    visit: str
    member: str
    clinic: str
    day: str
    time: str
    status: str = "booked"
    why: str = ""


def column_map() -> ColumnMap:
    """Return the map of this file and of the members file beside it."""
    return load_map(MAP)


def bring_in(request: Request, folder: Path, lines: Iterable[VisitLine]) -> None:
    """Write these lines as a file in `folder`, and import it."""
    import_appointments(request, write(folder / "appointments.csv", map(asdict, lines)), column_map())


def write(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """Write rows as a CSV file with a header; return where it is."""
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)
    return path
