"""The file of rows that were not taken: where each one is, what to do about it, and the row itself."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from outreach.clinics.rows import Rejected

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class RejectsFile:
    """Writes rejections as they come, and exists only if there is at least one. Use it in a `with` block.

    It holds personal data, being the clinic's own rows, so only its owner may read it. A file left by an earlier run
    is removed on entry: it would speak of rows that have been corrected since.
    """

    def __init__(self, path: Path, header: Sequence[str] = ()) -> None:
        self._path = path
        self._header = header
        self._file: TextIO | None = None
        self.count = 0

    def __enter__(self) -> Self:
        self._path.unlink(missing_ok=True)
        return self

    def write(self, rejected: Rejected) -> None:
        """Append one rejection; the first creates the file. Raises OSError."""
        if self._file is None:
            # utf-8-sig: without the mark at its start a spreadsheet garbles every accent.
            self._file = open(self._path, "w", encoding="utf-8-sig", newline="", opener=_for_owner_only)  # noqa: SIM115 - closed by close()
            _append(self._file, ["line", "column", "what_to_do", *self._header])
        _append(self._file, [str(rejected.line), rejected.column, rejected.what_to_do, *rejected.fields])
        self.count += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()


def harmless(cell: str) -> str:
    """Return the cell so that no spreadsheet runs it as a formula."""
    cell = cell.replace("\0", "\ufffd")
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _append(file: TextIO, cells: Sequence[str]) -> None:
    csv.writer(file).writerow([harmless(cell) for cell in cells])


def _for_owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
