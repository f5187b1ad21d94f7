"""A clinic's visits file, row by row: each becomes a visit, or a rejection that says what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import BinaryIO

from outreach.clinics.column_map import ColumnMap
from outreach.clinics.rows import BadRow, Rejected, Row, Table
from outreach.clinics.scan import Scan
from outreach.clinics.visits import VisitReader, VisitRow

NO_ZONES: Mapping[str, str] = MappingProxyType({})


def read_appointments(
    source: BinaryIO, column_map: ColumnMap, scan: Scan, today: date, clinic_zones: Mapping[str, str] = NO_ZONES
) -> Iterator[VisitRow | Rejected]:
    """Yield one value for each data row, in order; raises UnreadableFile before the first.

    `scan` comes from an earlier pass over the same file; `clinic_zones` are the zones of clinics that have their own.
    An outcome of a visit after `today` is ignored and flagged.
    """
    table = Table(source, column_map.formats)
    reader = VisitReader(table, column_map, scan.shift(column_map.appointments.shift_to), today, clinic_zones)
    accept = _Acceptance(column_map, scan)
    for row in table:
        yield row if isinstance(row, Rejected) else accept(reader, row)


class _Acceptance:
    """The rules that look beyond one row: an id is one person, and one visit."""

    def __init__(self, column_map: ColumnMap, scan: Scan) -> None:
        self._columns = column_map.appointments
        self._scan = scan
        self._seen: dict[str, int] = {}

    def __call__(self, reader: VisitReader, row: Row) -> VisitRow | Rejected:
        try:
            visit = reader.read(row)
            self._check_person(visit)
            self._check_visit(visit)
        except BadRow as bad:
            return bad.reject(row)
        return visit

    def _check_person(self, visit: VisitRow) -> None:
        if visit.member_external_id not in self._scan.contradictory:
            return
        advice = "Rows with this member id disagree on sex or age, so they are about different people: "
        if visit.rounded_id:
            advice += "the id was rounded by a spreadsheet; export again with the id column as Text."
        else:
            advice += "find out in the clinic's system whose visit this is, and correct the id."
        raise BadRow(self._columns.member, advice)

    def _check_visit(self, visit: VisitRow) -> None:
        content = hash(visit)
        if self._seen.setdefault(visit.external_id, content) != content:
            advice = "An earlier row has this appointment id with other content: delete the one that is out of date."
            raise BadRow(self._columns.appointment, advice)
