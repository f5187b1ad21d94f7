"""A backup as one file: the database's dump, and a manifest that says what it is and proves that it is whole."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from io import RawIOBase
from pathlib import Path
from typing import IO, Any

_FORMAT = 1
_MANIFEST, _DUMP = "manifest.json", "database"
_PART = 1 << 20


class BadBackup(Exception):
    """A file is no backup, is damaged, or does not fit this deployment; the text says which."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a dump holds: its kind of database, its schema, the domain time in it, and how many rows of each table."""

    dialect: str
    schema: str
    calendar: datetime
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `taken_at` is the real instant before which all is in it; `key` names the key."""

    dialect: str
    schema: str
    calendar: datetime
    rows: Mapping[str, int]
    taken_at: datetime
    version: str
    key: str
    sha256: str
    size: int


class _Hashed(RawIOBase):
    """Writes on, and knows the SHA-256 and the size of what it wrote."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.digest = sha256()
        self.size = 0

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: Any) -> int:
        """Write everything."""
        self.digest.update(data)
        self.size += len(data)
        return self._out.write(data)


def pack(
    file: Path, taken_at: datetime, version: str, key: str, dump: Callable[[IO[bytes], Path], Contents]
) -> Manifest:
    """Write a backup, for nobody but us to read; `dump` fills it, and may use the folder. Raises OSError.

    The file has its name only once all of it is on disk.
    """
    if file.exists():
        raise BadBackup(f"{file} exists already: choose another name. A backup is never written over another.")
    part = file.with_name(f".{file.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                with archive.open(_DUMP, "w", force_zip64=True) as out:
                    hashed = _Hashed(out)
                    held = dump(hashed, file.absolute().parent)  # type: ignore[arg-type] # it writes, as a file does
                what = Manifest(
                    held.dialect, held.schema, held.calendar, held.rows, taken_at, version, key,
                    hashed.digest.hexdigest(), hashed.size,
                )  # fmt: skip
                archive.writestr(_MANIFEST, json.dumps({"format": _FORMAT} | asdict(what), default=str, indent=1))
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return what


def read_manifest(file: Path) -> Manifest:
    """Return what a backup says of itself; raises BadBackup."""
    try:
        with zipfile.ZipFile(file) as archive:
            given = json.loads(archive.read(_MANIFEST))
        if given.pop("format") != _FORMAT:
            raise BadBackup(f"{file} was made by a newer Outreach: restore it with that one.")
        instants = {name: datetime.fromisoformat(given[name]) for name in ("calendar", "taken_at")}
        return Manifest(**given | instants)
    except FileNotFoundError:
        raise
    except (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, AttributeError, OSError) as problem:
        raise BadBackup(f"{file} is no backup of Outreach, or a damaged one.") from problem


def unpack(file: Path, into: Path) -> Manifest:
    """Write a backup's dump to `into`, for nobody but us to read; raises BadBackup when it is damaged."""
    what = read_manifest(file)
    try:
        private = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(private, "wb") as raw, zipfile.ZipFile(file) as archive, archive.open(_DUMP) as dump:
            hashed = _Hashed(raw)
            shutil.copyfileobj(dump, hashed, _PART)
            raw.flush()
            os.fsync(raw.fileno())
    except (zipfile.BadZipFile, KeyError, EOFError, ValueError, RuntimeError, zlib.error) as problem:
        raise BadBackup(f"{file} is damaged: its dump cannot be read.") from problem
    if (hashed.digest.hexdigest(), hashed.size) != (what.sha256, what.size):
        raise BadBackup(f"{file} is damaged: its dump is not the one that its manifest names.")
    return what
