"""Single values that pages mask, opened for who asks for one of them; the caller audits each."""

from __future__ import annotations

from sqlalchemy import select

from outreach.loops.contact_rule import ContactRule
from outreach.store.enrolment import EXTERNAL_ID
from outreach.store.people import CONTACT_RULE, NUMBER
from outreach.store.tables import contact_point, member
from outreach.store.unit_of_work import UnitOfWork


def number(uow: UnitOfWork, phone_id: int) -> str | None:
    """Return the whole number of a phone, or None where there is none, or none any more."""
    known = (contact_point.c.id == phone_id) & contact_point.c.purged_at.is_(None)
    rows = uow.all(select(contact_point.c.number).where(known))
    return uow.keyring.open(NUMBER, phone_id, rows[0].number) if rows else None


def external_id(uow: UnitOfWork, member_id: int) -> str | None:
    """Return the clinic's number for a member, or None."""
    rows = uow.all(select(member.c.external_id).where(member.c.id == member_id, member.c.purged_at.is_(None)))
    return uow.keyring.open(EXTERNAL_ID, member_id, rows[0].external_id) if rows else None


def code_word(uow: UnitOfWork, member_id: int) -> str | None:
    """Return the word by which a member in danger is known to speak, or None (CRI-07)."""
    rows = uow.all(select(member.c.contact_rule).where(member.c.id == member_id, member.c.purged_at.is_(None)))
    if not rows or rows[0].contact_rule is None:
        return None
    return ContactRule.read(uow.keyring.open(CONTACT_RULE, member_id, rows[0].contact_rule)).code_word
