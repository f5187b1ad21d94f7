"""Recordings of a program's sentences: drafts, the one that is played, and those before it, which stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select, update

from outreach.store.tables import program, recording
from outreach.store.unit_of_work import UnitOfWork

DRAFT, APPROVED, SUPERSEDED, RETIRED = "draft", "approved", "superseded", "retired"
_RULE = "TWI-48"


@dataclass(frozen=True, slots=True)
class StoredRecording:
    """One version of one sentence, without its sound."""

    id: int
    program_id: int
    language: str
    key: str
    variant: str
    version: int
    state: str
    source_hash: str
    sha256: str
    millis: int
    recorded_by: str
    recorded_at: datetime
    approver: str | None
    approved_at: datetime | None
    retired_by: str | None
    retired_at: datetime | None

    @property
    def name(self) -> str:
        """What a sentence is known by: `voice_keys`, `weekday/2`."""
        return f"{self.key}/{self.variant}" if self.variant else self.key


@dataclass(frozen=True, slots=True)
class NewRecording:
    """What is to be stored: a sentence of a program in a language, as it was read from the words of that hash."""

    program_id: int
    language: str
    key: str
    variant: str
    source_hash: str
    millis: int
    audio: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """Return by what the same sound is known."""
        return sha256(self.audio).hexdigest()

    def is_as(self, stored: StoredRecording) -> bool:
        """Whether a stored recording of the same program and language is the very same."""
        mine = (self.key, self.variant, self.source_hash, self.sha256)
        return mine == (stored.key, stored.variant, stored.source_hash, stored.sha256)


_COLUMNS = [recording.c[name] for name in StoredRecording.__dataclass_fields__]


def lock_program(uow: UnitOfWork, program_id: int) -> None:
    """Let one person at a time change the recordings of a program; nothing is locked behind it but tasks."""
    uow.execute(select(program.c.id).where(program.c.id == program_id).with_for_update(key_share=True))


def of_program(uow: UnitOfWork, program_id: int, language: str | None = None) -> list[StoredRecording]:
    """Return what waits and what is played of a program, in one language or in all, the older version first."""
    query = select(*_COLUMNS).where(recording.c.program_id == program_id, recording.c.state.in_((DRAFT, APPROVED)))
    if language is not None:
        query = query.where(recording.c.language == language)
    return [StoredRecording(**row._mapping) for row in uow.all(query.order_by(recording.c.version))]


def one(uow: UnitOfWork, recording_id: int) -> StoredRecording | None:
    """Return a recording, whatever its state, or None."""
    rows = uow.all(select(*_COLUMNS).where(recording.c.id == recording_id))
    return StoredRecording(**rows[0]._mapping) if rows else None


_SOUND = (recording.c.audio, recording.c.sha256, recording.c.state)


def sound(uow: UnitOfWork, recording_id: int, states: Iterable[str]) -> tuple[bytes, str] | None:
    """Return the WAV of a recording and its SHA-256, or None where it is in none of these states."""
    rows = uow.all(select(*_SOUND).where(recording.c.id == recording_id, recording.c.state.in_(list(states))))
    return (bytes(rows[0].audio), str(rows[0].sha256)) if rows else None


_STAMP = select(func.count().label("rows"), func.coalesce(func.sum(recording.c.revision), 0).label("revisions"))


def stamp(uow: UnitOfWork, program_id: int) -> tuple[int, int]:
    """Return what is another pair after every change of a program's recordings, and never the same again."""
    row = uow.all(_STAMP.where(recording.c.program_id == program_id))[0]
    return int(row.rows), int(row.revisions)


def add(uow: UnitOfWork, new: NewRecording, by: str) -> int:
    """Store a draft, which takes the place of one that waited; return its id. The program is locked."""
    same = _same(new.program_id, new.language, new.key, new.variant)
    last = uow.execute(select(func.max(recording.c.version)).where(*same)).scalar_one()
    _end(uow, [*same, recording.c.state == DRAFT])
    row_id = uow.next_id()
    row: dict[str, Any] = {name: getattr(new, name) for name in NewRecording.__dataclass_fields__}
    row |= {"id": row_id, "version": (last or 0) + 1, "state": DRAFT, "revision": 1}
    row |= {"sha256": new.sha256, "recorded_by": by, "recorded_at": uow.now}
    uow.insert(recording, [row])
    uow.audit("recording.added", f"recording:{row_id}", _RULE)
    return row_id


def approve(uow: UnitOfWork, found: StoredRecording, by: str) -> None:
    """Play a draft from now on, in the place of the one before. The program is locked."""
    same = _same(found.program_id, found.language, found.key, found.variant)
    _end(uow, [*same, recording.c.state == APPROVED])
    _set(uow, [recording.c.id == found.id], state=APPROVED, approver=by, approved_at=uow.now)
    uow.audit("recording.approved", f"recording:{found.id}", _RULE)


def retire(uow: UnitOfWork, found: StoredRecording, by: str) -> None:
    """Play it no more, from this moment on. The program is locked."""
    _set(uow, [recording.c.id == found.id], state=RETIRED, retired_by=by, retired_at=uow.now)
    uow.audit("recording.retired", f"recording:{found.id}", _RULE)


def _end(uow: UnitOfWork, where: Sequence[Any]) -> None:
    _set(uow, where, state=SUPERSEDED)


def _set(uow: UnitOfWork, where: Sequence[Any], **values: Any) -> None:
    uow.execute(update(recording).where(*where).values(revision=recording.c.revision + 1, **values))


def _same(program_id: int, language: str, key: str, variant: str) -> list[Any]:
    names = {"program_id": program_id, "language": language, "key": key, "variant": variant}
    return [recording.c[name] == value for name, value in names.items()]
