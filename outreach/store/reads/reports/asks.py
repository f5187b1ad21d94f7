"""How soon a ride to a visit of a report was booked after it was asked for, or that nobody booked one."""

from __future__ import annotations

from sqlalchemy import CTE, and_, func, or_, select

from outreach.loops.reports.rides import needless
from outreach.loops.tasks import TaskKind
from outreach.store.reads.reports.scope import By, Scope, counted, visits
from outreach.store.reads.reports.waiting import APART, NEVER, Spans, took, waited
from outreach.store.tables import anchor, loop, task, trip
from outreach.store.unit_of_work import UnitOfWork

_ASKS = (TaskKind.ARRANGE_RIDE, TaskKind.RIDE_URGENT, TaskKind.RIDE_PROBLEM)


def asks(uow: UnitOfWork, scope: Scope, by: By) -> dict[str, Spans]:
    """Count past visits, not cancelled, for which a ride was asked for, by the hours until one was first booked.

    It is asked for when the first task to arrange it opens, before the visit starts. Where a ride was booked before
    that, nobody waited for one: such a visit is not counted. What was no longer needed stands apart.
    """
    about = (loop.c.id.label("loop_id"), loop.c.ride_need, anchor.c.starts_at)
    past = (anchor.c.starts_at <= uow.now, anchor.c.cancelled.is_(False))
    here = visits(scope, by, *about).where(*past).cte("here")
    asked, booked = _first_asks(here), _first_bookings(here)
    rows = here.join(asked, asked.c.loop_id == here.c.loop_id).outerjoin(booked, booked.c.loop_id == here.c.loop_id)
    waiting = or_(booked.c.at.is_(None), booked.c.at >= asked.c.at)
    each = select(here.c.grouped, here.c.ride_need, took(uow, asked.c.at, booked.c.at)).select_from(rows).where(waiting)
    found = uow.all(counted(each, "grouped", "ride_need", "code"))
    return waited(
        (row.grouped, APART if row.code == NEVER and needless(row.ride_need) else row.code, row.n) for row in found
    )


def _first_asks(here: CTE) -> CTE:
    mine = and_(task.c.loop_id == here.c.loop_id, task.c.kind.in_(_ASKS), task.c.opened_at < here.c.starts_at)
    first = select(here.c.loop_id, func.min(task.c.opened_at).label("at")).join_from(here, task, mine)
    return first.group_by(here.c.loop_id).cte("asked")


def _first_bookings(here: CTE) -> CTE:
    first = select(trip.c.loop_id, func.min(trip.c.recorded_at).label("at"))
    return first.join_from(here, trip, trip.c.loop_id == here.c.loop_id).group_by(trip.c.loop_id).cte("booked")
