"""The first reading of a file, before any row is taken: how long it is, and whose ids cannot be trusted."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import BinaryIO

from outreach.clinics import cells
from outreach.clinics.column_map import ColumnMap
from outreach.clinics.rows import BadRow, Column, Rejected, Row, Table
from outreach.clinics.visits import when

ROUNDED = (
    "{count} rows have ids that a spreadsheet has rounded to scientific notation (such as 1.2E+13): different people"
    " may now share one id. They are matched as text. Export the file again straight from the clinic's system and do"
    " not open it in a spreadsheet, or import it there with the id columns set to Text."
)
CONTRADICTORY = (
    "{count} member ids stand for more than one person, because their rows disagree about who the person is."
    " All rows of these ids are rejected."
)


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over a file found; the import needs it to start."""

    header: tuple[str, ...]
    rows: int  # data rows, good and bad
    rounded: int  # rows with an id in scientific notation
    contradictory: frozenset[str] = field(repr=False)  # member ids whose rows describe different people
    earliest: date | None = None  # the first day of a visit

    def shift(self, to: date | None) -> timedelta:
        """Return how far `shift_to` moves each visit."""
        return to - self.earliest if to and self.earliest else timedelta()

    def warnings(self) -> tuple[str, ...]:
        """Return what an operator must be told before the import."""
        found = ((ROUNDED, self.rounded), (CONTRADICTORY, len(self.contradictory)))
        return tuple(sentence.format(count=f"{count:,}") for sentence, count in found if count)


def scan_appointments(source: BinaryIO, column_map: ColumnMap) -> Scan:
    """Read a visits file once; raises UnreadableFile.

    Rows of one id must agree on sex, and on age as far as the years between the visits allow.
    """
    table = Table(source, column_map.formats)
    columns = column_map.appointments
    member, appointment = table.column(columns.member), table.column(columns.appointment)
    sex, age, moment = table.find(columns.sex), table.find(columns.age), when(table, column_map)
    people, rows, rounded, earliest = People(), 0, 0, date.max
    for row in table:
        rows += 1
        if isinstance(row, Rejected):
            continue
        rounded += _has_rounded_id(row, member, appointment)
        try:
            who = member.read(row, cells.identifier)
            day, _ = moment.read(row, columns.zone)
            earliest = min(earliest, day)
            people.add_sex(who, sex.read_if_filled(row, cells.sex) if sex else None)
            people.add_age(who, day, age.read_if_filled(row, cells.age) if age else None)
        except BadRow:
            continue  # the import says what is wrong with it
    return Scan(
        table.header, rows, rounded, frozenset(people.contradictory), earliest if earliest != date.max else None
    )


class People:
    """What the rows of each member id say about the person, kept small: a few values for an id."""

    def __init__(self) -> None:
        self.contradictory: set[str] = set()
        self._said: dict[str, Hashable] = {}
        self._born: dict[str, tuple[int, int]] = {}

    def add_sex(self, who: str, sex: Hashable | None) -> None:
        """Note the sex a row gives, or anything else that must be equal in all rows of an id."""
        if sex is not None and self._said.setdefault(who, sex) != sex:
            self.contradictory.add(who)

    def add_age(self, who: str, day: date, age: int | None) -> None:
        """Note an age on a day: the birthday lies in a span of one year, and all spans of an id must overlap."""
        if age is None:
            return
        earliest, latest = self._born.get(who, (0, date.max.toordinal()))
        earliest = max(earliest, _years_before(day, age + 1).toordinal() + 1)
        latest = min(latest, _years_before(day, age).toordinal())
        self._born[who] = earliest, latest
        if earliest > latest:
            self.contradictory.add(who)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def _has_rounded_id(row: Row, *columns: Column) -> bool:
    return any(cells.is_rounded(row.fields[column.place].strip()) for column in columns)
