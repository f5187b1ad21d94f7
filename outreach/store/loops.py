"""Loops and their anchors: locked before they are read, stored only at the version that was seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from conversations.meaning import PartOfDay, Preferences, Reason
from outreach.loops.anchor import Anchor, Sensitivity
from outreach.loops.held import Hold
from outreach.loops.loop import Closed, Loop, Stage
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.rides import Ride, RideNeed, Trip
from outreach.store import trips
from outreach.store.batches import rows_in
from outreach.store.tables import anchor, loop
from outreach.store.unit_of_work import UnitOfWork


class LoopChangedMeanwhile(Exception):
    """Another transaction stored this loop after it was read here; nothing was stored, decide again."""


@dataclass(frozen=True, slots=True)
class StoredLoop:
    """A loop with what only the store knows about it."""

    loop: Loop
    version: int
    program: int
    member: int
    clinic: int
    held_by: str | None
    closed_at: datetime | None


_COLUMNS = (
    loop.c.id, loop.c.version, loop.c.program_id, loop.c.member_id, loop.c.lane, loop.c.stage, loop.c.outcome,
    loop.c.source, loop.c.reason, loop.c.barriers, loop.c.preferences, loop.c.ride_need, loop.c.ride_revision,
    loop.c.tried, loop.c.called, loop.c.closed, loop.c.held_by, loop.c.closed_at, anchor.c.clinic_id,
    anchor.c.id.label("anchor_id"), anchor.c.version.label("anchor_version"), anchor.c.day, anchor.c.wall_time,
    anchor.c.zone, anchor.c.cancelled, anchor.c.sensitivity,
)  # fmt: skip


def lock(uow: UnitOfWork, loop_ids: Iterable[int]) -> list[StoredLoop]:
    """Lock these loops, by id, and then read them; after the phones and before touches (the lock order)."""
    ids = sorted(set(loop_ids))
    if uow.dialect == "postgresql":
        rows_in(uow, select(loop.c.id).order_by(loop.c.id).with_for_update(key_share=True), loop.c.id, ids)
    return get(uow, ids)


def get(uow: UnitOfWork, loop_ids: Iterable[int]) -> list[StoredLoop]:
    """Return these loops as they are, by id, for whoever only looks."""
    ids = sorted(set(loop_ids))
    query = select(*_COLUMNS).join(anchor, anchor.c.id == loop.c.anchor_id)
    rows = sorted(rows_in(uow, query, loop.c.id, ids), key=lambda row: row.id)
    booked = trips.current(uow, [row.id for row in rows if row.ride_need == RideNeed.BOOKED])
    return [_stored(row, booked.get(row.id, ())) for row in rows]


def _stored(row: Row[Any], booked: tuple[Trip, ...]) -> StoredLoop:
    about = Anchor(
        id=row.anchor_id,
        version=row.anchor_version,
        day=row.day,
        wall_time=row.wall_time,
        zone=row.zone,
        cancelled=row.cancelled,
        sensitivity=Sensitivity(row.sensitivity),
    )
    state = Loop(
        id=row.id,
        lane=row.lane,
        anchor=about,
        stage=Stage(row.stage),
        outcome=Outcome(row.outcome) if row.outcome else None,
        source=Source(row.source) if row.source else None,
        reason=Reason(row.reason) if row.reason else None,
        barriers=frozenset(Reason(code) for code in row.barriers),
        preferences=read_preferences(row.preferences),
        ride=Ride(RideNeed(row.ride_need), booked, row.ride_revision),
        tried=row.tried,
        called=row.called,
        closed=Closed(row.closed) if row.closed else None,
    )
    return StoredLoop(state, row.version, row.program_id, row.member_id, row.clinic_id, row.held_by, row.closed_at)


def read_preferences(stored: Mapping[str, Any]) -> Preferences:
    """Return when a member would rather come, from plain data."""
    part = stored.get("part_of_day")
    exact = (stored.get(name) for name in ("time", "date", "callback_time"))
    return Preferences(tuple(stored.get("days", ())), PartOfDay(part) if part else None, *exact)


def write_preferences(preferences: Preferences) -> dict[str, Any]:
    """Return the plain data that `read_preferences` reads back; empty when nothing was preferred."""
    plain = asdict(preferences) | {"days": list(preferences.days)}
    return {name: value for name, value in plain.items() if value}


def loop_row(state: Loop, held: Hold | None) -> dict[str, Any]:
    """Return the columns that follow from a loop's own state and its hold."""
    return {
        "stage": state.stage,
        "outcome": state.outcome,
        "source": state.source,
        "reason": state.reason,
        "barriers": sorted(state.barriers),
        "preferences": write_preferences(state.preferences),
        "ride_need": state.ride.need,
        "ride_revision": state.ride.revision,
        "tried": state.tried,
        "called": state.called,
        "closed": state.closed,
        "held_by": held.name if held else None,
        "next_at": held.at if held else None,
    }


def save(uow: UnitOfWork, decided: Sequence[tuple[StoredLoop, Loop, Hold | None]]) -> None:
    """Store loops at the version seen, with the hold their rows give; raises LoopChangedMeanwhile."""
    if not decided:
        return
    fields = (*loop_row(decided[0][1], None), "closed_at")
    statement = (
        update(loop)
        .where(loop.c.id == bindparam("loop_id"), loop.c.version == bindparam("seen"))
        .values(version=loop.c.version + 1, **{name: bindparam(f"new_{name}") for name in fields})
    )
    rows = []
    for seen, state, held in decided:
        row = loop_row(state, held) | {"closed_at": None if state.open else seen.closed_at or uow.now}
        rows.append({"loop_id": state.id, "seen": seen.version} | {f"new_{name}": row[name] for name in fields})
    if uow.execute(statement, rows).rowcount != len(rows):
        raise LoopChangedMeanwhile(LoopChangedMeanwhile.__doc__)
    trips.save(uow, [(s.id, s.ride.trips) for seen, s, _ in decided if s.ride.trips != seen.loop.ride.trips])


def name_holds(uow: UnitOfWork, holds: Sequence[tuple[int, Hold | None]]) -> None:
    """Store the names of holds that changed with a touch, where the loop itself did not."""
    if not holds:
        return
    statement = (
        update(loop)
        .where(loop.c.id == bindparam("loop_id"))
        .values(held_by=bindparam("name"), next_at=bindparam("at", type_=loop.c.next_at.type))
    )
    rows = [{"loop_id": loop_id, "name": h.name if h else None, "at": h.at if h else None} for loop_id, h in holds]
    uow.execute(statement, rows)


def open_of_members(uow: UnitOfWork, member_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Return (member, loop) of every open loop of these members, the nearest visit first."""
    query = select(loop.c.member_id, loop.c.id, anchor.c.starts_at).join(anchor, anchor.c.id == loop.c.anchor_id)
    rows = rows_in(uow, query.where(loop.c.closed.is_(None)), loop.c.member_id, member_ids)
    return [(row.member_id, row.id) for row in sorted(rows, key=lambda row: (row.starts_at, row.id))]


def open_of_program(uow: UnitOfWork, program_id: int) -> list[int]:
    """Return every open loop of a program, by id."""
    query = select(loop.c.id).where(loop.c.program_id == program_id, loop.c.closed.is_(None))
    return [row.id for row in uow.all(query.order_by(loop.c.id))]


def link_parent(uow: UnitOfWork, child_id: int, parent_id: int) -> bool:
    """Let an open loop of the same member follow another; False when it is not one."""
    rows = uow.all(select(loop.c.id, loop.c.member_id, loop.c.closed).where(loop.c.id.in_((child_id, parent_id))))
    by_id = {row.id: row for row in rows}
    child, parent = by_id.get(child_id), by_id.get(parent_id)
    if child is None or parent is None or child is parent or child.closed or child.member_id != parent.member_id:
        return False
    uow.execute(update(loop).where(loop.c.id == child_id).values(parent_id=parent_id))
    return True


def member_of(uow: UnitOfWork, loop_id: int) -> int:
    """Return the member a loop is about."""
    return int(uow.execute(select(loop.c.member_id).where(loop.c.id == loop_id)).scalar_one())
