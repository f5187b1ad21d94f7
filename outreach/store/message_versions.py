"""The words of a program in each language, as versions: written, signed, and what may be sent of them (COPY-12)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from locales.factory import source_hash
from outreach.store.batches import chunks
from outreach.store.tables import message_version, program
from outreach.store.unit_of_work import UnitOfWork

# How far a version is: what a machine or nobody in particular wrote, what a person translated, what a qualified
# translator reviewed, and what somebody answers for. Only the last is sent (COPY-12, HIP-22).
DRAFT, TRANSLATED, REVIEWED, APPROVED = "draft", "translated", "reviewed", "approved"
WAITING = (DRAFT, TRANSLATED, REVIEWED)
SENT_BACK, WITHDRAWN = "sent_back", "withdrawn"
ENDED = (SENT_BACK, WITHDRAWN)  # neither goes on from here: a newer version does
SOURCE = "en"  # what every other language is translated from


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version of one message in one language. Its words never change; its state only goes on."""

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
    translated_at: datetime | None = None
    reviewed_at: datetime | None = None
    approver: str | None = None
    approved_at: datetime | None = None
    author: str | None = None
    written_at: datetime | None = None
    carried: bool = False
    back_english: str | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """Words to store as the newest version of a text. `author` wrote them; nobody did where the product brings them."""

    key: str
    language: str
    body: str
    source_hash: str
    author: str | None = None


_COLUMNS = [message_version.c[name] for name in StoredVersion.__dataclass_fields__]


def lock_words(uow: UnitOfWork, program_id: int) -> None:
    """Let one person at a time change the words of a program; nothing is locked behind it but tasks."""
    uow.execute(select(program.c.id).where(program.c.id == program_id).with_for_update(key_share=True))


def versions(uow: UnitOfWork, program_id: int, keys: Collection[str] | None = None) -> list[StoredVersion]:
    """Return every version of a program's words, or of those of some texts, in every language, oldest first."""
    query = select(*_COLUMNS).where(message_version.c.program_id == program_id)
    if keys is not None:
        query = query.where(message_version.c.key.in_(keys))
    return [StoredVersion(*tuple(row)) for row in uow.all(query.order_by(message_version.c.version))]


def versions_of(uow: UnitOfWork, program_id: int, key: str) -> list[StoredVersion]:
    """Return every version of one text in every language, oldest first."""
    return versions(uow, program_id, [key])


def one(uow: UnitOfWork, version_id: int) -> StoredVersion | None:
    """Return a version, whatever its state, or None."""
    rows = uow.all(select(*_COLUMNS).where(message_version.c.id == version_id))
    return StoredVersion(*tuple(rows[0])) if rows else None


def newest(stored: Iterable[StoredVersion]) -> list[StoredVersion]:
    """Return the newest version of each message in each language, of a program's versions, oldest first."""
    latest = {(found.key, found.language): found for found in stored}
    return sorted(latest.values(), key=lambda found: (found.language, found.key))


def decided(stored: Iterable[StoredVersion]) -> dict[tuple[str, str], StoredVersion]:
    """Return what was last approved or withdrawn, by (key, language): a newer draft changes nothing until it is."""
    return {(found.key, found.language): found for found in stored if found.state in (APPROVED, WITHDRAWN)}


def sources(stored: Iterable[StoredVersion]) -> dict[str, str | None]:
    """Return the hash of the English that holds, by key: None where it was withdrawn; some key has none yet."""
    english = {key: found for (key, language), found in decided(stored).items() if language == SOURCE}
    return {key: source_hash(found.body) if found.state == APPROVED else None for key, found in english.items()}


def stale(stored: Iterable[StoredVersion]) -> frozenset[int]:
    """Return the ids of translations whose source is not the English text of their key that holds (COPY-12).

    Where no English text was ever approved, nothing is known to have changed; of a withdrawn one, all are stale.
    """
    stored = list(stored)
    hashes = sources(stored)
    translated = (found for found in stored if found.language != SOURCE)
    return frozenset(found.id for found in translated if hashes.get(found.key, found.source_hash) != found.source_hash)


def sendable(stored: Sequence[StoredVersion]) -> list[StoredVersion]:
    """Return what may be sent, of a program's versions, oldest first: last approved, and not stale (COPY-12)."""
    old = stale(stored)
    found = sorted(decided(stored).values(), key=lambda each: (each.language, each.key))
    return [each for each in found if each.state == APPROVED and each.id not in old]


def add_drafts(uow: UnitOfWork, program_id: int, drafts: Sequence[Draft]) -> list[int]:
    """Store each as the newest version of its text, which waits for people; return their ids, in order."""
    last = _last(uow, program_id)
    ids = uow.next_ids(len(drafts))
    rows = [
        {
            "id": row_id, "program_id": program_id, "key": new.key, "language": new.language, "body": new.body,
            "version": version + 1, "state": DRAFT, "source_hash": new.source_hash, "author": new.author,
            "written_at": uow.now, "carried": body == new.body and new.language != SOURCE,
        }
        for row_id, new in zip(ids, drafts, strict=True)
        for version, body in [last.get((new.key, new.language), (0, None))]
    ]  # fmt: skip
    uow.insert(message_version, rows)
    for row_id, new in zip(ids, drafts, strict=True):
        uow.audit("words.written" if new.author else "words.seeded", f"message_version:{row_id}", "COPY-12")
    return list(ids)


def redraft(uow: UnitOfWork, program_id: int, stored: Sequence[StoredVersion]) -> None:
    """Make every translation of another English than the one that holds a draft again, with the words it had.

    Whoever wrote or translated them is still their author. `stored` is every version as it is now, oldest first.
    """
    hashes = sources(stored)
    drafts = [
        Draft(old.key, old.language, old.body, now, old.author or old.translator)
        for old in newest(stored)
        for now in [hashes.get(old.key)]
        if old.language != SOURCE and now is not None and old.source_hash != now and old.state not in ENDED
    ]
    add_drafts(uow, program_id, drafts)


def _last(uow: UnitOfWork, program_id: int) -> Mapping[tuple[str, str], tuple[int, str]]:
    mine = (message_version.c.program_id == program_id,)
    same = [message_version.c.key, message_version.c.language]
    top = select(*same, func.max(message_version.c.version).label("version")).where(*mine).group_by(*same).subquery()
    alike = (top.c.key == message_version.c.key) & (top.c.language == message_version.c.language)
    query = select(*same, message_version.c.version, message_version.c.body).where(*mine)
    query = query.join(top, alike & (top.c.version == message_version.c.version))
    return {(row.key, row.language): (row.version, row.body) for row in uow.all(query)}


_SIGNED = {
    TRANSLATED: ("translator", "translated_at", "HIP-22"),
    REVIEWED: ("reviewer", "reviewed_at", "HIP-22"),
    APPROVED: ("approver", "approved_at", "COPY-12"),
}


def sign(uow: UnitOfWork, version_ids: Iterable[int], state: str, by: str, back_english: str | None = None) -> None:
    """Bring versions that wait to `state`, with the name of who did it and the time (COPY-12)."""
    who, when, rule = _SIGNED[state]
    signed = {"state": state, who: by, when: uow.now} | ({"back_english": back_english} if back_english else {})
    for part in chunks(version_ids):
        waiting = update(message_version).where(message_version.c.id.in_(part), message_version.c.state.in_(WAITING))
        uow.execute(waiting.values(signed))
        for version_id in part:
            uow.audit(f"words.{state}", f"message_version:{version_id}", rule)


def end(uow: UnitOfWork, version_id: int, state: str, by: str, remark: str) -> None:
    """Send a version back, or withdraw it: the name, the time and the remark stay with it."""
    ended = {"state": state, "ended_by": by, "ended_at": uow.now, "remark": remark}
    uow.execute(update(message_version).where(message_version.c.id == version_id).values(ended))
    uow.audit(f"words.{state}", f"message_version:{version_id}", "COPY-12")
