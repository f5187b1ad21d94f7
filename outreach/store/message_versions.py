"""The words of a program in each language, as versions: what was seeded, what is approved, what waits (COPY-12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from outreach.store.batches import chunks
from outreach.store.tables import message_version
from outreach.store.unit_of_work import UnitOfWork

DRAFT, APPROVED = "draft", "approved"


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version of one message in one language."""

    id: int
    program_id: int
    key: str
    language: str
    version: int
    body: str
    state: str
    source_hash: str


_COLUMNS = [message_version.c[name] for name in StoredVersion.__dataclass_fields__]


def versions(uow: UnitOfWork, program_id: int) -> list[StoredVersion]:
    """Return every version of a program's words, oldest first."""
    query = select(*_COLUMNS).where(message_version.c.program_id == program_id)
    return [StoredVersion(**row._mapping) for row in uow.all(query.order_by(message_version.c.version))]


def newest(uow: UnitOfWork, program_id: int) -> list[StoredVersion]:
    """Return the newest version of each message in each language of a program."""
    latest = {(found.key, found.language): found for found in versions(uow, program_id)}
    return sorted(latest.values(), key=lambda found: (found.language, found.key))


def add_drafts(uow: UnitOfWork, program_id: int, drafts: Sequence[tuple[str, str, str, str]]) -> None:
    """Store (key, language, body, source hash) as the newest version of its message, waiting to be approved."""
    rows = uow.all(
        select(message_version.c.key, message_version.c.language, func.max(message_version.c.version).label("version"))
        .where(message_version.c.program_id == program_id)
        .group_by(message_version.c.key, message_version.c.language)
    )
    last = {(row.key, row.language): row.version for row in rows}
    ids = uow.next_ids(len(drafts))
    uow.insert(
        message_version,
        [
            {
                "id": row_id,
                "program_id": program_id,
                "key": key,
                "language": language,
                "version": last.get((key, language), 0) + 1,
                "body": body,
                "state": DRAFT,
                "source_hash": source,
            }
            for row_id, (key, language, body, source) in zip(ids, drafts, strict=True)
        ],
    )
    for row_id in ids:
        uow.audit("words.seeded", f"message_version:{row_id}", "COPY-12")


def approve(uow: UnitOfWork, version_ids: Iterable[int], by: str) -> None:
    """Let drafts be sent, in the name of the person who read them."""
    for part in chunks(version_ids):
        drafts = update(message_version).where(message_version.c.id.in_(part), message_version.c.state == DRAFT)
        uow.execute(drafts.values(state=APPROVED, approver=by, approved_at=uow.now))
        for version_id in part:
            uow.audit("words.approved", f"message_version:{version_id}", "COPY-12")
