"""One phone's conversation, to which two people may want to add at once: its version, and who was last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_, select

from outreach.store.tables import reply, touch
from outreach.store.unit_of_work import UnitOfWork


class UnknownVersion(ValueError):
    """This is no version of a conversation."""


@dataclass(frozen=True, slots=True)
class Version:
    """How much each side has said: the member, people, and what left by itself. Opaque to whoever carries it."""

    heard: int
    by_people: int
    automatic: int

    def __str__(self) -> str:
        return f"{self.heard}.{self.by_people}.{self.automatic}"

    @classmethod
    def parse(cls, written: str) -> Version:
        """Read the written form back; raises UnknownVersion."""
        parts = written.split(".")
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
            raise UnknownVersion
        return cls(*map(int, parts))


def version(uow: UnitOfWork, phone: int) -> Version:
    """Return the version of a phone's conversation.

    A person's text counts once it is planned, any other once it may have left. They are counts, because row ids of
    two processes are not in the order of time.
    """
    heard = select(func.count()).select_from(reply).where(reply.c.contact_point_id == phone)
    begun = or_(touch.c.author.is_not(None), touch.c.attempts > 0)
    said = select(func.count(touch.c.author).label("by_people"), func.count().label("all"))
    counted = uow.all(said.select_from(touch).where(touch.c.contact_point_id == phone, begun))[0]
    return Version(int(uow.execute(heard).scalar_one()), counted.by_people, counted.all - counted.by_people)


def last_by_a_person(uow: UnitOfWork, phone: int) -> Row[Any] | None:
    """Return (id, author, words, planned_for) of the newest text that a person chose for a phone, or None."""
    query = select(touch.c.id, touch.c.author, touch.c.words, touch.c.planned_for)
    mine = query.where(touch.c.contact_point_id == phone, touch.c.author.is_not(None))
    rows = uow.all(mine.order_by(touch.c.planned_for.desc(), touch.c.id.desc()).limit(1))
    return rows[0] if rows else None


def last_heard(uow: UnitOfWork, phone: int, member: int, since: datetime) -> datetime | None:
    """Return when a phone last wrote at or after `since`, unless it is known that another of its members did."""
    theirs = or_(reply.c.member_id == member, reply.c.member_id.is_(None))
    query = select(func.max(reply.c.received_at).label("at")).where(reply.c.contact_point_id == phone, theirs)
    found: datetime | None = uow.all(query.where(reply.c.received_at >= since))[0].at
    return found
