"""Who of the members with a visit may be texted at all, and which of the phones that were texted opted out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Select, case, exists, func, or_, select, union_all

from outreach.loops.consent import EVERY_CATEGORY, Action
from outreach.loops.numbers import NumberState
from outreach.store.everywhere import places
from outreach.store.reads.reports.instants import later
from outreach.store.reads.reports.scope import BOTH, Both, By, Scope, coded, counted, visits_once
from outreach.store.tables import consent_event, contact_point, member_contact, touch
from outreach.store.unit_of_work import UnitOfWork


def coverage(uow: UnitOfWork, scope: Scope, by: By) -> Both:
    """Count members with a visit, by whether they agree today to something we may send to a phone of theirs.

    A member counts once: in the first of their weeks, at one clinic.
    """
    here = visits_once(scope, by)
    first = (func.min(here.c[name]).label(name) for name in BOTH)
    people = select(here.c.member_id, *first).group_by(here.c.member_id).subquery()
    agreed = exists(_agreed(uow, people.c.member_id))
    query = select(people.c.grouped, people.c.week, case((agreed, "covered"), else_="not_covered").label("code"))
    return coded(uow.all(counted(query, *BOTH, "code")))


def _agreed(uow: UnitOfWork, whose: Any) -> Select[Any]:
    """A consent of a member that nothing ended, on a phone that is theirs, works, and is not opted out."""
    grant, revoked, wrong, stop, start = (consent_event.alias() for _ in range(5))
    grant_at = _effective(grant)
    ended = exists().where(
        revoked.c.contact_point_id == grant.c.contact_point_id, revoked.c.member_id == grant.c.member_id,
        revoked.c.action == Action.REVOKE, revoked.c.channel == grant.c.channel,
        revoked.c.category.in_([grant.c.category, EVERY_CATEGORY]), _effective(revoked) >= grant_at,
    )  # fmt: skip
    not_theirs = exists().where(
        wrong.c.contact_point_id == grant.c.contact_point_id, wrong.c.action == Action.WRONG_NUMBER,
        or_(wrong.c.member_id.is_(None), wrong.c.member_id == grant.c.member_id), _effective(wrong) >= grant_at,
    )  # fmt: skip
    lifted = exists().where(
        start.c.contact_point_id == stop.c.contact_point_id, start.c.action == Action.START,
        _effective(start) > _effective(stop),
    )  # fmt: skip
    opted_out = exists().where(
        stop.c.contact_point_id == grant.c.contact_point_id, stop.c.action == Action.STOP, ~lifted
    )
    phones = member_contact.join(contact_point, contact_point.c.id == member_contact.c.contact_point_id)
    rows = phones.join(grant, grant.c.contact_point_id == contact_point.c.id)
    in_force = or_(grant.c.expires_at.is_(None), grant.c.expires_at > uow.now)
    mine = (member_contact.c.member_id == whose, grant.c.member_id == whose, grant.c.action == Action.GRANT)
    works = contact_point.c.state == NumberState.ACTIVE
    return select(grant.c.id).select_from(rows).where(*mine, works, in_force, ~ended, ~not_theirs, ~opted_out)


def _effective(entry: Any) -> Any:
    return func.coalesce(entry.c.at, entry.c.received_at)


def opt_outs(uow: UnitOfWork, scope: Scope, by: By) -> Both:
    """Count phones that a text about these visits went to, by whether they opted out after it, up to three days after.

    A phone counts once: in the first of its weeks, at one clinic, in one language.
    """
    here = visits_once(scope, by)
    texts = union_all(
        *(
            select(table.c.contact_point_id.label("phone"), here.c.grouped, here.c.week, table.c.sent_at)
            .join_from(here, table, table.c.loop_id == here.c.loop_id)
            .where(table.c.state == "sent", table.c.channel == "sms", table.c.sent_at.is_not(None))
            for table in places(touch)
        )
    ).subquery()
    first = (func.min(texts.c[name]).label(name) for name in BOTH)
    times = (func.min(texts.c.sent_at).label("first"), func.max(texts.c.sent_at).label("last"))
    phones = select(texts.c.phone, *first, *times).group_by(texts.c.phone).subquery()
    stops = consent_event.c
    stopped = exists().where(
        stops.contact_point_id == phones.c.phone, stops.action == Action.STOP, stops.received_at >= phones.c.first,
        stops.received_at <= later(uow, phones.c.last, timedelta(days=3)),
    )  # fmt: skip
    query = select(phones.c.grouped, phones.c.week, case((stopped, "opted_out"), else_="not_opted_out").label("code"))
    return coded(uow.all(counted(query, *BOTH, "code")))
