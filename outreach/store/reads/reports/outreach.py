"""What contact around visits came to: confirmed, answered, reached, opted out, and when a member was first heard."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select

from conversations.prompt import OPTIONS
from outreach.loops.call_outcomes import CallOutcome
from outreach.loops.consent import Action
from outreach.loops.reports.spans import HOURS
from outreach.store.everywhere import anywhere, in_archive
from outreach.store.reads.reports.instants import later
from outreach.store.reads.reports.scope import BOTH, SPEAKABLE, Both, By, Scope, coded, counted, visits
from outreach.store.tables import ARCHIVED, anchor, consent_event, loop, prompt, reply, signal, touch
from outreach.store.unit_of_work import UnitOfWork

_ARRIVED = ("delivered", "read")


@dataclass(slots=True)
class Spans:
    """Loops of a group by how soon their member was first heard: an upper bound in hours, or never."""

    hours: Counter[int] = field(default_factory=Counter)
    never: int = 0


def confirmations(uow: UnitOfWork, scope: Scope, by: By) -> Both:
    """Count visits with at least one question that arrived, by whether the member confirmed before the start."""
    asked = _asked(touch) | _asked(ARCHIVED[touch])
    said = exists().where(
        signal.c.loop_id == loop.c.id, signal.c.kind == "visit-confirmed", signal.c.occurred_at < anchor.c.starts_at
    )
    query = visits(scope, by, case((said, "confirmed"), else_="not_confirmed").label("code"))
    rows = uow.all(counted(query.where(SPEAKABLE, asked), *BOTH, "code"))
    return coded(rows)


def _asked(table: Any) -> ColumnElement[bool]:
    return exists().where(
        table.c.loop_id == loop.c.id, table.c.words.in_(sorted(OPTIONS)), table.c.carrier_status.in_(_ARRIVED)
    )


def answers(uow: UnitOfWork, scope: Scope, by: By) -> Both:
    """Count questions that arrived, by whether a reply answered them before they expired; open ones stand apart."""
    in_time = and_(prompt.c.state == "answered", prompt.c.ended_at <= prompt.c.expires_at)
    code = case((in_time, "answered"), (prompt.c.state == "open", "open"), else_="not_answered").label("code")
    query = visits(scope, by, code).join(prompt, prompt.c.loop_id == loop.c.id)
    query = query.join(touch, touch.c.id == prompt.c.touch_id)
    query = query.where(SPEAKABLE, touch.c.carrier_status.in_(_ARRIVED))
    return coded(anywhere(uow, counted(query, *BOTH, "code")))


def opt_outs(uow: UnitOfWork, scope: Scope, by: By) -> Both:
    """Count phones that a text about these visits went to, by whether they opted out after it, up to three days after.

    A phone counts once: in the first of its weeks, at one clinic, in one language.
    """
    columns = (touch.c.contact_point_id.label("phone"), touch.c.sent_at)
    left = visits(scope, by, *columns).join(touch, touch.c.loop_id == loop.c.id)
    left = left.where(SPEAKABLE, touch.c.state == "sent", touch.c.channel == "sms", touch.c.sent_at.is_not(None))
    old = in_archive(left)
    texts = left.union_all(old).subquery() if old is not None else left.subquery()
    sent = texts.c.sent_at
    first = (func.min(texts.c[name]).label(name) for name in BOTH)
    times = (func.min(sent).label("first"), func.max(sent).label("last"))
    phones = select(texts.c.phone, *first, *times).group_by(texts.c.phone).subquery()
    stops = consent_event.c
    stopped = exists().where(
        stops.contact_point_id == phones.c.phone, stops.action == Action.STOP, stops.received_at >= phones.c.first,
        stops.received_at <= later(uow, phones.c.last, timedelta(days=3)),
    )  # fmt: skip
    query = select(phones.c.grouped, phones.c.day, case((stopped, "opted_out"), else_="not_opted_out").label("code"))
    return coded(uow.all(counted(query, *BOTH, "code")))


def reach(uow: UnitOfWork, scope: Scope, by: By) -> Both:
    """Count members with a visit, by whether they were in contact both ways; without any consent they stand apart.

    A member counts once: in the first of their weeks, at one clinic.
    """
    heard = _heard(scope).subquery()
    here = visits(scope, by, loop.c.member_id, loop.c.id.label("loop_id")).where(SPEAKABLE).subquery()
    first = (func.min(here.c[name]).label(name) for name in BOTH)
    people = (
        select(here.c.member_id, *first, func.count(heard.c.first).label("heard"))
        .select_from(here.outerjoin(heard, heard.c.loop_id == here.c.loop_id))
        .group_by(here.c.member_id)
        .subquery()
    )
    granted = select(consent_event.c.member_id).where(consent_event.c.action == Action.GRANT)
    code = case(
        (people.c.heard > 0, "reached"), (people.c.member_id.in_(granted), "not_reached"), else_="not_agreed"
    ).label("code")
    rows = uow.all(counted(select(people.c.grouped, people.c.day, code), *BOTH, "code"))
    return coded(rows)


def first_contacts(uow: UnitOfWork, scope: Scope, by: By) -> dict[str, Spans]:
    """Count loops by the hours from their opening until the member was first heard."""
    heard = _heard(scope).subquery()
    took = case(
        (heard.c.first.is_(None), -1),
        *((heard.c.first <= later(uow, loop.c.opened_at, timedelta(hours=hours)), hours) for hours in HOURS),
        else_=HOURS[-1] * 2,
    ).label("took")
    query = visits(scope, by, took).outerjoin(heard, heard.c.loop_id == loop.c.id).where(SPEAKABLE)
    found: dict[str, Spans] = defaultdict(Spans)
    for row in uow.all(counted(query, "grouped", "took")):
        spans = found[str(row.grouped)]
        if row.took < 0:
            spans.never += row.n
        else:
            spans.hours[row.took] += row.n
    return dict(found)


def _heard(scope: Scope) -> Select[Any]:
    """Return when the member of each loop was first heard: a reply, or a call in which somebody spoke."""
    days = (anchor.c.day >= scope.first, anchor.c.day <= scope.last)
    these = select(loop.c.id).join(anchor, anchor.c.id == loop.c.anchor_id).where(*days)
    replied = select(reply.c.loop_id, reply.c.received_at.label("at")).where(reply.c.loop_id.in_(these))
    reached = [
        select(table.c.loop_id, table.c.sent_at.label("at"))
        .where(table.c.call_outcome == CallOutcome.REACHED, table.c.loop_id.in_(these))
        for table in (touch, ARCHIVED[touch])
    ]  # fmt: skip
    every = replied.union_all(*reached).subquery()
    return select(every.c.loop_id, func.min(every.c.at).label("first")).group_by(every.c.loop_id)
