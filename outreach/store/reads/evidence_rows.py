"""What is on record, as rows that an auditor reads: the ledger, texts, replies, work, and the trail of it all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_, select

from outreach.store.batches import rows_in
from outreach.store.claims import BODY as SENT_BODY
from outreach.store.everywhere import anywhere, rows_anywhere, with_question
from outreach.store.reads.thread import opened_trail
from outreach.store.replies import BODY
from outreach.store.tables import (
    attempt,
    audit,
    consent_event,
    member_contact,
    message_version,
    reply,
    task,
    touch,
)
from outreach.store.unit_of_work import UnitOfWork
from outreach.store.verification import Verdict, verified


@dataclass(frozen=True, slots=True)
class Consent:
    """One entry of the ledger of the member's phone; `member` is None where it is about the phone itself."""

    at: datetime
    id: int
    phone: int
    member: int | None
    action: str
    channel: str
    category: str
    consent_class: str | None
    source: str
    text_version: str | None
    language: str | None
    rule: str | None
    evidence: str | None
    collector: str | None
    organisation: str | None
    party: str | None
    expires_at: datetime | None
    prior_id: int | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to send a text, with the words of that moment; `words` is the approved version they come from.

    `rule` let it leave, under the entry `consent_id` of the ledger where one is needed.
    """

    touch: int
    fencing: int
    at: datetime
    outcome: str
    language: str
    words: str
    version: int
    approver: str | None
    body: str = field(repr=False)
    body_sha256: str
    rule: str | None
    consent_id: int | None


@dataclass(frozen=True, slots=True)
class Text:
    """One text or call: what was planned, what the gate and the carrier said of it, and each try to send it."""

    at: datetime
    id: int
    step: str
    channel: str
    category: str
    state: str
    rule: str | None
    exempt: str | None
    author: str | None
    answers_at: datetime | None
    sent_at: datetime | None
    sid: str | None
    carrier_status: str | None
    error_code: int | None
    call_outcome: str | None
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: its words, what was understood, and because of which rules and words."""

    at: datetime
    id: int
    sid: str
    body: str = field(repr=False)
    answers: str | None
    safety: tuple[str, ...]
    intents: tuple[str, ...] | None
    reason: str | None
    trail: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Work:
    """One task, from its opening to its end."""

    at: datetime
    id: int
    kind: str
    priority: str
    owner_queue: str | None
    owner_person: str | None
    due_at: datetime | None
    escalation: int
    acknowledged_at: datetime | None
    state: str
    resolution: str | None
    reason: str | None
    resolved_by: str | None
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the audit trail; `holds` when the chain up to it verifies and it was written with the key.

    False too while it is not sealed.
    """

    at: datetime
    id: int
    actor: str
    action: str
    object: str
    rule: str | None
    reason: str | None
    mac: str | None
    seq: int | None
    hash: str | None
    prev: str | None
    holds: bool


def _columns(table: Table, shown: Iterable[str], **renamed: Any) -> list[Any]:
    """Return the columns of a row that is stored as it is shown."""
    return [renamed[name].label(name) if name in renamed else table.c[name] for name in shown]


def consents(uow: UnitOfWork, member_id: int) -> tuple[Consent, ...]:
    """Return the ledger as it is about a member: their own entries on any phone, and those of the phones they have."""
    phones = select(member_contact.c.contact_point_id).where(member_contact.c.member_id == member_id)
    ledger = consent_event.c
    mine = or_(ledger.member_id == member_id, and_(ledger.contact_point_id.in_(phones), ledger.member_id.is_(None)))
    named = {"at": ledger.received_at, "phone": ledger.contact_point_id, "member": ledger.member_id}
    query = select(*_columns(consent_event, Consent.__dataclass_fields__, **named)).where(mine)
    return tuple(Consent(**row._mapping) for row in uow.all(query.order_by(ledger.received_at, ledger.id)))


def texts(uow: UnitOfWork, mine: ColumnElement[bool]) -> tuple[Text, ...]:
    """Return touches with each try to send them, oldest first."""
    rows = sorted(anywhere(uow, select(touch).where(mine)), key=lambda row: (row.planned_for, row.id))
    versions = (message_version.c.key, message_version.c.version, message_version.c.approver)
    query = select(attempt, *versions).join(message_version, message_version.c.id == attempt.c.message_version_id)
    tries: dict[int, list[Attempt]] = {row.id: [] for row in rows}
    found = rows_anywhere(uow, query, attempt.c.touch_id, tries)
    for row in sorted(found, key=lambda row: row.fencing):
        tries[row.touch_id].append(
            Attempt(
                touch=row.touch_id, fencing=row.fencing, at=row.claimed_at, outcome=row.outcome, language=row.language,
                words=row.key, version=row.version, approver=row.approver,
                body=uow.keyring.open(SENT_BODY, row.touch_id, row.body), body_sha256=row.body_sha256,
                rule=row.rule, consent_id=row.consent_id,
            )
        )  # fmt: skip
    names = [name for name in Text.__dataclass_fields__ if name not in ("at", "attempts")]
    return tuple(
        Text(at=row.planned_for, attempts=tuple(tries[row.id]), **{name: getattr(row, name) for name in names})
        for row in rows
    )


def replies(uow: UnitOfWork, mine: ColumnElement[bool]) -> tuple[Reply, ...]:
    """Return replies, opened, oldest first."""
    query = with_question(select(reply), "key").where(mine)
    return tuple(
        Reply(
            at=row.received_at,
            id=row.id,
            sid=row.sid,
            body=uow.keyring.open(BODY, row.id, row.body),
            answers=row.key,
            safety=tuple(row.safety),
            intents=tuple(row.intents or ()) if row.read_at else None,
            reason=row.reason,
            trail=opened_trail(uow, row),
        )
        for row in uow.all(query.order_by(reply.c.received_at, reply.c.id))
    )


def tasks(uow: UnitOfWork, mine: ColumnElement[bool]) -> tuple[Work, ...]:
    """Return work for people, oldest first."""
    query = select(*_columns(task, Work.__dataclass_fields__, at=task.c.opened_at)).where(mine)
    return tuple(Work(**row._mapping) for row in uow.all(query.order_by(task.c.opened_at, task.c.id)))


def trail(uow: UnitOfWork, objects: Iterable[str]) -> tuple[tuple[Entry, ...], Verdict]:
    """Return the trail's entries about these objects, and whether the chain holds as far as the last of them.

    It is recomputed from the last signed checkpoint before the oldest of them: some twelve seconds for each million
    of entries between. That what lies before is whole, too, is for `outreach audit verify` to say.
    """
    columns = [audit.c[name] for name in Entry.__dataclass_fields__ if name != "holds"]
    rows = sorted(rows_in(uow, select(*columns), audit.c.object, objects), key=lambda row: (row.at, row.id))
    sealed = [row.seq for row in rows if row.seq is not None]
    verdict = verified(uow, max(sealed, default=0), since=min(sealed, default=0))
    proved = {seq for seq in sealed if verdict.after < seq <= verdict.entries} - set(verdict.forged)
    return tuple(Entry(**row._mapping, holds=row.seq in proved) for row in rows), verdict
