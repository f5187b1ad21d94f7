"""What people write to members in their own words, as rows: sealed, one for each touch that says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from outreach.store.enrolment import NAME
from outreach.store.everywhere import rows_anywhere
from outreach.store.tables import member, member_contact, own_words
from outreach.store.unit_of_work import UnitOfWork

BODY = "own_words:body"


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What one person wrote to one member. `vouched` says who answers for its language, by code."""

    body: str = field(repr=False)
    language: str
    vouched: str


def add(uow: UnitOfWork, touch_id: int, written: OwnWords, agreed: Iterable[str]) -> None:
    """Store what a touch says, sealed, with the rules whose warnings its author agreed to."""
    row = {"touch_id": touch_id, "language": written.language, "vouched": written.vouched, "written_at": uow.now}
    sealed = uow.keyring.seal(BODY, touch_id, written.body)
    uow.insert(own_words, [row | {"agreed": " ".join(agreed), "body": sealed}])


def of_touches(uow: UnitOfWork, touch_ids: Iterable[int]) -> dict[int, OwnWords]:
    """Return what was written for these touches, archived or not, where a person wrote it; a page audits the view."""
    rows = rows_anywhere(uow, select(own_words), own_words.c.touch_id, touch_ids)
    opened = uow.keyring.open
    return {row.touch_id: OwnWords(opened(BODY, row.touch_id, row.body), row.language, row.vouched) for row in rows}


def names_on(uow: UnitOfWork, phone: int) -> tuple[str, ...]:
    """Return the names of everybody who has a phone: a text to it says none of them (HIP-02)."""
    linked = member_contact.c.member_id == member.c.id
    query = select(member.c.id, member.c.name).join(member_contact, linked)
    rows = uow.all(query.where(member_contact.c.contact_point_id == phone, member.c.name.is_not(None)))
    return tuple(uow.keyring.open(NAME, row.id, row.name) for row in rows)
