"""A first map for a file nobody has described yet: a proposal in TOML for a person to read and correct."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from outreach.clinics.column_map import Encoding, Formats, MemberColumns
from outreach.clinics.rows import Row, Table
from outreach.clinics.spellings import HEADERS, OUTCOME_WORDS, YES_AND_NO

SAMPLE_ROWS = 500

_MIDNIGHT = re.compile(r"\d{4}-\d\d-\d\d[T ]00:00(:00(\.0+)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_US_DATE = re.compile(r"\d{1,2}/\d{1,2}/(\d{4}|\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sample:
    """The start of a file: its header, some good rows, and how it seems to be written."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    formats: Formats


def read_sample(source: BinaryIO) -> Sample:
    """Read the start of a seekable file, trying the usual delimiters and encodings; raises UnreadableFile."""
    start = source.read(1 << 20)
    encoding: Encoding = "utf-8-sig"
    try:
        start[: start.rfind(b"\n") + 1].decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
    first_line = start.partition(b"\n")[0].decode("latin-1")
    delimiter = max(",;\t|", key=first_line.count)
    formats = Formats(delimiter=delimiter, encoding=encoding)
    source.seek(0)
    table = Table(source, formats)
    rows = (row.fields for row in table if isinstance(row, Row))
    return Sample(table.header, tuple(itertools.islice(rows, SAMPLE_ROWS)), formats)


def guess_map(
    header: Sequence[str],
    sample_rows: Sequence[Sequence[str]],
    formats: Formats = Formats(),  # noqa: B008 (frozen)
) -> str:
    """Return a commented map in TOML. It is always valid TOML; what was not recognised is left empty to be filled in.

    It repeats column names and the words of outcome columns, and no other cell.
    """
    return _Guess(header, sample_rows, formats).text()


class _Guess:
    def __init__(self, header: Sequence[str], rows: Sequence[Sequence[str]], formats: Formats) -> None:
        self._header, self._rows, self._formats = header, rows, formats
        self._plain = {_plain(name): name for name in reversed(header)}  # of two alike, the first
        self._taken: set[str] = set()

    def text(self) -> str:
        date_lines, date_values = self._date()
        lines = [
            f"# Proposed from the header and {len(self._rows)} rows. Read every line, then try it with --dry-run.",
            "[appointments]",
            self._line("appointment", "the clinic's own id of the visit"),
            self._line("member", "the clinic's own id of the member"),
            self._line("clinic", 'or clinic_id = "main" where the file is of one clinic'),
            *date_lines,
            *self._time(date_values),
            'zone = "America/New_York"  # CHECK: where the clinics are; it cannot be seen in the file',
            *self._if_found("sex"),
            *self._if_found("age"),
            *self._outcome(),
            *self._members(),
            *self._written(date_values),
        ]
        return "\n".join(lines) + "\n"

    def _find(self, setting: str, fits: Callable[[str], bool] = lambda name: True) -> str | None:
        for spelling in HEADERS[setting]:
            name = self._plain.get(spelling)
            if name is not None and name not in self._taken and fits(name):
                self._taken.add(name)
                return name
        return None

    def _values(self, name: str) -> set[str]:
        place = self._header.index(name)
        return {value for row in self._rows if len(row) > place and (value := row[place].strip())}

    def _line(self, setting: str, note: str) -> str:
        name = self._find(setting)
        return f"{setting} = {_quoted(name or '')}  # {note if name else f'NOT FOUND: {note}'}"

    def _if_found(self, setting: str) -> Iterable[str]:
        name = self._find(setting)
        return [f"{setting} = {_quoted(name)}"] if name else []

    def _date(self) -> tuple[list[str], set[str]]:
        name = self._find("date", fits=lambda name: any(map(_has_date, self._values(name))) or not self._rows)
        if name is None:
            return ['date = ""  # NOT FOUND: the day of the visit, not of the booking'], set()
        values = self._values(name)
        lines = [f"date = {_quoted(name)}  # the day of the visit, not of the booking"]
        if values and all(map(_MIDNIGHT.fullmatch, values)):
            lines.append(
                "date_only = true  # every time is midnight, so the times mean nothing and Z must not move a day"
            )
        return lines, values

    def _time(self, date_values: set[str]) -> Iterable[str]:
        date_has_time = any(":" in value and not _MIDNIGHT.fullmatch(value) for value in date_values)
        return [] if date_has_time else self._if_found("time")

    def _outcome(self) -> list[str]:
        name = self._find("outcome", fits=lambda name: bool(_meanings(name, self._values(name))))
        if name is None:
            return ["# No outcome column was recognised. If there is one, add [appointments.outcome]."]
        meanings = _meanings(name, self._values(name))
        words = ", ".join(f"{_quoted(word)} = {_quoted(meaning)}" for word, meaning in sorted(meanings.items()))
        unknown = sorted(self._values(name) - meanings.keys())
        note = f"# Not recognised, add them: {', '.join(map(_quoted, unknown[:10]))}"
        return [
            "",
            "[appointments.outcome]",
            f"column = {_quoted(name)}",
            f"values = {{ {words} }}  # CHECK: what each word means",
            *([note] if unknown else []),
        ]

    def _members(self) -> list[str]:
        if "phone" not in self._plain:
            return ["", "# The file has no phones: a second one, given with --members, supplies them.", "[members]"]
        found = {setting: self._plain.get(_plain(name)) for setting, name in MemberColumns().model_dump().items()}
        found["member"] = next(filter(None, map(self._plain.get, HEADERS["member"])), None)
        lines = [f"{setting} = {_quoted(name)}" for setting, name in found.items() if name]
        return ["", "# This file has phones as well: it can be given to --members too.", "[members]", *lines]

    def _written(self, date_values: set[str]) -> list[str]:
        lines = ["", "[formats]", f"delimiter = {_quoted(self._formats.delimiter)}"]
        lines.append(f"encoding = {_quoted(self._formats.encoding)}")
        years = {len(found[1]) if (found := _US_DATE.fullmatch(value)) else 0 for value in date_values}
        if years in ({2}, {4}):
            lines.append(f'date = "%m/%d/{"%Y" if years == {4} else "%y"}"  # CHECK: month before day')
        return lines


def _meanings(name: str, values: set[str]) -> dict[str, str]:
    """What the words of an outcome column mean, as far as its name or the words themselves tell."""
    yes_and_no = YES_AND_NO.get(_plain(name))
    if yes_and_no is not None and len(values) <= 2 and all(_plain(value) in yes_and_no for value in values):
        return {value: yes_and_no[_plain(value)] for value in values}
    return {value: OUTCOME_WORDS[_plain(value)] for value in values if _plain(value) in OUTCOME_WORDS}


def _has_date(value: str) -> bool:
    return bool(re.match(r"\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d|\d{8}$", value, re.ASCII))


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def _quoted(text: str) -> str:
    """A TOML string; JSON's escapes are a part of TOML's, all but its way with DEL and lone surrogates."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
