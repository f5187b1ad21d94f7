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
from outreach.clinics.phone_numbers import e164
from outreach.clinics.rows import BadRow, Column, Rejected, Row, Table, UnreadableFile
from outreach.clinics.scan import People, Scan
from outreach.loops.consent import Category, ConsentClass

CHANNELS = ("sms", "voice")
METHODS = ("web_form", "paper", "verbal_recorded", "verbal_attested", "keyword", "imported", "staff")  # LAW-26

_ZIP = re.compile(r"(\d{4,5})(?:-?\d{4})?", re.ASCII)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """One consent with its evidence (LAW-26): for the number of its row, one channel and one category."""

    channel: str
    category: Category
    consent_class: ConsentClass
    method: str
    given_on: date
    text_version: str | None  # the exact words shown or read; an opt-in always has it


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
    bound = _Bound(table, columns)
    member = bound.needed("member")
    personal = [column for name in ("name", "sex", "birth_date") if (column := bound.optional(name)) is not None]
    people, rows, rounded = People(), 0, 0
    for row in table:
        rows += 1
        if isinstance(row, Rejected) or not (who := row.fields[member.place].strip()):
            continue
        rounded += cells.is_rounded(who)
        people.add_sex(who, hash(tuple(row.fields[column.place].strip().casefold() for column in personal)))
    return Scan(table.header, rows, rounded, frozenset(people.contradictory))


class _Bound:
    """The map's columns found in the file. What only the defaults name may be missing from it."""

    def __init__(self, table: Table, columns: MemberColumns) -> None:
        self._table = table
        self._columns = columns

    def needed(self, setting: str) -> Column:
        return self._table.column(getattr(self._columns, setting))

    def optional(self, setting: str) -> Column | None:
        name = getattr(self._columns, setting)
        if name in self._table.header or setting in self._columns.model_fields_set:
            return self._table.column(name)
        return None


class _Reader:
    """The map bound to one file: turns its rows into members."""

    def __init__(self, table: Table, columns: MemberColumns, formats: Formats, today: date) -> None:
        bound = _Bound(table, columns)
        self._id = bound.needed("member")
        self._personal = {name: bound.optional(name) for name in ("phone", "language", "name", "zone", "zip")}
        self._personal |= {name: bound.optional(name) for name in ("sex", "birth_date", "tier")}
        evidence = ("class", "categories", "channels", "method", "date", "text_version")
        self._evidence = {part: bound.optional(f"consent_{part}") for part in evidence}
        if self._evidence["class"] and None in self._evidence.values():
            raise UnreadableFile("The file has consents without their evidence: it needs all six consent columns.")
        self._past_day = partial(_past_day, pattern=formats.date, today=today)

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
            consents=self._consents(row, phone),
            tier=self._read(row, "tier", _tier),
            rounded_id=cells.is_rounded(external_id),
        )

    def _read(self, row: Row, setting: str, parse: Callable[[str], T]) -> T | None:
        column = self._personal[setting]
        return None if column is None else column.read_if_filled(row, parse)

    def _consents(self, row: Row, phone: str | None) -> tuple[ConsentRow, ...]:
        column = self._evidence["class"]
        kind = column.read_if_filled(row, _consent_class) if column else None
        if column is None or kind is None:
            return ()
        if phone is None:
            raise BadRow(column.name, "A consent is for a phone number, and the row has none: add it, or empty this.")
        channels = self._proof(row, "channels", partial(cells.words_of, CHANNELS))
        categories = self._proof(row, "categories", partial(cells.words_of, tuple(Category)))
        method, given_on = self._proof(row, "method", _method), self._proof(row, "date", self._past_day)
        version = self._proof(row, "text_version", _version if kind is ConsentClass.PEC_OPTIN else _perhaps)
        return tuple(
            ConsentRow(channel, Category(category), kind, method, given_on, version)
            for channel in channels
            for category in categories
        )

    def _proof(self, row: Row, part: str, parse: Callable[[str], T]) -> T:
        column = self._evidence[part]
        if column is None:
            raise UnreadableFile("The file has consents without their evidence: it needs all six consent columns.")
        return column.read(row, parse)


def _past_day(text: str, pattern: str | None, today: date) -> date:
    day = cells.calendar_day(text, pattern)
    if day > today:
        raise cells.BadCell("The day is in the future: correct it.")
    return day


def _consent_class(text: str) -> ConsentClass | None:
    if text.casefold() == "none":
        return None
    try:
        return ConsentClass(text.casefold())
    except ValueError:
        raise cells.BadCell(f"Write none, {' or '.join(ConsentClass)}: nothing else is consent here.") from None


def _method(text: str) -> str:
    if text.casefold() not in METHODS:
        raise cells.BadCell(f"Say how the consent was given: {', '.join(METHODS)}.")
    return text.casefold()


def _version(text: str) -> str:
    if not text:
        raise cells.BadCell("Say which version of the words the member was shown or read: an opt-in needs it.")
    return cells.plain_text(text)


def _perhaps(text: str) -> str | None:
    return cells.plain_text(text) or None


def _tier(text: str) -> int:
    if text not in ("1", "2", "3", "4"):
        raise cells.BadCell("Write the risk tier as 1 (routine), 2 (rising), 3 (high) or 4 (critical), or empty it.")
    return int(text)


def _zip_code(text: str) -> str:
    if (found := _ZIP.fullmatch(text)) is None:
        raise cells.BadCell("This is not a ZIP code: write five digits, or empty the cell.")
    return found[1].zfill(5)  # spreadsheets drop the zero that New England's begin with
