"""What of the words waits for people, counted; and how much of what is planned says a text."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from outreach.loops.consent import Channel
from outreach.store.message_versions import DRAFT, REVIEWED, SOURCE
from outreach.store.tables import member, message_version, touch, word_request
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ToApprove:
    """How many texts of a program in a language wait to be approved, by who had a hand in them."""

    program_id: int
    language: str
    author: str | None
    translator: str | None
    reviewer: str | None
    texts: int
    first: str  # the key of one of them


def to_approve(uow: UnitOfWork) -> list[ToApprove]:
    """Return the newest versions that wait for an approver: reviewed translations, and English drafts."""
    mine, later = message_version, message_version.alias()
    same = [later.c[name] == mine.c[name] for name in ("program_id", "key", "language")]
    newer = select(later.c.id).where(*same, later.c.version > mine.c.version).exists()
    columns = [mine.c[name] for name in ("program_id", "language", "author", "translator", "reviewer")]
    waits = or_(mine.c.state == REVIEWED, and_(mine.c.state == DRAFT, mine.c.language == SOURCE))
    query = (
        select(*columns, func.count().label("texts"), func.min(mine.c.key).label("first"))
        .where(waits, ~newer)
        .group_by(*columns)
    )
    return [ToApprove(**row._mapping) for row in uow.all(query)]


def asked(uow: UnitOfWork) -> dict[str, int]:
    """Return how many requests are open, by the name of who is asked."""
    query = select(word_request.c.asked_of, func.count().label("open")).where(word_request.c.ended_at.is_(None))
    return {row.asked_of: row.open for row in uow.all(query.group_by(word_request.c.asked_of))}


def planned(uow: UnitOfWork, program_id: int, language: str | None, words: str | None) -> int:
    """Return how many texts of these words are planned for members of a language, or of all; without words, calls."""
    query = select(func.count().label("planned")).select_from(touch)
    query = query.where(touch.c.program_id == program_id, touch.c.state == "planned")
    said = touch.c.channel == Channel.VOICE if words is None else touch.c.words == words
    if language is not None:
        query = query.join(member, member.c.id == touch.c.member_id).where(member.c.language == language)
    return int(uow.all(query.where(said))[0].planned)
