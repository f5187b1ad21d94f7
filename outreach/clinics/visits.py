"""One row of a visits file, read as a visit: who, where, when, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from conversations.meaning import Reason
from outreach.clinics import cells
from outreach.clinics.column_map import NOT_YET, AppointmentColumns, ColumnMap, OutcomeColumn
from outreach.clinics.rows import BadRow, Column, Row, Table
from outreach.loops.anchor import Sensitivity
from outreach.loops.instants import exists
from outreach.loops.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit as the clinic's file has it. `external_id` is the clinic's own id, and the visit's identity."""

    line: int = field(compare=False)  # a row said twice says nothing new
    external_id: str = field(repr=False)
    member_external_id: str = field(repr=False)
    clinic_key: str
    day: date = field(repr=False)  # already moved by shift_to
    wall_time: time | None = field(repr=False)
    ambiguous_time: bool  # the clocks show it twice that day; the first is meant (TIM-07)
    zone: str
    outcome: Outcome | None
    outcome_ignored: bool  # the file has an outcome, but the visit is still to come
    reason: Reason | None = field(repr=False)
    cancelled: bool
    sensitivity: Sensitivity
    sex: str | None = field(repr=False)
    age: int | None = field(repr=False)
    rounded_id: bool


@dataclass(frozen=True, slots=True)
class When:
    """The columns that say when a visit is, shared by the scan and the import."""

    day: Column
    clock: Column | None
    columns: AppointmentColumns
    date_format: str | None
    time_format: str | None

    def read(self, row: Row, zone: str) -> tuple[date, time | None]:
        """Return day and wall time as the file has them; raises BadRow."""
        read_day = partial(cells.day_and_time, pattern=self.date_format, date_only=self.columns.date_only, zone=zone)
        day, clock = self.day.read(row, read_day)
        if self.clock is not None:
            clock = self.clock.read_if_filled(row, partial(cells.time_of_day, pattern=self.time_format)) or clock
        return day, clock


def when(table: Table, column_map: ColumnMap) -> When:
    """Bind the map's date and time to the file; raises UnreadableFile."""
    columns, formats = column_map.appointments, column_map.formats
    return When(table.column(columns.date), table.find(columns.time), columns, formats.date, formats.time)


class VisitReader:
    """The map bound to one file: turns its rows into visits."""

    def __init__(
        self, table: Table, column_map: ColumnMap, shift: timedelta, today: date, clinic_zones: Mapping[str, str]
    ) -> None:
        """Find the map's columns in the file; raises UnreadableFile."""
        columns = column_map.appointments
        self._columns, self._shift, self._today, self._clinic_zones = columns, shift, today, clinic_zones
        self._id, self._member = table.column(columns.appointment), table.column(columns.member)
        self._clinic, self._zone = table.find(columns.clinic), table.find(columns.zone_column)
        self._when = when(table, column_map)
        self._sex, self._age = table.find(columns.sex), table.find(columns.age)
        self._status, self._sensitivity = table.find(columns.status), table.find(columns.sensitivity_column)
        self._outcome = _Ending(table, columns.outcome) if columns.outcome else None

    def read(self, row: Row) -> VisitRow:
        """Return the visit of one row; raises BadRow."""
        external_id = self._id.read(row, cells.identifier)
        member = self._member.read(row, cells.identifier)
        clinic = self._clinic.read(row, _place) if self._clinic else self._columns.clinic_id or ""
        zone = self._zone_of(row, clinic)
        day, clock = self._when.read(row, zone)
        day += self._shift
        outcome, reason = self._outcome.read(row) if self._outcome else (None, None)
        to_come = day > self._today
        return VisitRow(
            line=row.line,
            external_id=external_id,
            member_external_id=member,
            clinic_key=clinic,
            day=day,
            wall_time=clock,
            ambiguous_time=self._shown_twice(day, clock, zone),
            zone=zone,
            outcome=None if to_come else outcome,
            outcome_ignored=to_come and outcome is not None,
            reason=None if to_come else reason,
            cancelled=self._is_cancelled(row),
            sensitivity=self._sensitivity_of(row),
            sex=self._sex.read_if_filled(row, cells.sex) if self._sex else None,
            age=self._age.read_if_filled(row, cells.age) if self._age else None,
            rounded_id=cells.is_rounded(member) or cells.is_rounded(external_id),
        )

    def _zone_of(self, row: Row, clinic: str) -> str:
        own = self._zone.read_if_filled(row, cells.zone_name) if self._zone else None
        return own or self._clinic_zones.get(clinic) or self._columns.zone

    def _shown_twice(self, day: date, clock: time | None, zone: str) -> bool:
        try:
            return clock is not None and _shown_twice(day, clock, zone)
        except cells.BadCell as bad:
            raise BadRow((self._when.clock or self._when.day).name, bad.what_to_do) from None

    def _is_cancelled(self, row: Row) -> bool:
        return self._status is not None and self._status.read(row, str.casefold) in self._columns.cancelled_values

    def _sensitivity_of(self, row: Row) -> Sensitivity:
        known = partial(cells.word_of, self._columns.sensitivity_values, setting="appointments.sensitivity_values")
        said = self._sensitivity.read_if_filled(row, known) if self._sensitivity else None
        return said or self._columns.sensitivity


class _Ending:
    """The columns that say how a visit ended and why."""

    def __init__(self, table: Table, columns: OutcomeColumn) -> None:
        self._outcome, self._reason = table.column(columns.column), table.find(columns.reason_column)
        self._known = partial(cells.word_of, columns.values, setting="values in [appointments.outcome]")
        self._reasons = partial(cells.word_of, columns.reasons, setting="reasons in [appointments.outcome]")

    def read(self, row: Row) -> tuple[Outcome | None, Reason | None]:
        said = self._outcome.read_if_filled(row, self._known)
        reason = self._reason.read_if_filled(row, self._reasons) if self._reason else None
        return (None if said is None or said == NOT_YET else Outcome(said)), reason


@lru_cache(maxsize=4096)
def _shown_twice(day: date, clock: time, zone: str) -> bool:
    if not exists(day, clock, zone):
        raise cells.BadCell("The clocks skip this time on that day (daylight saving): ask the clinic for the true one.")
    local = datetime.combine(day, clock, ZoneInfo(zone))
    return local.utcoffset() != local.replace(fold=1).utcoffset()


def _place(text: str) -> str:
    if not text:
        raise cells.BadCell("The clinic is missing: fill it in, or set clinic_id in the map for the whole file.")
    return cells.plain_text(text)
