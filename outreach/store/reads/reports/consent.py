"""Phones that were texted about visits of a report, and who of them opted out."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import case, exists, func, select, union_all

from outreach.loops.consent import Action
from outreach.store.everywhere import places
from outreach.store.reads.reports.instants import later
from outreach.store.reads.reports.scope import BOTH, Both, By, Scope, coded, counted, visits_once
from outreach.store.tables import consent_event, touch
from outreach.store.unit_of_work import UnitOfWork


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
