"""Loops and their anchors: locked before they are read, stored only at the version that was seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from conversations.meaning import PartOfDay, Preferences, Reason
from outreach.loops.anchor import Anchor, Sensitivity
from outreach.loops.held import Hold
from outreach.loops.loop import Closed, Loop, Stage
from outreach.loops.outcomes import Outcome, Source
from outreach.loops.rides import Ride, RideNeed, Trip
from outreach.store import trips
from outreach.store.batches import chunks, rows_in, update_rows
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


_NEXT_VERSION = (("version", loop.c.version + 1),)


def lock(uow: UnitOfWork, loop_ids: Iterable[int]) -> list[StoredLoop]:
    """Lock these loops, by id, and then read them; after the phones and before touches (the lock order)."""
    ids = sorted(set(loop_ids))
    lock_rows(uow, ids)
    return get(uow, ids)


_LOCK = select(loop.c.id).order_by(loop.c.id).with_for_update(key_share=True)


def lock_rows(uow: UnitOfWork, loop_ids: Iterable[int]) -> None:
    """Lock these loops, by id, for whoever need not read them."""
    if uow.dialect == "postgresql":
        rows_in(uow, _LOCK, loop.c.id, sorted(set(loop_ids)))


def lock_free(uow: UnitOfWork, loop_ids: Sequence[int], limit: int) -> list[int]:
    """Lock the first `limit` of these loops that nobody else has locked, and return them."""
    if uow.dialect != "postgresql":
        return list(loop_ids[:limit])
    found: list[int] = []
    for part in chunks(loop_ids, limit):
        free = rows_in(uow, _LOCK_FREE, loop.c.id, sorted(part))
        found.extend(row.id for row in free[: limit - len(found)])
        if len(found) >= limit:
            break
    return found


_LOCK_FREE = select(loop.c.id).order_by(loop.c.id).with_for_update(key_share=True, skip_locked=True)
_GET = select(*_COLUMNS).join(anchor, anchor.c.id == loop.c.anchor_id)


def get(uow: UnitOfWork, loop_ids: Iterable[int]) -> list[StoredLoop]:
    """Return these loops as they are, by id, for whoever only looks."""
    ids = sorted(set(loop_ids))
    rows = sorted(rows_in(uow, _GET, loop.c.id, ids), key=lambda row: row.id)
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


_NO_PREFERENCE = Preferences()


def write_preferences(preferences: Preferences) -> dict[str, Any]:
    """Return the plain data that `read_preferences` reads back; empty when nothing was preferred."""
    if preferences == _NO_PREFERENCE:  # of almost every loop, and taking it apart costs more than asking
        return {}
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
    rows = []
    for seen, state, held in decided:
        closed_at = None if state.open else seen.closed_at or uow.now
        rows.append({"id": state.id, "version": seen.version, **loop_row(state, held), "closed_at": closed_at})
    if update_rows(uow, loop, ("id", "version"), rows, _NEXT_VERSION) != len(rows):
        raise LoopChangedMeanwhile(LoopChangedMeanwhile.__doc__)
    trips.save(uow, [(s.id, s.ride.trips) for seen, s, _ in decided if s.ride.trips != seen.loop.ride.trips])


_NAMED = select(loop.c.id, loop.c.held_by, loop.c.next_at).where(loop.c.closed.is_(None))


def held(uow: UnitOfWork, loop_ids: Iterable[int]) -> dict[int, Hold | None]:
    """Return what each of these loops says it is held by; closed ones are left out."""
    rows = rows_in(uow, _NAMED, loop.c.id, sorted(set(loop_ids)))
    return {row.id: Hold(row.next_at, row.held_by) if row.held_by else None for row in rows}


def name_holds(uow: UnitOfWork, holds: Mapping[int, Hold | None]) -> None:
    """Store the names of holds that changed with a touch, where the loop itself did not."""
    rows = [
        {"id": loop_id, "held_by": hold.name if hold else None, "next_at": hold.at if hold else None}
        for loop_id, hold in holds.items()
    ]
    update_rows(uow, loop, ("id",), rows)


def open_of_members(uow: UnitOfWork, member_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Return (member, loop) of every open loop of these members, the nearest visit first."""
    query = select(loop.c.member_id, loop.c.id, anchor.c.starts_at).join(anchor, anchor.c.id == loop.c.anchor_id)
    rows = rows_in(uow, query.where(loop.c.closed.is_(None)), loop.c.member_id, member_ids)
    return [(row.member_id, row.id) for row in sorted(rows, key=lambda row: (row.starts_at, row.id))]


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
