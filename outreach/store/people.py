"""Members and their phones, as planning and sending need them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, bindparam, cast, exists, func, select, update

from outreach.loops.consent import Channel
from outreach.loops.contact_rule import ANY_WAY, ContactRule
from outreach.loops.numbers import NumberState
from outreach.loops.standing import Standing
from outreach.store.batches import rows_in
from outreach.store.seal import Keyring
from outreach.store.tables import contact_point, member, member_contact, number_check, reply
from outreach.store.types import Sealed
from outreach.store.unit_of_work import UnitOfWork

NUMBER = "contact_point:number"
CONTACT_RULE = "member:contact_rule"


@dataclass(frozen=True, slots=True)
class StoredMember:
    """A member's language, the zones and states they may be in, their phones, and how they want to be reached."""

    id: int
    program: int
    language: str
    zones: tuple[str, ...]
    contact_points: tuple[int, ...]
    tier: int
    standing: Standing
    states: tuple[str, ...] = ()
    contact_rule: ContactRule = field(default=ANY_WAY, repr=False)
    callable_points: tuple[int, ...] = ()

    @property
    def phone(self) -> int | None:
        """The phone we write to: the first that the member allows (HIP-06)."""
        allowed = self.contact_rule.phones
        return next((phone for phone in self.contact_points if not allowed or phone in allowed), None)


@dataclass(frozen=True, slots=True)
class Phone:
    """One contact point; its number stays hidden in every print.

    `verified_at` is when somebody was surely there, `looked_up_at` when it was last looked up (LAW-37, LAW-38),
    `unread` whether a text from it waits to be understood, `quiet_until` how long no machine answers it (TWI-26),
    and `line_asked_at` since when it is asked whether it is a landline (TWI-37).
    """

    id: int
    sealed: Sealed = field(repr=False)
    keyring: Keyring = field(repr=False, compare=False)
    state: NumberState
    verified_at: datetime | None
    looked_up_at: datetime | None
    unread: bool
    quiet_until: datetime | None
    line_asked_at: datetime | None = None

    @property
    def number(self) -> str:
        """The number, opened where it is asked for and nowhere before: most of what looks at a phone never does."""
        return self.keyring.open(NUMBER, self.id, self.sealed)


_MEMBERS = (
    select(
        member.c.id, member.c.program_id, member.c.language, cast(member.c.zones, Text), member.c.tier,
        member.c.standing, cast(member.c.states, Text), member.c.contact_rule, contact_point.c.id,
        contact_point.c.state,
    )
    .outerjoin(member_contact, member_contact.c.member_id == member.c.id)
    .outerjoin(contact_point, contact_point.c.id == member_contact.c.contact_point_id)
)  # fmt: skip


def members(uow: UnitOfWork, member_ids: Iterable[int]) -> dict[int, StoredMember]:
    """Return members by id, each with its contact points."""
    rows: dict[int, Any] = {}
    phones: dict[int, list[tuple[bool, int, str]]] = defaultdict(list)
    for row in rows_in(uow, _MEMBERS, member.c.id, sorted(set(member_ids))):
        who, *_, phone, state = row
        rows[who] = row
        if phone is not None:
            phones[who].append((_out_of_use(state), phone, state))
    return {who: _member(uow, row, sorted(phones[who])) for who, row in rows.items()}


def _member(uow: UnitOfWork, row: Any, phones: list[tuple[bool, int, str]]) -> StoredMember:
    who, program, language, zones, tier, standing, states, wishes, _, _ = row
    return StoredMember(
        id=who,
        program=program,
        language=language,
        zones=_listed(zones),
        contact_points=tuple(phone for _, phone, _ in phones),
        tier=tier,
        standing=Standing(standing),
        states=_listed(states),
        contact_rule=_contact_rule(uow, who, wishes),
        callable_points=tuple(phone for _, phone, state in phones if not _out_of_use(state, Channel.VOICE)),
    )


@lru_cache(maxsize=4096)
def _listed(stored: str) -> tuple[str, ...]:
    """Read a list as it is stored: there are few different ones, and they are read for every text."""
    return tuple(json.loads(stored))


@lru_cache(maxsize=64)
def _out_of_use(state: str, channel: Channel = Channel.SMS) -> bool:
    """Such a number comes last. One that blocked us keeps its place: another is no way round a no."""
    return state != NumberState.BLOCKED and NumberState(state).objection(channel) is not None


def _contact_rule(uow: UnitOfWork, who: int, wishes: Sealed | None) -> ContactRule:
    return ContactRule.read(uow.keyring.open(CONTACT_RULE, who, wishes)) if wishes is not None else ANY_WAY


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


_LOOKED_UP = select(func.max(number_check.c.at)).where(number_check.c.contact_point_id == contact_point.c.id)
_UNREAD = exists().where(reply.c.contact_point_id == contact_point.c.id, reply.c.read_at.is_(None))
_PHONES = select(
    contact_point.c.id, contact_point.c.number, contact_point.c.state, contact_point.c.verified_at,
    _LOOKED_UP.scalar_subquery(), _UNREAD, contact_point.c.quiet_until, contact_point.c.line_asked_at,
)  # fmt: skip


def phones(uow: UnitOfWork, contact_point_ids: Iterable[int]) -> dict[int, Phone]:
    """Return phones by id."""
    return {
        phone: Phone(phone, number, uow.keyring, NumberState(state), *known)
        for phone, number, state, *known in rows_in(uow, _PHONES, contact_point.c.id, set(contact_point_ids))
    }


_BY_NUMBER = (
    select(contact_point.c.id, contact_point.c.purged_at)
    .where(contact_point.c.number_index == bindparam("index", type_=contact_point.c.number_index.type))
    .with_for_update(key_share=True)  # so that it is not purged meanwhile
)


def phone_of_number(uow: UnitOfWork, number: str) -> int:
    """Return the contact point of an E.164 number, stored now if it is new, and locked as `lock_phones` does."""
    index = uow.keyring.index("number", number)
    known = uow.all(_BY_NUMBER, {"index": index})
    if known:
        give_back(uow, {row.id: number for row in known if row.purged_at is not None})
        return int(known[0].id)
    new = uow.next_id()
    sealed = uow.keyring.seal(NUMBER, new, number)
    row = {"id": new, "number_index": index, "number": sealed, "state": "unverified"}
    if uow.insert_new(contact_point, row):
        return new
    # Another transaction stored it after we looked, and has committed: two copies of a stranger's first text.
    return int(uow.all(_BY_NUMBER, {"index": index})[0].id)


def give_back(uow: UnitOfWork, numbers: Mapping[int, str]) -> None:
    """Give purged phones their numbers again: an opt-out never ended, and the number came back (LAW-30)."""
    for phone, number in numbers.items():
        values = {"number": uow.keyring.seal(NUMBER, phone, number), "purged_at": None}
        uow.execute(update(contact_point).where(contact_point.c.id == phone).values(**values))
        uow.audit("contact_point.returned", f"contact_point:{phone}", "LAW-30")


def set_state(uow: UnitOfWork, phone: int, state: NumberState) -> None:
    """Set what is known about a number (rulebook 0.2)."""
    uow.execute(update(contact_point).where(contact_point.c.id == phone).values(state=state))
    uow.audit(f"number.{state}", f"contact_point:{phone}")


def verified(uow: UnitOfWork, *phones: int) -> None:
    """Note that these numbers are surely still theirs: they wrote, or a person spoke with them (LAW-38)."""
    if phones:
        uow.execute(update(contact_point).where(contact_point.c.id.in_(phones)).values(verified_at=uow.now))


def set_quiet(uow: UnitOfWork, phone: int, until: datetime) -> None:
    """Nothing automatic answers this phone until then: a machine seems to be there (TWI-26)."""
    uow.execute(update(contact_point).where(contact_point.c.id == phone).values(quiet_until=until))
    uow.audit("number.quiet", f"contact_point:{phone}", "TWI-26")


def ask_line(uow: UnitOfWork, phone: int, since: datetime | None) -> None:
    """Ask whether this is a landline, since an instant; None when that is answered (TWI-37)."""
    uow.execute(update(contact_point).where(contact_point.c.id == phone).values(line_asked_at=since))


def lines_asked(uow: UnitOfWork, limit: int) -> list[int]:
    """Return phones of which somebody has to ask whether they are landlines: those that waited longest."""
    asked = contact_point.c.line_asked_at
    query = select(contact_point.c.id).where(asked.is_not(None)).order_by(asked, contact_point.c.id)
    return sorted(row.id for row in uow.all(query.limit(limit)))


def set_contact_rule(uow: UnitOfWork, member_id: int, wishes: ContactRule) -> None:
    """Store how a member wants to be reached (HIP-06); the trail says that it changed, not to what."""
    text = wishes.text()
    sealed = uow.keyring.seal(CONTACT_RULE, member_id, text) if text else None
    uow.execute(update(member).where(member.c.id == member_id).values(contact_rule=sealed))
    uow.audit("member.contact_rule", f"member:{member_id}", "HIP-06")


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
