"""The demo's world: a fictional program and its members, brought in through the same doors as a real one's."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from locales.factory import factory_languages
from outreach.clinics.column_map import ColumnMap, load_map
from outreach.engine import words
from outreach.engine.configure import configure
from outreach.engine.deployment import Deployment
from outreach.engine.importing import Request, import_appointments, import_members
from outreach.loops.business_days import BusinessCalendar
from outreach.loops.instants import local_date
from outreach.simulation.dice import Dice
from outreach.simulation.fictional import fictional_members
from outreach.store.actor import Actor

WORLD = Actor("demo", "world")
APPROVER = "demo: the texts of a fictional program"
_DAYS = 10
_TIMES = ("", "07:30", "08:45", "09:30", "10:15", "11:00", "13:00", "14:30", "15:15", "16:00")
_LANGUAGES = {"en": 0.68, "es": 0.32}
_OFFICE = BusinessCalendar("America/New_York")
_MAP = """
[appointments]
appointment = "visit"
member = "member"
clinic = "clinic"
date = "day"
time = "time"
zone = "America/New_York"
sensitivity = "ordinary"
"""


def build(deployment: Deployment, folder: Path, seed: int, members: int = 40) -> None:
    """Configure the demo program, approve its texts visibly, and import its members and visits."""
    configure(deployment, WORLD, (Path(__file__).parent / "demo.toml").read_text(encoding="utf-8"))
    for language in factory_languages():
        words.approve(deployment, WORLD, language, APPROVER)
    with deployment.read(WORLD) as uow:
        today = local_date(uow.now, "America/New_York")
    ids = [f"D-{number:03d}" for number in range(1, members + 1)]
    folder.mkdir(parents=True, exist_ok=True)
    member_rows = fictional_members(ids, seed, today, _LANGUAGES)
    members_file = _write(folder / "members.csv", member_rows)
    visits_file = _write(folder / "appointments.csv", _visits(ids, seed, today))
    request, column_map = Request(deployment, WORLD), _column_map()
    import_members(request, members_file, column_map)
    import_appointments(request, visits_file, column_map)


def _column_map() -> ColumnMap:
    return load_map(_MAP)


def _visits(member_ids: list[str], seed: int, today: date) -> Iterator[dict[str, str]]:
    days = [day for ahead in range(1, _DAYS + 1) if _OFFICE.is_open(day := today + timedelta(days=ahead))]
    for number, member_id in enumerate(member_ids, start=1):
        dice = Dice(seed, member_id)
        yield {
            "visit": f"V-{number:04d}",
            "member": member_id,
            "clinic": dice.one_of("clinic", ("riverside", "riverside", "lakeview")),
            "day": dice.one_of("day", days).isoformat(),
            "time": dice.one_of("time", _TIMES),
        }


def _write(path: Path, rows: Iterator[dict[str, str]]) -> Path:
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)
    return path
