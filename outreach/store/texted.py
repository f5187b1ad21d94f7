"""What a phone was told, in which words, and what is being done about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from locales.render import variables
from outreach.store.batches import rows_in
from outreach.store.claims import COUNTED
from outreach.store.everywhere import anywhere
from outreach.store.tables import attempt, message_version, prompt, reply, task, touch
from outreach.store.touches import ASKS_CONSENT, LEFT
from outreach.store.unit_of_work import UnitOfWork

SCOPE_QUESTION = "stop_clarify"
_SCOPE_LIFE = timedelta(hours=72)
_TELLING = frozenset({"day", "time", "place", "ready_day", "ready_time", "return_time"})
_SAYS_TODAY = "dayof_no_time"  # "your visit is today" needs no variable


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a question was put to, on which channel, and in which words: `optin_ask/es/3` names one version."""

    member: int
    channel: str
    language: str
    words: str


def scope_question_open(uow: UnitOfWork, phone: int) -> bool:
    """Whether the last STOP was confirmed with the question what it covers, and only STOPs came since (LAW-17)."""
    query = select(touch.c.reply_id, attempt.c.claimed_at).join(attempt, attempt.c.touch_id == touch.c.id)
    query = query.where(
        touch.c.contact_point_id == phone, touch.c.words == SCOPE_QUESTION, touch.c.state.in_(LEFT),
        attempt.c.claimed_at > uow.now - _SCOPE_LIFE,
    )  # fmt: skip
    asked = uow.all(query.order_by(attempt.c.claimed_at.desc()).limit(1))
    if not asked:
        return False
    since = select(reply.c.id, reply.c.safety).where(
        reply.c.contact_point_id == phone, reply.c.received_at >= asked[0].claimed_at
    )
    return all("opt_out" in row.safety for row in uow.all(since) if row.id != asked[0].reply_id)


def told_of_a_visit(uow: UnitOfWork, phone: int) -> datetime | None:
    """Return when a text with a day, a time or a place last left for a phone, whoever it was meant for (HIP-18)."""
    query = select(attempt.c.claimed_at, touch.c.words, message_version.c.body)
    query = query.join(touch, touch.c.id == attempt.c.touch_id)
    query = query.join(message_version, message_version.c.id == attempt.c.message_version_id)
    query = query.where(attempt.c.contact_point_id == phone, attempt.c.outcome.in_(COUNTED))
    rows = sorted(anywhere(uow, query), key=lambda row: row.claimed_at, reverse=True)
    telling = (row for row in rows if row.words == _SAYS_TODAY or not _TELLING.isdisjoint(variables(row.body)))
    return next((row.claimed_at for row in telling), None)


def open_kinds(uow: UnitOfWork, phone: int, loop: int | None, member: int | None) -> set[str]:
    """Return the kinds of work that is open about a phone, or about a loop; with a member, about that member there."""
    about = or_(task.c.contact_point_id == phone, task.c.loop_id == loop) if loop else task.c.contact_point_id == phone
    query = select(task.c.kind).where(task.c.state == "open", about)
    return {row.kind for row in uow.all(query.where(task.c.member_id == member) if member else query)}


def last_task(uow: UnitOfWork, phone: int, kind: str) -> datetime | None:
    """Return when work of a kind was last opened about a phone, done or not."""
    query = select(func.max(task.c.opened_at).label("at"))
    found: datetime | None = uow.all(query.where(task.c.contact_point_id == phone, task.c.kind == kind))[0].at
    return found


def asked_consent(uow: UnitOfWork, phones: Iterable[int]) -> dict[tuple[int, int], datetime]:
    """Return when each (phone, member) was last asked to confirm a consent; a text that may have left counts."""
    columns = (touch.c.contact_point_id, touch.c.member_id)
    query = select(*columns, func.max(touch.c.due_at).label("at")).group_by(*columns)
    query = query.where(touch.c.words == ASKS_CONSENT, touch.c.state.in_(LEFT), touch.c.member_id.is_not(None))
    rows = rows_in(uow, query, touch.c.contact_point_id, phones)
    return {(row.contact_point_id, row.member_id): row.at for row in rows}


def asked_by(uow: UnitOfWork, prompt_id: int) -> Asked:
    """Return whom a stored question was put to, and in which words exactly (LAW-26)."""
    query = select(touch.c.member_id, touch.c.channel, prompt.c.language, touch.c.words, message_version.c.version)
    query = query.select_from(prompt).join(touch, touch.c.id == prompt.c.touch_id)
    query = query.join(attempt, (attempt.c.touch_id == touch.c.id) & (attempt.c.fencing == touch.c.attempts))
    query = query.join(message_version, message_version.c.id == attempt.c.message_version_id)
    row = uow.all(query.where(prompt.c.id == prompt_id))[0]
    return Asked(row.member_id, row.channel, row.language, f"{row.words}/{row.language}/{row.version}")


_ANSWERS = select(touch.c.contact_point_id).where(
    touch.c.state == "planned", touch.c.reply_id.is_not(None), touch.c.author.is_(None)
)


def being_answered(uow: UnitOfWork, phones: Iterable[int]) -> set[int]:
    """Return those of these phones for which an automatic answer is planned and has not left."""
    return {row.contact_point_id for row in rows_in(uow, _ANSWERS, touch.c.contact_point_id, phones)}
