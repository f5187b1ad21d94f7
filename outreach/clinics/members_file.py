"""The members file, row by row: who is on the phone, in which language, and what they agreed to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import BinaryIO, TypeVar

from outreach.clinics import cells
from outreach.clinics.column_map import Formats, MemberColumns
from outreach.clinics.languages import language_code
from outreach.clinics.member_consents import ConsentRow, Consents, bound, past_day
from outreach.clinics.phone_numbers import e164
from outreach.clinics.rows import BadRow, Rejected, Row, Table
from outreach.clinics.scan import People, Scan

_ZIP = re.compile(r"(\d{4,5})(?:-?\d{4})?", re.ASCII)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member and one phone of theirs. Without consents the phone is contact data and nothing more (LAW-05)."""

    line: int
    external_id: str = field(repr=False)
    phone: str | None = field(repr=False)  # E.164
    language: str | None
    name: str | None = field(repr=False)
    zone: str | None = field(repr=False)
    zip_code: str | None = field(repr=False)
    sex: str | None = field(repr=False)
    birth_date: date | None = field(repr=False)
    consents: tuple[ConsentRow, ...] = field(repr=False)
    tier: int | None = None  # rulebook 6.1
    rounded_id: bool = False


def read_members(
    source: BinaryIO, columns: MemberColumns, formats: Formats, scan: Scan, today: date
) -> Iterator[MemberRow | Rejected]:
    """Yield one value for each data row, in order; raises UnreadableFile before the first.

    `scan` comes from `scan_members` over the same file. A consent dated after `today` is rejected.
    """
    table = Table(source, formats)
    reader = _Reader(table, columns, formats, today)
    for row in table:
        if isinstance(row, Rejected):
            yield row
            continue
        try:
            member = reader.member(row)
            if member.external_id in scan.contradictory:
                raise BadRow(columns.member, "Rows with this id describe different people: correct the ids.")
        except BadRow as bad:
            yield bad.reject(row)
        else:
            yield member


def scan_members(source: BinaryIO, columns: MemberColumns, formats: Formats) -> Scan:
    """Read a members file once; raises UnreadableFile. Rows of one id may differ in phone and consent only."""
    table = Table(source, formats)
    member = table.column(columns.member)
    personal = [column for name in ("name", "sex", "birth_date") if (column := bound(table, columns, name)) is not None]
    people, rows, rounded = People(), 0, 0
    for row in table:
        rows += 1
        if isinstance(row, Rejected) or not (who := row.fields[member.place].strip()):
            continue
        rounded += cells.is_rounded(who)
        people.add_sex(who, hash(tuple(row.fields[column.place].strip().casefold() for column in personal)))
    return Scan(table.header, rows, rounded, frozenset(people.contradictory))


class _Reader:
    """The map bound to one file: turns its rows into members."""

    def __init__(self, table: Table, columns: MemberColumns, formats: Formats, today: date) -> None:
        names = ("phone", "language", "name", "zone", "zip", "sex", "birth_date", "tier")
        self._id = table.column(columns.member)
        self._personal = {name: bound(table, columns, name) for name in names}
        self._consents = Consents(table, columns, formats, today)
        self._past_day = partial(past_day, pattern=formats.date, today=today)

    def member(self, row: Row) -> MemberRow:
        """Return the member of one row; raises BadRow."""
        external_id = self._id.read(row, cells.identifier)
        phone = self._read(row, "phone", e164)
        return MemberRow(
            line=row.line,
            external_id=external_id,
            phone=phone,
            language=self._read(row, "language", language_code),
            name=self._read(row, "name", cells.plain_text),
            zone=self._read(row, "zone", cells.zone_name),
            zip_code=self._read(row, "zip", _zip_code),
            sex=self._read(row, "sex", cells.sex),
            birth_date=self._read(row, "birth_date", self._past_day),
            consents=self._consents.of(row, phone),
            tier=self._read(row, "tier", _tier),
            rounded_id=cells.is_rounded(external_id),
        )

    def _read(self, row: Row, setting: str, parse: Callable[[str], T]) -> T | None:
        column = self._personal[setting]
        return None if column is None else column.read_if_filled(row, parse)


def _tier(text: str) -> int:
    if text not in ("1", "2", "3", "4"):
        raise cells.BadCell("Write the risk tier as 1 (routine), 2 (rising), 3 (high) or 4 (critical), or empty it.")
    return int(text)


def _zip_code(text: str) -> str:
    if (found := _ZIP.fullmatch(text)) is None:
        raise cells.BadCell("This is not a ZIP code: write five digits, or empty the cell.")
    return found[1].zfill(5)  # spreadsheets drop the zero that New England's begin with
