"""Calls that go on: which simulated phone rings, and what is said on it now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, text

from outreach.store.calls import DOCUMENT
from outreach.store.enrolment import abouts
from outreach.store.people import NUMBER
from outreach.store.tables import anchor, call, contact_point, loop, member_contact, program, touch
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OnTheLine:
    """One call between us and a phone. `touch` and `attempt` are 0 where the phone called us.

    `ours` is the program's number, `theirs` the phone's; `document` what was said last, None while it only rings.
    `visit` is the clinic's id of the visit that a call of ours is about, `nth` which call of its step it is.
    """

    sid: str
    phone: int
    ours: str
    theirs: str = field(repr=False)
    touch: int = 0
    attempt: int = 0
    step: str = ""
    nth: int = 0
    words: str = ""
    visit: str = ""
    member: int | None = None
    began: datetime | None = None
    document: str | None = field(default=None, repr=False)

    @property
    def talks(self) -> bool:
        """Whether somebody, or something, picked up."""
        return self.document is not None


_UNDER_WAY = text("touch.state = 'sent' AND touch.lease_until IS NOT NULL")  # as the index of calls has it
_PHONE = (contact_point.c.number, contact_point.c.id.label("phone"))
_HEARD = (call.c.id.label("call"), call.c.document)
_OF_A_TOUCH = ("sid", "attempts", "step", "nth", "words", "sender", "sent_at", "member_id")
_OURS = (
    select(touch.c.id.label("touch"), *(touch.c[name] for name in _OF_A_TOUCH), *_PHONE, *_HEARD, anchor.c.external_id)
    .join(contact_point, contact_point.c.id == touch.c.contact_point_id)
    .outerjoin(call, call.c.sid == touch.c.sid)
    .outerjoin(loop, loop.c.id == touch.c.loop_id)
    .outerjoin(anchor, anchor.c.id == loop.c.anchor_id)
    .where(_UNDER_WAY)
)
_THEIRS = (
    select(call.c.sid, *_HEARD, *_PHONE, call.c.started_at, program.c.sender)
    .join(contact_point, contact_point.c.id == call.c.contact_point_id)
    .join(program, program.c.id == call.c.program_id)
    .where(call.c.direction == "inbound", call.c.ended_at.is_(None))
)


def calls_of_ours(uow: UnitOfWork) -> list[OnTheLine]:
    """Return every call of ours that rings or goes on, oldest first."""
    return [_ours(uow, row) for row in uow.all(_OURS.order_by(touch.c.sent_at, touch.c.id))]


def calls_of_theirs(uow: UnitOfWork) -> list[OnTheLine]:
    """Return every call from a phone to us that goes on, oldest first."""
    return [_theirs(uow, row) for row in uow.all(_THEIRS.order_by(call.c.id))]


def on_the_line(uow: UnitOfWork) -> dict[int, OnTheLine]:
    """Return, by phone, the call that it rings with or is talked on; one that goes on comes before one that rings."""
    every = sorted([*calls_of_ours(uow), *calls_of_theirs(uow)], key=lambda each: each.talks)
    return {each.phone: each for each in every}


def birth_dates(uow: UnitOfWork, phones: Iterable[int]) -> dict[int, list[str | None]]:
    """Return, by phone, what is kept of whoever is reached on it, as `Identity` reads it."""
    query = select(member_contact.c.contact_point_id, member_contact.c.member_id)
    rows: Sequence[Any] = uow.all(query.where(member_contact.c.contact_point_id.in_(sorted(set(phones)))))
    about = abouts(uow, [row.member_id for row in rows])
    found: dict[int, list[str | None]] = {}
    for row in rows:
        found.setdefault(row.contact_point_id, []).append(about.get(row.member_id))
    return found


def _ours(uow: UnitOfWork, row: Any) -> OnTheLine:
    return OnTheLine(
        sid=row.sid,
        phone=row.phone,
        ours=row.sender.removeprefix("call:"),
        theirs=uow.keyring.open(NUMBER, row.phone, row.number),
        touch=row.touch,
        attempt=row.attempts,
        step=row.step,
        nth=row.nth,
        words=row.words,
        visit=row.external_id or "",
        member=row.member_id,
        began=row.sent_at,
        document=_said(uow, row),
    )


def _theirs(uow: UnitOfWork, row: Any) -> OnTheLine:
    theirs = uow.keyring.open(NUMBER, row.phone, row.number)
    return OnTheLine(row.sid, row.phone, row.sender, theirs, began=row.started_at, document=_said(uow, row))


def _said(uow: UnitOfWork, row: Any) -> str | None:
    return uow.keyring.open(DOCUMENT, row.call, row.document) if row.document is not None else None
