"""Members, their phones and their consents, found and stored in bulk as a clinic's file brings them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from outreach.loops.consent import Action, ConsentClass, Organisation, Party
from outreach.store import names
from outreach.store.batches import rows_in
from outreach.store.people import NUMBER, give_back
from outreach.store.tables import consent_event, contact_point, member, member_contact
from outreach.store.types import Sealed
from outreach.store.unit_of_work import UnitOfWork

EXTERNAL_ID, NAME, ABOUT = "member:external_id", "member:name", "member:about"


@dataclass(frozen=True, slots=True)
class EnrolledMember:
    """A member with what a file can say about them; `phones` are contact points."""

    id: int
    name: str | None = field(repr=False)
    about: str | None = field(repr=False)
    language: str
    zones: tuple[str, ...]
    zone_source: str
    phones: tuple[int, ...] = ()
    tier: int = 1
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """One consent for one phone, with its provenance (LAW-26, LAW-27); `identity` tells an entry made before.

    `collector` is who took it, the actor of the import when the file does not say; `prior` the entry it supersedes.
    """

    phone: int
    member: int
    channel: str
    category: str
    consent_class: str
    at: datetime
    method: str
    text_version: str | None
    language: str
    organisation: str | None = None
    party: str = Party.MEMBER
    collector: str | None = None
    evidence: str | None = None
    expires_at: datetime | None = None
    prior: int | None = None

    @property
    def scope(self) -> tuple[int, int, str, str]:
        """What only one entry can stand for: a phone, whose, which channel, what about."""
        return (self.phone, self.member, self.channel, self.category)

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes two entries the same consent, whichever phone they are for."""
        said = (self.consent_class, self.at, self.method, self.text_version, self.organisation, self.expires_at)
        return (self.member, self.channel, self.category, *said)


@dataclass(frozen=True, slots=True)
class GrantedBefore:
    """What the ledger has of some members: the phones of each consent by its identity, the last entry of each scope."""

    phones: dict[tuple[object, ...], set[int]]
    last: dict[tuple[int, int, str, str], int]


def find_members(uow: UnitOfWork, program_id: int, external_ids: Iterable[str]) -> dict[str, EnrolledMember]:
    """Return the members of a program whom these ids stand for; ids nobody has are left out."""
    ids = {_index(uow, external_id): external_id for external_id in external_ids}
    rows = rows_in(uow, select(member).where(member.c.program_id == program_id), member.c.external_index, ids)
    phones: dict[int, list[int]] = defaultdict(list)
    for link in sorted(rows_in(uow, select(member_contact), member_contact.c.member_id, [row.id for row in rows])):
        phones[link.member_id].append(link.contact_point_id)
    return {
        ids[row.external_index]: EnrolledMember(
            id=row.id,
            name=_opened(uow, NAME, row.id, row.name),
            about=_opened(uow, ABOUT, row.id, row.about),
            language=row.language,
            zones=tuple(row.zones),
            zone_source=row.zone_source,
            phones=tuple(phones[row.id]),
            tier=row.tier,
            states=tuple(row.states),
        )
        for row in rows
    }


def abouts(uow: UnitOfWork, member_ids: Iterable[int]) -> dict[int, str | None]:
    """Return what tells each of these members from others, as it is kept on them."""
    rows = rows_in(uow, _ABOUTS, member.c.id, sorted(set(member_ids)))
    return {row.id: _opened(uow, ABOUT, row.id, row.about) for row in rows}


_ABOUTS = select(member.c.id, member.c.about)


def add_members(uow: UnitOfWork, program_id: int, new: Mapping[str, EnrolledMember]) -> None:
    """Store new members by the clinic's id of them."""
    rows = [
        {
            "id": found.id,
            "program_id": program_id,
            "external_index": _index(uow, external_id),
            "external_id": uow.keyring.seal(EXTERNAL_ID, found.id, external_id),
            **_columns(uow, found),
        }
        for external_id, found in new.items()
    ]
    uow.insert(member, rows)
    names.add_names(uow, {found.id: found.name for found in new.values()})


def change_members(uow: UnitOfWork, changed: Iterable[EnrolledMember]) -> None:
    """Store what a file says about members it names again."""
    found_again = list(changed)
    rows = [
        {"member_id": found.id} | {f"new_{name}": value for name, value in _columns(uow, found).items()}
        for found in found_again
    ]
    if rows:
        columns = ("name", "about", "language", "zones", "zone_source", "tier", "states")
        values = {name: bindparam(f"new_{name}", type_=member.c[name].type) for name in columns}
        uow.execute(update(member).where(member.c.id == bindparam("member_id")).values(**values), rows)
        names.index_names(uow, {found.id: found.name for found in found_again})


def phones_of_numbers(uow: UnitOfWork, numbers: Iterable[str]) -> dict[str, int]:
    """Return the contact point of each E.164 number, those that are new stored now."""
    by_index = {uow.keyring.index("number", number): number for number in numbers}
    query = select(contact_point.c.id, contact_point.c.number_index, contact_point.c.purged_at)
    known = rows_in(uow, query, contact_point.c.number_index, by_index)
    give_back(uow, {row.id: by_index[row.number_index] for row in known if row.purged_at is not None})
    found = {by_index[row.number_index]: row.id for row in known}
    new = [(index, number) for index, number in by_index.items() if number not in found]
    rows = [
        {
            "id": row_id,
            "number_index": index,
            "number": uow.keyring.seal(NUMBER, row_id, number),
            "state": "unverified",
        }
        for row_id, (index, number) in zip(uow.next_ids(len(new)), new, strict=True)
    ]
    uow.insert(contact_point, rows)
    return found | {number: row["id"] for row, (_, number) in zip(rows, new, strict=True)}


def link_phones(uow: UnitOfWork, links: Iterable[tuple[int, int]]) -> None:
    """Let (member, contact point) belong together from now on."""
    uow.insert(member_contact, [{"member_id": who, "contact_point_id": phone} for who, phone in links])


def links_of(uow: UnitOfWork, member_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Return (member, contact point) of these members."""
    found = rows_in(uow, select(member_contact), member_contact.c.member_id, member_ids)
    return sorted((row.member_id, row.contact_point_id) for row in found)


def unlink_phones(uow: UnitOfWork, links: Sequence[tuple[int, int]]) -> None:
    """Let (member, contact point) no longer belong together; the phone's own ledger stays."""
    for who, phone in links:
        mine = (member_contact.c.member_id == who) & (member_contact.c.contact_point_id == phone)
        uow.execute(delete(member_contact).where(mine))
        uow.audit("phone.unlinked", f"member:{who}", "LAW-40")


def granted_before(uow: UnitOfWork, member_ids: Iterable[int]) -> GrantedBefore:
    """Return what these members agreed to before, of all that the ledger has."""
    ledger = consent_event.c
    query = select(
        ledger.id, ledger.contact_point_id, ledger.member_id, ledger.channel, ledger.category, ledger.consent_class,
        ledger.at, ledger.source, ledger.text_version, ledger.organisation, ledger.expires_at,
    ).where(ledger.action == Action.GRANT)  # fmt: skip
    found = GrantedBefore(defaultdict(set), {})
    for row in sorted(rows_in(uow, query, ledger.member_id, member_ids), key=lambda row: (row.at, row.id)):
        owner = row.organisation or usual_organisation(row.consent_class)  # before files said whose it is
        found.phones[(*row[2:9], owner, row.expires_at)].add(row.contact_point_id)
        found.last[(row.contact_point_id, row.member_id, row.channel, row.category)] = row.id
    return found


def usual_organisation(consent_class: str) -> Organisation:
    """Return whose a consent is when nothing says so: a number that was only given was given to the plan (LAW-05)."""
    return Organisation.PLAN if consent_class == ConsentClass.PEC_PROVIDED else Organisation.PROGRAM


def note_grants(uow: UnitOfWork, grants: Sequence[Grant], run: int) -> None:
    """Append consents that a file brought to the ledger, each with its run as evidence."""
    rows = [
        {
            "id": row_id,
            "contact_point_id": grant.phone,
            "member_id": grant.member,
            "action": Action.GRANT,
            "channel": grant.channel,
            "category": grant.category,
            "consent_class": grant.consent_class,
            "at": grant.at,
            "received_at": uow.now,
            "source": grant.method,
            "text_version": grant.text_version,
            "language": grant.language,
            "rule": "LAW-26",
            "evidence": grant.evidence or f"import:{run}",
            "collector": grant.collector or str(uow.actor),
            "organisation": grant.organisation,
            "party": grant.party,
            "expires_at": grant.expires_at,
            "prior_id": grant.prior,
        }
        for row_id, grant in zip(uow.next_ids(len(grants)), grants, strict=True)
    ]
    uow.insert(consent_event, rows)


def _columns(uow: UnitOfWork, found: EnrolledMember) -> dict[str, Any]:
    return {
        "name": uow.keyring.seal(NAME, found.id, found.name) if found.name else None,
        "about": uow.keyring.seal(ABOUT, found.id, found.about) if found.about else None,
        "language": found.language,
        "zones": list(found.zones),
        "zone_source": found.zone_source,
        "tier": found.tier,
        "states": list(found.states),
    }


def _opened(uow: UnitOfWork, place: str, row: int, sealed: Sealed | None) -> str | None:
    return None if sealed is None else uow.keyring.open(place, row, sealed)


def _index(uow: UnitOfWork, external_id: str) -> bytes:
    return uow.keyring.index("member", external_id)
