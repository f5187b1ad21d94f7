"""Members and their phones, as planning and sending need them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update

from outreach.loops.consent import Action, ConsentClass, ConsentEvent
from outreach.loops.standing import Standing
from outreach.store.batches import rows_in
from outreach.store.tables import consent_event, contact_point, member, member_contact
from outreach.store.unit_of_work import UnitOfWork

NUMBER = "contact_point:number"
USABLE = ("unverified", "active")


@dataclass(frozen=True, slots=True)
class StoredMember:
    """A member's language, the zones they may be in, and their phones."""

    id: int
    program: int
    language: str
    zones: tuple[str, ...]
    contact_points: tuple[int, ...]
    tier: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Phone:
    """One contact point; its number stays hidden in every print."""

    id: int
    number: str = field(repr=False)
    usable: bool


def members(uow: UnitOfWork, member_ids: Iterable[int]) -> dict[int, StoredMember]:
    """Return members by id, each with its contact points."""
    ids = sorted(set(member_ids))
    phones: dict[int, list[int]] = defaultdict(list)
    for row in sorted(rows_in(uow, select(member_contact), member_contact.c.member_id, ids)):
        phones[row.member_id].append(row.contact_point_id)
    columns = (member.c.id, member.c.program_id, member.c.language, member.c.zones, member.c.tier, member.c.standing)
    return {
        row.id: StoredMember(
            id=row.id,
            program=row.program_id,
            language=row.language,
            zones=tuple(row.zones),
            contact_points=tuple(phones[row.id]),
            tier=row.tier,
            standing=Standing(row.standing),
        )
        for row in rows_in(uow, select(*columns), member.c.id, ids)
    }


def members_on(uow: UnitOfWork, contact_point_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return the members who share each contact point."""
    found: dict[int, list[int]] = defaultdict(list)
    for row in rows_in(uow, select(member_contact), member_contact.c.contact_point_id, contact_point_ids):
        found[row.contact_point_id].append(row.member_id)
    return {phone: sorted(ids) for phone, ids in found.items()}


def lock_phones(uow: UnitOfWork, contact_point_ids: Iterable[int], skip_locked: bool = False) -> list[int]:
    """Lock contact points by id, first of all locks; with `skip_locked` return only those nobody else holds.

    As all row locks here it leaves keys shareable: a new touch that only points to a phone must not wait for it,
    since whoever plans one holds the loop already and the lock order would be broken by a foreign key.
    """
    ids = sorted(set(contact_point_ids))
    query = select(contact_point.c.id).order_by(contact_point.c.id)
    query = query.with_for_update(skip_locked=skip_locked, key_share=True)
    return sorted(row.id for row in rows_in(uow, query, contact_point.c.id, ids))


def phones(uow: UnitOfWork, contact_point_ids: Iterable[int]) -> dict[int, Phone]:
    """Return phones by id with their numbers opened."""
    query = select(contact_point.c.id, contact_point.c.number, contact_point.c.state)
    return {
        row.id: Phone(row.id, uow.keyring.open(NUMBER, row.id, row.number), row.state in USABLE)
        for row in rows_in(uow, query, contact_point.c.id, set(contact_point_ids))
    }


def phone_of_number(uow: UnitOfWork, number: str) -> int:
    """Return the contact point of an E.164 number, stored now if it is new."""
    index = uow.keyring.index("number", number)
    known = uow.all(select(contact_point.c.id).where(contact_point.c.number_index == index))
    if known:
        return int(known[0].id)
    new = uow.next_id()
    sealed = uow.keyring.seal(NUMBER, new, number)
    row = {"id": new, "number_index": index, "number": sealed, "state": "unverified"}
    if uow.insert_new(contact_point, row):
        return new
    # Another transaction stored it after we looked, and has committed: two copies of a stranger's first text.
    return int(uow.all(select(contact_point.c.id).where(contact_point.c.number_index == index))[0].id)


def consents(uow: UnitOfWork, contact_point_ids: Iterable[int]) -> dict[int, tuple[ConsentEvent, ...]]:
    """Return each phone's ledger."""
    found: dict[int, list[ConsentEvent]] = defaultdict(list)
    query = select(
        consent_event.c.contact_point_id, consent_event.c.action, consent_event.c.at, consent_event.c.received_at,
        consent_event.c.member_id, consent_event.c.channel, consent_event.c.category, consent_event.c.consent_class,
    )  # fmt: skip
    for row in rows_in(uow, query, consent_event.c.contact_point_id, set(contact_point_ids)):
        found[row.contact_point_id].append(
            ConsentEvent(
                action=Action(row.action),
                at=row.at,
                received_at=row.received_at,
                member=row.member_id,
                channel=row.channel,
                category=row.category,
                consent_class=ConsentClass(row.consent_class) if row.consent_class else None,
            )
        )
    return {phone: tuple(events) for phone, events in found.items()}


def note_consent(uow: UnitOfWork, phone: int, event: ConsentEvent, source: str, rule: str, evidence: str) -> None:
    """Append one entry to a phone's ledger, with its rule and a pointer to its evidence (LAW-24, LAW-26)."""
    new = uow.next_id()
    row = {
        "id": new, "contact_point_id": phone, "member_id": event.member, "action": event.action,
        "channel": event.channel, "category": event.category, "consent_class": event.consent_class, "at": event.at,
        "received_at": event.received_at, "source": source, "rule": rule, "evidence": evidence,
    }  # fmt: skip
    uow.insert(consent_event, [row])
    uow.audit(f"consent.{event.action}", f"contact_point:{phone}", rule)


def set_state(uow: UnitOfWork, phone: int, state: str) -> None:
    """Set what is known about a number (rulebook 0.2)."""
    uow.execute(update(contact_point).where(contact_point.c.id == phone).values(state=state))
    uow.audit(f"number.{state}", f"contact_point:{phone}")


def set_language(uow: UnitOfWork, member_ids: Iterable[int], language: str) -> None:
    """Write to these members in another language from now on."""
    for member_id in member_ids:
        uow.execute(update(member).where(member.c.id == member_id).values(language=language))
        uow.audit("member.language", f"member:{member_id}")


def set_standing(uow: UnitOfWork, member_id: int, standing: Standing, review_at: datetime | None) -> None:
    """Note that a member cannot come for a while, died, or is back (CARE-10, CARE-11)."""
    values = {"standing": standing, "review_at": review_at}
    uow.execute(update(member).where(member.c.id == member_id).values(**values))
    uow.audit(f"member.{standing}", f"member:{member_id}", "CARE-10" if standing is Standing.DECEASED else "CARE-11")


def known_phone(uow: UnitOfWork, number: str) -> int | None:
    """Return the contact point of an E.164 number, or None."""
    index = uow.keyring.index("number", number)
    rows = uow.all(select(contact_point.c.id).where(contact_point.c.number_index == index))
    return int(rows[0].id) if rows else None
