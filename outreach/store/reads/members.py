"""One member as people see them: who they are, their phones, and everything that the ledger holds about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, or_, select

from outreach.loops.consent import ConsentEvent
from outreach.loops.contact_rule import ContactRule
from outreach.loops.numbers import NumberState
from outreach.loops.standing import Standing
from outreach.store import consents
from outreach.store.batches import rows_in
from outreach.store.enrolment import NAME
from outreach.store.people import CONTACT_RULE, NUMBER
from outreach.store.reads.loops import Named, named
from outreach.store.tables import consent_event, contact_point, member, member_contact, number_check, program
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member; `state` is the program's, which stands in where none of the member's is known."""

    id: int
    name: str | None = field(repr=False)
    language: str
    zones: tuple[str, ...]
    zone_source: str
    states: tuple[str, ...]
    tier: int
    standing: Standing
    review_at: datetime | None
    program: str
    program_phone: str
    zone: str
    state: str | None
    rule: ContactRule = field(repr=False)


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """One phone of a member, with its ledger and who else is reached on it: None is somebody the reader may not see."""

    id: int
    number: str = field(repr=False)
    state: NumberState
    verified_at: datetime | None
    looked_up_at: datetime | None
    answer: str | None
    shared_with: tuple[tuple[int, Named | None], ...]
    ledger: tuple[ConsentEvent, ...]


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One entry of the ledger with its whole provenance (LAW-24, LAW-26); `member` is None for the phone itself."""

    id: int
    phone: int
    at: datetime
    received_at: datetime
    member: int | None
    action: str
    channel: str
    category: str
    consent_class: str | None
    source: str
    collector: str | None
    organisation: str | None
    party: str | None
    text_version: str | None
    language: str | None
    rule: str | None
    evidence: str | None
    expires_at: datetime | None


def member_row(uow: UnitOfWork, member_id: int) -> MemberRow | None:
    """Return a member, opened, or None; the caller audits the view."""
    about = (program.c.name.label("program"), program.c.phone.label("program_phone"), program.c.zone, program.c.state)
    query = select(member, *about).join(program, program.c.id == member.c.program_id)
    rows = uow.all(query.where(member.c.id == member_id, member.c.purged_at.is_(None)))
    if not rows:
        return None
    row = rows[0]
    wishes = uow.keyring.open(CONTACT_RULE, row.id, row.contact_rule) if row.contact_rule else None
    return MemberRow(
        id=row.id,
        name=uow.keyring.open(NAME, row.id, row.name) if row.name else None,
        language=row.language,
        zones=tuple(row.zones),
        zone_source=row.zone_source,
        states=tuple(row.states),
        tier=row.tier,
        standing=Standing(row.standing),
        review_at=row.review_at,
        program=row.program,
        program_phone=row.program_phone,
        zone=row.zone,
        state=row.state,
        rule=ContactRule.read(wishes),
    )


def phone_ids(uow: UnitOfWork, member_id: int) -> list[int]:
    """Return the phones that a member is reached on."""
    query = select(member_contact.c.contact_point_id).where(member_contact.c.member_id == member_id)
    return sorted(row.contact_point_id for row in uow.all(query))


def phones(uow: UnitOfWork, member_id: int) -> list[PhoneRow]:
    """Return a member's phones with their numbers opened; the caller audits the view."""
    ids = phone_ids(uow, member_id)
    rows = rows_in(uow, select(contact_point).order_by(contact_point.c.id), contact_point.c.id, ids)
    ledgers, looked_up, others = consents.consents(uow, ids), _looked_up(uow, ids), _others(uow, member_id, ids)
    return [
        PhoneRow(
            id=row.id,
            number=uow.keyring.open(NUMBER, row.id, row.number),
            state=NumberState(row.state),
            verified_at=row.verified_at,
            looked_up_at=looked_up[row.id].at if row.id in looked_up else None,
            answer=looked_up[row.id].answer if row.id in looked_up else None,
            shared_with=tuple(others[row.id]),
            ledger=ledgers.get(row.id, ()),
        )
        for row in rows
    ]


def ledger(uow: UnitOfWork, member_id: int) -> list[LedgerRow]:
    """Return what the ledger holds about a member and about the phones they are or were reached on, newest first."""
    phone = consent_event.c.contact_point_id
    theirs = or_(
        consent_event.c.member_id == member_id,
        and_(consent_event.c.member_id.is_(None), phone.in_(phone_ids(uow, member_id))),
    )
    rows = uow.all(select(consent_event).where(theirs))
    plain = [name for name in LedgerRow.__dataclass_fields__ if name in consent_event.c and name != "at"]
    found = [
        LedgerRow(
            phone=row.contact_point_id,
            at=row.at or row.received_at,
            member=row.member_id,
            **{name: row._mapping[name] for name in plain},
        )
        for row in rows
    ]
    return sorted(found, key=lambda entry: (entry.at, entry.id), reverse=True)


def _looked_up(uow: UnitOfWork, ids: list[int]) -> dict[int, Row[Any]]:
    query = select(number_check.c.contact_point_id, number_check.c.at, number_check.c.answer)
    rows = rows_in(uow, query.order_by(number_check.c.at, number_check.c.id), number_check.c.contact_point_id, ids)
    return {row.contact_point_id: row for row in rows}


def _others(uow: UnitOfWork, member_id: int, ids: Iterable[int]) -> defaultdict[int, list[tuple[int, Named | None]]]:
    links = rows_in(uow, select(member_contact), member_contact.c.contact_point_id, list(ids))
    others = sorted((row.contact_point_id, row.member_id) for row in links if row.member_id != member_id)
    names = named(uow, {other for _, other in others})
    found: defaultdict[int, list[tuple[int, Named | None]]] = defaultdict(list)
    for phone, other in others:
        found[phone].append((other, names.get(other)))
    return found
