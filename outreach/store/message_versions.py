"""The words of a program in each language, as versions: seeded, approved, and what may be sent of them (COPY-12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from locales.factory import source_hash
from outreach.store.batches import chunks
from outreach.store.tables import message_version
from outreach.store.unit_of_work import UnitOfWork

# How far a version is: what a machine or nobody in particular wrote, what a person translated, what a qualified
# translator reviewed, and what somebody answers for. Only the last is sent (COPY-12, HIP-22).
DRAFT, TRANSLATED, REVIEWED, APPROVED = "draft", "translated", "reviewed", "approved"
SOURCE = "en"  # what every other language is translated from


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
    translator: str | None
    reviewer: str | None


_COLUMNS = [message_version.c[name] for name in StoredVersion.__dataclass_fields__]


def versions(uow: UnitOfWork, program_id: int) -> list[StoredVersion]:
    """Return every version of a program's words, oldest first."""
    query = select(*_COLUMNS).where(message_version.c.program_id == program_id)
    return [StoredVersion(**row._mapping) for row in uow.all(query.order_by(message_version.c.version))]


def newest(stored: Iterable[StoredVersion]) -> list[StoredVersion]:
    """Return the newest version of each message in each language, of a program's versions, oldest first."""
    latest = {(found.key, found.language): found for found in stored}
    return sorted(latest.values(), key=lambda found: (found.language, found.key))


def stale(stored: Iterable[StoredVersion]) -> frozenset[int]:
    """Return the ids of translations whose source is not the newest approved English text of their key (COPY-12).

    Where no English text is approved, nothing is known to have changed.
    """
    stored = list(stored)
    english = {found.key: found.body for found in stored if (found.language, found.state) == (SOURCE, APPROVED)}
    sources = {key: source_hash(body) for key, body in english.items()}
    translated = (found for found in stored if found.language != SOURCE)
    return frozenset(found.id for found in translated if sources.get(found.key, found.source_hash) != found.source_hash)


def sendable(stored: Sequence[StoredVersion]) -> list[StoredVersion]:
    """Return what may be sent, of a program's versions, oldest first: newest, approved and not stale (COPY-12)."""
    old = stale(stored)
    return [found for found in newest(stored) if found.state == APPROVED and found.id not in old]


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


_SIGNED = {
    TRANSLATED: ("translator", "translated_at", "HIP-22"),
    REVIEWED: ("reviewer", "reviewed_at", "HIP-22"),
    APPROVED: ("approver", "approved_at", "COPY-12"),
}


def sign(uow: UnitOfWork, version_ids: Iterable[int], state: str, by: str) -> None:
    """Bring versions that are not approved yet to `state`, with the name of who did it and the time (COPY-12)."""
    who, when, rule = _SIGNED[state]
    for part in chunks(version_ids):
        waiting = update(message_version).where(message_version.c.id.in_(part), message_version.c.state != APPROVED)
        uow.execute(waiting.values({"state": state, who: by, when: uow.now}))
        for version_id in part:
            uow.audit(f"words.{state}", f"message_version:{version_id}", rule)
