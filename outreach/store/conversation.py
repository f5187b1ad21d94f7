"""One phone's conversation, to which two people may want to add at once: its version, and who was last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, or_, select

from outreach.loops.talking import talking_until
from outreach.loops.tasks import TaskKind
from outreach.store import presence
from outreach.store.batches import rows_in
from outreach.store.claims import BODY, COUNTED
from outreach.store.everywhere import anywhere
from outreach.store.tables import attempt, member_contact, reply, task, touch
from outreach.store.touches import LEFT
from outreach.store.unit_of_work import UnitOfWork

LONGEST_TALK = timedelta(hours=12)  # what began earlier is not looked at
_FEW = 5
# Work that is a conversation with the member: while somebody has just taken it on, no machine talks in between.
_CONVERSATIONS = (
    TaskKind.ANSWER_MEMBER, TaskKind.CALL_MEMBER, TaskKind.MEDICATION_QUESTION, TaskKind.SAFETY_REVIEW,
    TaskKind.BARRIER_INTERVIEW, TaskKind.POSSIBLE_VISIT_CANCEL, TaskKind.UNMATCHED_TEXT,
)  # fmt: skip


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

    A person's text counts once it is planned, until they withdraw it; any other once it may have left. They are
    counts, because row ids of two processes are not in the order of time.
    """
    heard = select(func.count()).select_from(reply).where(reply.c.contact_point_id == phone)
    begun = or_(and_(touch.c.author.is_not(None), touch.c.state != "cancelled"), touch.c.attempts > 0)
    counts: list[ColumnElement[Any]] = [func.count(touch.c.author).label("by_people"), func.count().label("all")]
    counted = anywhere(uow, select(*counts).select_from(touch).where(touch.c.contact_point_id == phone, begun))
    by_people = sum(row.by_people for row in counted)
    return Version(int(uow.execute(heard).scalar_one()), by_people, sum(row.all for row in counted) - by_people)


def last_by_a_person(uow: UnitOfWork, phone: int) -> Row[Any] | None:
    """Return (id, author, words, planned_for) of the newest text that a person chose for a phone and let stand."""
    query = select(touch.c.id, touch.c.author, touch.c.words, touch.c.planned_for)
    stands = (touch.c.author.is_not(None), touch.c.state != "cancelled")
    mine = query.where(touch.c.contact_point_id == phone, *stands)
    rows = uow.all(mine.order_by(touch.c.planned_for.desc(), touch.c.id.desc()).limit(1))
    return rows[0] if rows else None


def with_people(uow: UnitOfWork, phones: Iterable[int]) -> dict[int, datetime]:
    """Return until when a person talks with whoever is on each phone, where one does or lately did."""
    ids, since = set(phones), uow.now - LONGEST_TALK
    ours: dict[int, list[datetime]] = defaultdict(list)
    texts = select(touch.c.contact_point_id, touch.c.planned_for).where(
        touch.c.author.is_not(None), touch.c.planned_for > since, touch.c.state.in_(("planned", *LEFT))
    )
    for row in rows_in(uow, texts, touch.c.contact_point_id, ids):
        ours[row.contact_point_id].append(row.planned_for)
    for phone, at in _taken_on(uow, ids, since):
        ours[phone].append(at)
    heard: dict[int, list[datetime]] = defaultdict(list)
    said = select(reply.c.contact_point_id, reply.c.received_at).where(reply.c.received_at > since)
    for row in rows_in(uow, said, reply.c.contact_point_id, ours):
        heard[row.contact_point_id].append(row.received_at)
    over = presence.done_at(uow, ours)
    ends = {
        phone: talking_until((at for at in times if phone not in over or at > over[phone]), heard[phone])
        for phone, times in ours.items()
    }
    return {phone: until for phone, until in ends.items() if until is not None and until > uow.now}


def _taken_on(uow: UnitOfWork, phones: Set[int], since: datetime) -> Iterator[tuple[int, datetime]]:
    """Yield (phone, when) of the conversations that somebody took on and has not finished."""
    query = select(task.c.contact_point_id, task.c.member_id, task.c.acknowledged_at).where(
        task.c.state == "open", task.c.owner_person.is_not(None), task.c.acknowledged_at > since,
        task.c.kind.in_(_CONVERSATIONS),
    )  # fmt: skip
    taken = uow.all(query)
    about: dict[int, list[int]] = defaultdict(list)
    theirs = select(member_contact.c.member_id, member_contact.c.contact_point_id)
    for row in rows_in(uow, theirs, member_contact.c.member_id, {row.member_id for row in taken if row.member_id}):
        about[row.member_id].append(row.contact_point_id)
    for row in taken:
        on = [row.contact_point_id] if row.contact_point_id is not None else about[row.member_id]
        yield from ((phone, row.acknowledged_at) for phone in on if phone in phones)


_SAID = (
    select(attempt.c.contact_point_id, attempt.c.touch_id, attempt.c.body)
    .where(attempt.c.claimed_at >= bindparam("since", type_=attempt.c.claimed_at.type), attempt.c.outcome.in_(COUNTED))
    .order_by(attempt.c.claimed_at.desc())
)


def said_to(uow: UnitOfWork, phones: Iterable[int], since: datetime) -> dict[int, list[str]]:
    """Return the texts that were sent to each phone at or after `since`, the newest few."""
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in rows_in(uow, _SAID, attempt.c.contact_point_id, phones, since=since):
        rows[row.contact_point_id].append(row)
    opened = uow.keyring.open
    said = {phone: [opened(BODY, row.touch_id, row.body) for row in sent[:_FEW]] for phone, sent in rows.items()}
    return defaultdict(list, said)


def last_heard(uow: UnitOfWork, phone: int, member: int, since: datetime) -> datetime | None:
    """Return when a phone last wrote at or after `since`, unless it is known that another of its members did."""
    theirs = or_(reply.c.member_id == member, reply.c.member_id.is_(None))
    query = select(func.max(reply.c.received_at).label("at")).where(reply.c.contact_point_id == phone, theirs)
    found: datetime | None = uow.all(query.where(reply.c.received_at >= since))[0].at
    return found
