"""What contact around visits came to: confirmed, answered, reached, and when a member was first heard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, cast, exists, func, literal, null, select, union_all

from conversations.prompt import OPTIONS
from outreach.loops.call_outcomes import CallOutcome
from outreach.loops.consent import Action
from outreach.store.everywhere import places
from outreach.store.reads.reports.scope import BOTH, Both, By, Scope, coded, visits_once
from outreach.store.reads.reports.waiting import Spans, took, waited
from outreach.store.tables import ARCHIVED, consent_event, prompt, reply, signal, touch
from outreach.store.unit_of_work import UnitOfWork

ARRIVED = ("delivered", "read")


@dataclass(frozen=True, slots=True)
class Contact:
    """Visits by whether they were confirmed, questions by whether they were answered, members by whether reached."""

    confirmed: Both
    answered: Both
    reached: Both
    waits: dict[str, Spans]


def contact(uow: UnitOfWork, scope: Scope, by: By) -> Contact:
    """Count what contact came to, in one statement: all of it is asked of the same visits."""
    here = visits_once(scope, by)
    heard = _heard(here)
    parts = (_confirmations(here), *_answers(here), _reach(here, heard), _first_contacts(uow, here, heard))
    found: dict[str, list[Any]] = defaultdict(list)
    for row in uow.all(union_all(*parts)):
        found[row.measure].append(row)
    confirmed, answered, reached = (coded(found[measure]) for measure in ("confirmed", "answered", "reached"))
    return Contact(confirmed, answered, reached, waited((row.grouped, row.code, row.n) for row in found["waited"]))


def _counted(measure: str, query: Select[Any]) -> Select[Any]:
    rows = query.subquery()
    named = [rows.c[name] for name in (*BOTH, "code")]
    return select(literal(measure).label("measure"), *named, func.count().label("n")).group_by(*named)


def _confirmations(here: CTE) -> Select[Any]:
    """Visits with at least one question that arrived, by whether the member confirmed before the start."""
    said = exists().where(
        signal.c.loop_id == here.c.loop_id, signal.c.kind == "visit-confirmed", signal.c.occurred_at < here.c.starts_at
    )
    query = select(*_both(here), case((said, "confirmed"), else_="not_confirmed").label("code"))
    return _counted("confirmed", query.where(_asked(here, touch) | _asked(here, ARCHIVED[touch])))


def _asked(here: CTE, table: Any) -> ColumnElement[bool]:
    return exists().where(
        table.c.loop_id == here.c.loop_id, table.c.words.in_(sorted(OPTIONS)), table.c.carrier_status.in_(ARRIVED)
    )


def _answers(here: CTE) -> Iterable[Select[Any]]:
    """Questions that arrived, by whether a reply answered them before they expired; open ones stand apart."""
    for asked, text in zip(places(prompt), places(touch), strict=True):
        in_time = and_(asked.c.state == "answered", asked.c.ended_at <= asked.c.expires_at)
        code = case((in_time, "answered"), (asked.c.state == "open", "open"), else_="not_answered").label("code")
        arrived = exists().where(text.c.id == asked.c.touch_id, text.c.carrier_status.in_(ARRIVED))
        rows = here.join(asked, asked.c.loop_id == here.c.loop_id)
        yield _counted("answered", select(*_both(here), code).select_from(rows).where(arrived))


def _reach(here: CTE, heard: CTE) -> Select[Any]:
    """Members with a visit, by whether they were in contact both ways; without any consent they stand apart.

    A member counts once: in the first of their weeks, at one clinic.
    """
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
    return _counted("reached", select(people.c.grouped, people.c.week, code))


def _first_contacts(uow: UnitOfWork, here: CTE, heard: CTE) -> Select[Any]:
    """Loops by the hours from their opening until the member was first heard."""
    hours = took(uow, here.c.opened_at, heard.c.first)
    rows = here.outerjoin(heard, heard.c.loop_id == here.c.loop_id)
    week = cast(null(), here.c.week.type).label("week")
    return _counted("waited", select(here.c.grouped, week, hours).select_from(rows))


def _heard(here: CTE) -> CTE:
    """Return when the member of each loop was first heard: a reply, or a call in which somebody spoke."""
    replied = select(here.c.loop_id, reply.c.received_at.label("at")).join(reply, reply.c.loop_id == here.c.loop_id)
    spoke = [
        select(table.c.loop_id, table.c.sent_at.label("at")).where(
            table.c.call_outcome.is_not(None),  # few are calls, and have an index of their own
            table.c.call_outcome == CallOutcome.REACHED,
            exists().where(here.c.loop_id == table.c.loop_id),
        )
        for table in places(touch)
    ]
    every = replied.union_all(*spoke).subquery()
    return select(every.c.loop_id, func.min(every.c.at).label("first")).group_by(every.c.loop_id).cte("heard")


def _both(here: CTE) -> tuple[Any, Any]:
    return here.c.grouped, here.c.week
