"""What an auditor reads about one loop: consent, every text and reply, decisions, work, and the trail of it all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, or_, select

from outreach.store import chain
from outreach.store.batches import rows_in
from outreach.store.chain import Verdict
from outreach.store.claims import BODY as SENT_BODY
from outreach.store.reads import loops
from outreach.store.reads.loops import LoopRow
from outreach.store.reads.signals import SignalRow, signals
from outreach.store.reads.thread import opened_trail
from outreach.store.reads.timeline import Decided, decided
from outreach.store.replies import BODY
from outreach.store.tables import (
    attempt,
    audit,
    consent_event,
    member_contact,
    message_version,
    prompt,
    reply,
    task,
    touch,
)
from outreach.store.unit_of_work import UnitOfWork


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


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to send a text, with the words of that moment; `words` is the approved version they come from."""

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


@dataclass(frozen=True, slots=True)
class Text:
    """One text: what was planned, what the gate and the carrier said of it, and each try to send it."""

    at: datetime
    id: int
    step: str
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
    """One row of the audit trail; `holds` when the chain up to it verifies, False too while it is not sealed."""

    at: datetime
    id: int
    actor: str
    action: str
    object: str
    rule: str | None
    seq: int | None
    hash: str | None
    prev: str | None
    holds: bool


@dataclass(frozen=True, slots=True)
class LoopEvidence:
    """Everything on record about one loop, each part oldest first."""

    loop: LoopRow
    consents: tuple[Consent, ...]
    texts: tuple[Text, ...]
    replies: tuple[Reply, ...]
    events: tuple[Decided, ...]
    tasks: tuple[Work, ...]
    signals: tuple[SignalRow, ...]
    trail: tuple[Entry, ...]
    chain: Verdict


def loop_evidence(uow: UnitOfWork, loop_id: int) -> LoopEvidence | None:
    """Return what is on record about a loop, opened, or None; the caller audits that it was viewed or exported.

    The audit chain is recomputed from its start to the last entry shown: seconds for each million of entries.
    """
    about = loops.one(uow, loop_id)
    if about is None:
        return None
    consents, texts = _consents(uow, about.member_id), _texts(uow, loop_id)
    replies, tasks = _replies(uow, loop_id, about.member_id), _tasks(uow, loop_id)
    objects = [f"loop:{loop_id}", f"member:{about.member_id}"]
    objects += [f"contact_point:{phone}" for phone in sorted({found.phone for found in consents})]
    for kind, rows in (("touch", texts), ("reply", replies), ("task", tasks)):
        objects += [f"{kind}:{row.id}" for row in rows]
    trail, verdict = _trail(uow, objects)
    return LoopEvidence(
        loop=about,
        consents=consents,
        texts=texts,
        replies=replies,
        events=tuple(sorted(decided(uow, loop_id), key=lambda event: (event.at, event.id))),
        tasks=tasks,
        signals=tuple(signals(uow, loop_id)),
        trail=trail,
        chain=verdict,
    )


def _columns(table: Table, shown: Iterable[str], **renamed: Any) -> list[Any]:
    """Return the columns of a row that is stored as it is shown."""
    return [renamed[name].label(name) if name in renamed else table.c[name] for name in shown]


def _consents(uow: UnitOfWork, member_id: int) -> tuple[Consent, ...]:
    phones = select(member_contact.c.contact_point_id).where(member_contact.c.member_id == member_id)
    ledger = consent_event.c
    mine = and_(ledger.contact_point_id.in_(phones), or_(ledger.member_id == member_id, ledger.member_id.is_(None)))
    named = {"at": ledger.received_at, "phone": ledger.contact_point_id, "member": ledger.member_id}
    query = select(*_columns(consent_event, Consent.__dataclass_fields__, **named)).where(mine)
    return tuple(Consent(**row._mapping) for row in uow.all(query.order_by(ledger.received_at, ledger.id)))


def _texts(uow: UnitOfWork, loop_id: int) -> tuple[Text, ...]:
    rows = uow.all(select(touch).where(touch.c.loop_id == loop_id).order_by(touch.c.planned_for, touch.c.id))
    versions = (message_version.c.key, message_version.c.version, message_version.c.approver)
    query = select(attempt, *versions).join(message_version, message_version.c.id == attempt.c.message_version_id)
    tries: dict[int, list[Attempt]] = {row.id: [] for row in rows}
    for row in rows_in(uow, query.order_by(attempt.c.fencing), attempt.c.touch_id, tries):
        tries[row.touch_id].append(
            Attempt(
                touch=row.touch_id, fencing=row.fencing, at=row.claimed_at, outcome=row.outcome, language=row.language,
                words=row.key, version=row.version, approver=row.approver,
                body=uow.keyring.open(SENT_BODY, row.touch_id, row.body), body_sha256=row.body_sha256,
            )
        )  # fmt: skip
    names = [name for name in Text.__dataclass_fields__ if name not in ("at", "attempts")]
    return tuple(
        Text(at=row.planned_for, attempts=tuple(tries[row.id]), **{name: getattr(row, name) for name in names})
        for row in rows
    )


def _replies(uow: UnitOfWork, loop_id: int, member_id: int) -> tuple[Reply, ...]:
    mine = or_(reply.c.loop_id == loop_id, and_(reply.c.loop_id.is_(None), reply.c.member_id == member_id))
    query = select(reply, prompt.c.key).outerjoin(prompt, prompt.c.id == reply.c.prompt_id).where(mine)
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


def _tasks(uow: UnitOfWork, loop_id: int) -> tuple[Work, ...]:
    query = select(*_columns(task, Work.__dataclass_fields__, at=task.c.opened_at)).where(task.c.loop_id == loop_id)
    return tuple(Work(**row._mapping) for row in uow.all(query.order_by(task.c.opened_at, task.c.id)))


def _trail(uow: UnitOfWork, objects: list[str]) -> tuple[tuple[Entry, ...], Verdict]:
    columns = [audit.c[name] for name in Entry.__dataclass_fields__ if name != "holds"]
    rows = sorted(rows_in(uow, select(*columns), audit.c.object, objects), key=lambda row: (row.at, row.id))
    last = max((row.seq for row in rows if row.seq is not None), default=0)
    verdict = chain.verified(uow, last)
    entries = [Entry(**row._mapping, holds=row.seq is not None and row.seq <= verdict.entries) for row in rows]
    return tuple(entries), verdict
