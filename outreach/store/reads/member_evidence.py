"""What an auditor reads about one member over a time: consent, what left under which consent, what did not and why."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from outreach.store.reads import evidence_rows
from outreach.store.reads.evidence_rows import Consent, Entry, Reply, Text, Work
from outreach.store.tables import anchor, clinic, loop, member, member_contact, number_check, program, sharing_event
from outreach.store.tables import reply as replied
from outreach.store.tables import task as worked
from outreach.store.tables import touch as touched
from outreach.store.unit_of_work import UnitOfWork
from outreach.store.verification import Verdict


@dataclass(frozen=True, slots=True)
class Period:
    """From an instant on, and until before another; open at either end."""

    since: datetime | None = None
    until: datetime | None = None

    def of(self, column: ColumnElement[datetime]) -> ColumnElement[bool]:
        """Return whether a dated row lies in it."""
        bounds = [column >= self.since] if self.since else []
        bounds += [column < self.until] if self.until else []
        return and_(True, *bounds)


@dataclass(frozen=True, slots=True)
class Shared:
    """One entry of what may be told to whom, for which work."""

    at: datetime
    id: int
    information: str
    recipient: str
    workflow: str
    action: str
    source: str
    collector: str
    rule: str
    evidence: str | None


@dataclass(frozen=True, slots=True)
class LookUp:
    """What a look-up of a reassigned number answered (LAW-37)."""

    at: datetime
    phone: int
    since: date
    answer: str
    source: str


@dataclass(frozen=True, slots=True)
class Promise:
    """One loop of the member: a visit, and how it ended."""

    id: int
    program: str
    clinic: str
    zone: str
    day: date
    stage: str
    outcome: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class MemberEvidence:
    """Everything on record about one member in a period, each part oldest first; the ledger is always whole."""

    member: int
    period: Period
    zone: str
    consents: tuple[Consent, ...]
    sharing: tuple[Shared, ...]
    look_ups: tuple[LookUp, ...]
    promises: tuple[Promise, ...]
    texts: tuple[Text, ...]
    replies: tuple[Reply, ...]
    tasks: tuple[Work, ...]
    trail: tuple[Entry, ...]
    chain: Verdict

    @property
    def left(self) -> tuple[Text, ...]:
        """The texts that left, or may have."""
        return tuple(text for text in self.texts if text.attempts)

    @property
    def kept_back(self) -> tuple[Text, ...]:
        """The texts that were refused, or are held."""
        return tuple(text for text in self.texts if not text.attempts and text.rule)


def member_evidence(uow: UnitOfWork, member_id: int, period: Period) -> MemberEvidence | None:
    """Return what is on record about a member, opened, or None; the caller audits who looked, and why (HIP-14)."""
    known = uow.all(select(program.c.zone).join(member).where(member.c.id == member_id))
    if not known:
        return None
    phones = [row.contact_point_id for row in uow.all(_phones(member_id))]
    promises = _promises(uow, member_id)
    mine, alone = [found.id for found in promises], touched.c.loop_id.is_(None)
    on_phone = and_(alone, touched.c.contact_point_id.in_(phones), touched.c.member_id.is_(None)) if phones else false()
    texts = evidence_rows.texts(
        uow, and_(or_(touched.c.member_id == member_id, on_phone), period.of(touched.c.planned_for))
    )
    heard = or_(replied.c.loop_id.in_(mine), replied.c.member_id == member_id)
    work = or_(worked.c.loop_id.in_(mine), worked.c.member_id == member_id)
    replies = evidence_rows.replies(uow, and_(heard, period.of(replied.c.received_at)))
    tasks = evidence_rows.tasks(uow, and_(work, period.of(worked.c.opened_at)))
    consents = evidence_rows.consents(uow, member_id)
    objects = [f"member:{member_id}", *(f"loop:{loop_id}" for loop_id in mine)]
    objects += [f"contact_point:{phone}" for phone in sorted({*phones, *(found.phone for found in consents)})]
    for kind, rows in (("touch", texts), ("reply", replies), ("task", tasks)):
        objects += [f"{kind}:{row.id}" for row in rows]
    trail, verdict = evidence_rows.trail(uow, objects)
    within = tuple(entry for entry in trail if _within(period, entry.at))
    return MemberEvidence(
        member_id, period, known[0].zone, consents, _sharing(uow, member_id), _look_ups(uow, phones), promises, texts,
        replies, tasks, within, verdict,
    )  # fmt: skip


def _within(period: Period, at: datetime) -> bool:
    return (period.since is None or at >= period.since) and (period.until is None or at < period.until)


def _phones(member_id: int) -> Select[Any]:
    return select(member_contact.c.contact_point_id).where(member_contact.c.member_id == member_id)


def _sharing(uow: UnitOfWork, member_id: int) -> tuple[Shared, ...]:
    columns = [sharing_event.c[field.name] for field in fields(Shared)]
    query = select(*columns).where(sharing_event.c.member_id == member_id).order_by(sharing_event.c.id)
    return tuple(Shared(**row._mapping) for row in uow.all(query))


def _look_ups(uow: UnitOfWork, phones: list[int]) -> tuple[LookUp, ...]:
    found = number_check.c
    query = select(found.at, found.contact_point_id.label("phone"), found.since, found.answer, found.source)
    rows = uow.all(query.where(found.contact_point_id.in_(phones)).order_by(found.id)) if phones else []
    return tuple(LookUp(**row._mapping) for row in rows)


def _promises(uow: UnitOfWork, member_id: int) -> tuple[Promise, ...]:
    query = (
        select(
            loop.c.id, program.c.name.label("program"), clinic.c.name.label("clinic"), anchor.c.zone, anchor.c.day,
            loop.c.stage, loop.c.outcome, loop.c.reason,
        )
        .join(anchor, anchor.c.id == loop.c.anchor_id)
        .join(clinic, clinic.c.id == anchor.c.clinic_id)
        .join(program, program.c.id == loop.c.program_id)
        .where(loop.c.member_id == member_id)
        .order_by(anchor.c.day, loop.c.id)
    )  # fmt: skip
    return tuple(Promise(**row._mapping) for row in uow.all(query))
