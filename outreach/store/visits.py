"""Visits as a clinic's file brings them: anchors and their loops, found and stored in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import bindparam, select, update

from outreach.loops.anchor import Anchor, Sensitivity, laxer
from outreach.loops.loop import Closed, Stage
from outreach.store.batches import rows_in
from outreach.store.tables import anchor, loop
from outreach.store.unit_of_work import UnitOfWork

APPOINTMENT = "appointment"


@dataclass(frozen=True, slots=True)
class StoredVisit:
    """A visit's anchor with where its loop stands."""

    external_id: str
    anchor_id: int
    loop_id: int
    member_id: int
    clinic_id: int
    version: int
    day: date
    wall_time: time | None
    zone: str
    starts_at: datetime
    promised_at: datetime | None
    cancelled: bool
    sensitivity: str
    outcome: str | None
    source: str | None
    reason: str | None
    closed: str | None

    def anchor(self) -> Anchor:
        """Return the anchor as planning knows it."""
        sensitivity = Sensitivity(self.sensitivity)
        return Anchor(
            self.anchor_id, self.version, self.day, self.wall_time, self.zone, self.cancelled, sensitivity
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ending:
    """How a visit ended, and who says so."""

    outcome: str
    source: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit to store; without an ending its loop is opened and must be decided in the same transaction."""

    external_id: str
    program_id: int
    member_id: int
    clinic_id: int
    loop_id: int
    anchor: Anchor
    ending: Ending | None


_COLUMNS = (
    anchor.c.external_id, anchor.c.id.label("anchor_id"), loop.c.id.label("loop_id"), anchor.c.member_id,
    anchor.c.clinic_id, anchor.c.version, anchor.c.day, anchor.c.wall_time, anchor.c.zone, anchor.c.starts_at,
    anchor.c.promised_at, anchor.c.cancelled, anchor.c.sensitivity, loop.c.outcome, loop.c.source, loop.c.reason,
    loop.c.closed,
)  # fmt: skip


def lock_visits(uow: UnitOfWork, program_id: int, external_ids: Iterable[str]) -> dict[str, StoredVisit]:
    """Lock the loops of the visits that these ids stand for, by id, and then read them."""
    ids = set(external_ids)
    mine = (anchor.c.program_id == program_id) & (anchor.c.kind == APPOINTMENT)
    if uow.dialect == "postgresql":
        found = rows_in(uow, select(loop.c.id).join(anchor).where(mine), anchor.c.external_id, ids)
        locked = select(loop.c.id).order_by(loop.c.id).with_for_update(key_share=True)
        rows_in(uow, locked, loop.c.id, sorted(row.id for row in found))
    query = select(*_COLUMNS).join(loop, loop.c.anchor_id == anchor.c.id).where(mine)
    return {row.external_id: StoredVisit(**row._mapping) for row in rows_in(uow, query, anchor.c.external_id, ids)}


def add_visits(uow: UnitOfWork, visits: Sequence[NewVisit]) -> None:
    """Store new visits, each with its loop."""
    uow.insert(anchor, [_anchor_row(visit) for visit in visits])
    uow.insert(loop, [_loop_row(visit, uow.now) for visit in visits])


def change_anchors(uow: UnitOfWork, changed: Sequence[tuple[Anchor, int, datetime]]) -> None:
    """Store (anchor, clinic, the start its version promises) of visits that a file shows differently."""
    if not changed:
        return
    rows = [
        {"anchor_id": about.id} | {f"new_{name}": value for name, value in (_about(about) | more).items()}
        for about, clinic_id, promised_at in changed
        for more in ({"clinic_id": clinic_id, "promised_at": promised_at},)
    ]
    names = [name.removeprefix("new_") for name in rows[0] if name != "anchor_id"]
    values = {name: bindparam(f"new_{name}", type_=anchor.c[name].type) for name in names}
    uow.execute(update(anchor).where(anchor.c.id == bindparam("anchor_id")).values(**values), rows)


def keep_secret(uow: UnitOfWork, clinic_id: int, sensitivity: Sensitivity) -> None:
    """Let texts say no more of a clinic's open visits than this, from now on; what may say less stays so (HIP-05)."""
    still_open = select(loop.c.anchor_id).where(loop.c.closed.is_(None))
    more = anchor.c.sensitivity.in_(laxer(sensitivity))
    changed = update(anchor).where(anchor.c.clinic_id == clinic_id, more, anchor.c.id.in_(still_open))
    uow.execute(changed.values(sensitivity=sensitivity))


def correct(uow: UnitOfWork, corrected: Mapping[int, Ending]) -> None:
    """Store how visits of closed loops ended after all; nothing else happens to them."""
    for loop_id, ending in corrected.items():
        values = {"outcome": ending.outcome, "source": ending.source, "reason": ending.reason}
        uow.execute(update(loop).where(loop.c.id == loop_id).values(version=loop.c.version + 1, **values))
        uow.audit(f"outcome.corrected.{ending.outcome}", f"loop:{loop_id}", "OUT-03")


def zones_of_visits(uow: UnitOfWork, member_ids: Iterable[int]) -> dict[int, set[str]]:
    """Return the zones in which members have had visits."""
    found: dict[int, set[str]] = defaultdict(set)
    for row in rows_in(uow, select(anchor.c.member_id, anchor.c.zone).distinct(), anchor.c.member_id, member_ids):
        found[row.member_id].add(row.zone)
    return found


def _about(about: Anchor) -> dict[str, Any]:
    return {
        "version": about.version,
        "day": about.day,
        "wall_time": about.wall_time,
        "zone": about.zone,
        "starts_at": about.starts_at,
        "cancelled": about.cancelled,
        "sensitivity": about.sensitivity,
    }


def _anchor_row(visit: NewVisit) -> dict[str, Any]:
    return _about(visit.anchor) | {
        "id": visit.anchor.id,
        "kind": APPOINTMENT,
        "program_id": visit.program_id,
        "clinic_id": visit.clinic_id,
        "member_id": visit.member_id,
        "external_id": visit.external_id,
        "promised_at": visit.anchor.starts_at,
    }


def _loop_row(visit: NewVisit, now: datetime) -> dict[str, Any]:
    ending = visit.ending
    return {
        "id": visit.loop_id,
        "version": 1,
        "program_id": visit.program_id,
        "member_id": visit.member_id,
        "anchor_id": visit.anchor.id,
        "lane": APPOINTMENT,
        "stage": Stage.CLOSED if ending else Stage.SCHEDULED,
        "outcome": ending.outcome if ending else None,
        "source": ending.source if ending else None,
        "reason": ending.reason if ending else None,
        "barriers": [],
        "closed": Closed.IMPORTED if ending else None,
        "opened_at": now,
        "closed_at": now if ending else None,
    }
