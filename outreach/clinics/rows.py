"""The rows of a clinic's CSV file, one by one: every physical line ends in exactly one row or one rejection."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple, TypeVar

from outreach.clinics.cells import BadCell
from outreach.clinics.column_map import Formats

MAX_LINE = 64 * 1024  # bytes; csv itself gives up at twice that
MAX_LINES_OF_ONE_ROW = 50
MAX_CELL = 200  # characters, in the columns that are used

T = TypeVar("T")


class UnreadableFile(ValueError):
    """The file as a whole cannot be read. The message says what to do, and quotes nothing from the file."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row; `line` is the physical line it starts on, the header being line 1."""

    line: int
    fields: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken, where it is, and a sentence that says what to do about it, without its values."""

    line: int
    column: str  # "" when the row as a whole is at fault
    what_to_do: str
    fields: tuple[str, ...] = field(repr=False)


class BadRow(ValueError):
    """A row cannot be taken because of one column."""

    def __init__(self, column: str, what_to_do: str) -> None:
        super().__init__(what_to_do)
        self.column = column
        self.what_to_do = what_to_do

    def reject(self, row: Row) -> Rejected:
        """Return the rejection of `row` for this fault."""
        return Rejected(row.line, self.column, self.what_to_do, row.fields)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file, by name and place."""

    name: str
    place: int

    def read(self, row: Row, parse: Callable[[str], T]) -> T:
        """Return the cell as `parse` reads it; raises BadRow naming this column."""
        cell = row.fields[self.place].strip()
        if len(cell) > MAX_CELL:
            raise BadRow(self.name, f"The cell is longer than {MAX_CELL} characters: shorten it.")
        try:
            return parse(cell)
        except BadCell as bad:
            raise BadRow(self.name, bad.what_to_do) from None

    def read_if_filled(self, row: Row, parse: Callable[[str], T]) -> T | None:
        """Return None for an empty cell, else what `read` returns."""
        return self.read(row, parse) if row.fields[self.place].strip() else None


class _Line(NamedTuple):
    number: int
    data: bytes
    cut: bool = False


class _Lines:
    """Physical lines with their numbers; those looked at too early can be put back."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._number = 0
        self._waiting: deque[_Line] = deque()

    def next(self) -> _Line | None:
        if self._waiting:
            return self._waiting.popleft()
        data = self._source.readline(MAX_LINE)
        if not data:
            return None
        self._number += 1
        cut = len(data) == MAX_LINE and not data.endswith(b"\n")
        rest = data
        while cut and rest and not rest.endswith(b"\n"):
            rest = self._source.readline(MAX_LINE)  # read to its end and dropped: memory stays flat
        return _Line(self._number, data, cut)

    def put_back(self, lines: list[_Line]) -> None:
        self._waiting.extendleft(reversed(lines))


class Table:
    """A CSV file whose header has been read; iterating gives its rows and rejections in order."""

    def __init__(self, source: BinaryIO, formats: Formats = Formats()) -> None:  # noqa: B008 (frozen)
        """Read the header; raises UnreadableFile."""
        self._lines = _Lines(source)
        self._encoding = "utf-8" if formats.encoding == "utf-8-sig" else formats.encoding
        self._delimiter = formats.delimiter
        self.header: tuple[str, ...] = self._read_header()

    def column(self, name: str) -> Column:
        """Return the column called `name`; raises UnreadableFile if there is none, or more than one."""
        if (times := self.header.count(name)) != 1:
            fault = "has no column" if times == 0 else "has more than one column"
            raise UnreadableFile(f"The file {fault} {name!r}, which the map names: correct the map or the header.")
        return Column(name, self.header.index(name))

    def find(self, name: str | None) -> Column | None:
        """Return the column called `name`, or None where the map names none."""
        return None if name is None else self.column(name)

    def __iter__(self) -> Iterator[Row | Rejected]:
        while (line := self._lines.next()) is not None:
            yield self._record(line)

    def _read_header(self) -> tuple[str, ...]:
        line = self._lines.next()
        if line is None or not line.data.strip():
            raise UnreadableFile(
                "The file is empty or starts with an empty line: its first line must name the columns."
            )
        if line.data.startswith((b"\xff\xfe", b"\xfe\xff")) or line.data.startswith(b"PK\x03\x04"):
            raise UnreadableFile("This is not a CSV file: save it from the spreadsheet as 'CSV UTF-8'.")
        text = self._decode(_Line(1, line.data.removeprefix(b"\xef\xbb\xbf"), line.cut))
        fields = None if text is None or "\r" in text or "\0" in text else self._split(text)
        if fields is None:
            raise UnreadableFile("The header cannot be read: save the file as 'CSV UTF-8', one row a line.")
        return tuple(name.strip() for name in fields)

    def _decode(self, line: _Line) -> str | None:
        try:
            return None if line.cut else line.data.decode(self._encoding).rstrip("\r\n")
        except UnicodeDecodeError:
            return None

    def _split(self, text: str) -> list[str] | None:
        if '"' not in text:
            return text.split(self._delimiter)
        try:
            rows = list(csv.reader((f"{line}\n" for line in text.split("\n")), delimiter=self._delimiter, strict=True))
        except csv.Error:
            return None
        return rows[0] if len(rows) == 1 else None

    def _record(self, line: _Line) -> Row | Rejected:
        text = self._decode(line)
        if text is None:
            return self._undecodable(line)
        if "\0" in text or "\r" in text:
            return self._reject(line, text, "The row contains an invisible control character: export the file again.")
        fields = self._split(text)
        if fields is None:
            fields = self._joined(text) if text.count('"') % 2 else None
        if fields is None:
            return self._reject(line, text, "A quotation mark is open or out of place: double it or take it out.")
        if not any(map(str.strip, fields)):
            return self._reject(line, text, "The line is empty: delete it, nothing is missing.")
        if (found := len(fields)) != (wanted := len(self.header)):
            advice = (
                f"The row has {found} cells where the header has {wanted}: look for a missing or unquoted delimiter."
            )
            return self._reject(line, text, advice)
        return Row(line.number, tuple(fields))

    def _joined(self, text: str) -> list[str] | None:
        """Finish a quoted cell that holds line breaks, unless the stray quotation mark would swallow whole rows."""
        taken: list[_Line] = []
        while len(taken) < MAX_LINES_OF_ONE_ROW and (line := self._lines.next()) is not None:
            taken.append(line)
            piece = self._decode(line)
            if piece is None or len(text) > MAX_LINE or (piece.count('"') % 2 == 0 and self._looks_like_a_row(piece)):
                break
            text = f"{text}\n{piece}"
            if piece.count('"') % 2:
                fields = self._split(text)
                if fields is not None and self._is_whole(text, fields):
                    return fields
                break
        self._lines.put_back(taken)
        return None

    def _is_whole(self, text: str, fields: list[str]) -> bool:
        if len(fields) != len(self.header) or "\0" in text or "\r" in text:
            return False
        return not any(self._looks_like_a_row(part) for cell in fields for part in cell.split("\n")[1:])

    def _looks_like_a_row(self, text: str) -> bool:
        return text.count(self._delimiter) >= len(self.header) - 1

    def _undecodable(self, line: _Line) -> Rejected:
        text = line.data.decode(self._encoding, errors="replace").rstrip("\r\n")
        if line.cut:
            return self._reject(line, text, f"The line is longer than {MAX_LINE} bytes: look for a missing line break.")
        fields = text.split(self._delimiter)
        spoilt = [name for name, cell in zip(self.header, fields, strict=False) if "\ufffd" in cell]
        advice = f"Some letters are not {self._encoding}: save the file as 'CSV UTF-8', or set encoding in the map."
        return Rejected(line.number, spoilt[0] if spoilt else "", advice, tuple(fields))

    def _reject(self, line: _Line, text: str, what_to_do: str) -> Rejected:
        return Rejected(line.number, "", what_to_do, tuple(text.split(self._delimiter)))
