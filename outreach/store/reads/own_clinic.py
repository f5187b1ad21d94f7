"""A clinic's own visits as its people may see them: how each stands and ended, without names and words (HIP-16)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import literal, select, tuple_

from outreach.loops.loop import Stage
from outreach.loops.outcomes import Source
from outreach.loops.sharing import Information, Recipient, Workflow, may_share
from outreach.store.batches import rows_in
from outreach.store.sharing import sharing
from outreach.store.tables import anchor, clinic, loop
from outreach.store.unit_of_work import UnitOfWork

_WAY = (Recipient.CLINIC, Workflow.CLINIC_SIGNAL)
_ITS_OWN_WORD = (Source.EHR, Source.CLINIC_STAFF)
_SAYS_HOW_IT_ENDED = (Stage.NOT_KEPT, Stage.CLOSED)


@dataclass(frozen=True, slots=True)
class NextVisit:
    """The visit that took over the promise, at one of the same clinics."""

    day: date
    wall_time: time | None
    zone: str


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """One visit by the clinic's own id. What its member keeps from the clinic is None, as if nobody knew it."""

    loop_id: int
    external_id: str
    clinic: str
    day: date
    wall_time: time | None
    zone: str
    cancelled: bool
    stage: Stage | None
    closed: str | None
    outcome: str | None
    reason: str | None
    following: NextVisit | None


def own_clinics(uow: UnitOfWork) -> list[str]:
    """Return the names of the clinics that the actor was given; none for who has a whole program, or everything."""
    given = sorted(uow.actor.scope.clinics) if uow.actor.scope else []
    return [row.name for row in uow.all(select(clinic.c.name).where(clinic.c.id.in_(given)).order_by(clinic.c.name))]


def own_visits(uow: UnitOfWork, first: date, last: date, after: int | None, limit: int) -> list[OwnVisit]:
    """Return up to `limit` visits of the actor's clinics from `first` to `last`, in their order, behind `after`."""
    given = sorted(uow.actor.scope.clinics) if uow.actor.scope else []
    shown = [anchor.c[name] for name in ("external_id", "day", "wall_time", "zone", "cancelled")]
    state = [loop.c[name] for name in ("member_id", "stage", "closed", "outcome", "source", "reason")]
    query = (
        select(loop.c.id.label("loop_id"), clinic.c.name.label("clinic"), *shown, *state)
        .select_from(anchor)
        .join(loop, loop.c.anchor_id == anchor.c.id)
        .join(clinic, clinic.c.id == anchor.c.clinic_id)
        .where(anchor.c.clinic_id.in_(given), anchor.c.day >= first, anchor.c.day <= last)
        .order_by(anchor.c.starts_at, anchor.c.id)
        .limit(limit)
    )
    if after is not None:
        place = _place(uow, after)
        query = query.where(tuple_(anchor.c.starts_at, anchor.c.id) > place) if place is not None else query
    rows = uow.all(query)
    following = _following(uow, [row.loop_id for row in rows])
    told = _told(uow, {row.member_id for row in rows})
    return [_visit(row, told[row.member_id], following.get(row.loop_id)) for row in rows]


def _place(uow: UnitOfWork, loop_id: int) -> Any:
    query = select(anchor.c.starts_at, anchor.c.id).join(loop, loop.c.anchor_id == anchor.c.id)
    rows: Sequence[Any] = uow.all(query.where(loop.c.id == loop_id))
    if not rows:
        return None
    return tuple_(literal(rows[0].starts_at, anchor.c.starts_at.type), literal(rows[0].id, anchor.c.id.type))


def _following(uow: UnitOfWork, loop_ids: Iterable[int]) -> dict[int, NextVisit]:
    query = select(loop.c.parent_id, anchor.c.day, anchor.c.wall_time, anchor.c.zone, anchor.c.clinic_id)
    query = query.join(anchor, anchor.c.id == loop.c.anchor_id).order_by(loop.c.id)
    own = uow.actor.scope.clinics if uow.actor.scope else frozenset()
    rows = rows_in(uow, query, loop.c.parent_id, loop_ids)
    return {row.parent_id: NextVisit(row.day, row.wall_time, row.zone) for row in rows if row.clinic_id in own}


def _told(uow: UnitOfWork, member_ids: set[int]) -> dict[int, frozenset[Information]]:
    """Return what each member lets a clinic hear."""
    said = sharing(uow, member_ids)
    return {
        member: frozenset(kind for kind in Information if may_share(said.get(member, ()), kind, *_WAY))
        for member in member_ids
    }


def _visit(row: Any, told: frozenset[Information], following: NextVisit | None) -> OwnVisit:
    ended = Information.OUTCOME in told
    stage = Stage(row.stage) if Information.VISIT in told else None
    return OwnVisit(
        loop_id=row.loop_id,
        external_id=row.external_id,
        clinic=row.clinic,
        day=row.day,
        wall_time=row.wall_time,
        zone=row.zone,
        cancelled=row.cancelled,
        stage=None if stage in _SAYS_HOW_IT_ENDED and not ended else stage,
        closed=row.closed if ended else None,
        outcome=row.outcome if ended or row.source in _ITS_OWN_WORD else None,
        reason=row.reason if Information.REASON in told else None,
        following=following if Information.VISIT in told else None,
    )
