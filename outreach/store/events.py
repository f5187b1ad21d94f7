"""Loop events as rows: appended with the change that caused them, consumed once and in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import TypeAdapter
from sqlalchemy import func, select

from outreach.loops.events import Event, TouchDelivered
from outreach.store.batches import rows_in, update_rows
from outreach.store.tables import loop_event
from outreach.store.unit_of_work import UnitOfWork


def _members(union: Any) -> Iterable[type]:
    for part in get_args(union):
        yield from _members(part) if get_args(part) else (part,)


_ADAPTERS: dict[str, TypeAdapter[Any]] = {kind.__name__: TypeAdapter(kind) for kind in _members(Event)}
# The words of the member stay sealed on the reply; an event keeps only what was understood.
_LEFT_OUT: dict[str, Any] = {"Heard": {"meaning": {"because"}}}

_ONLY_TELL = frozenset({TouchDelivered.__name__})  # `advance` stays where it is, whatever the loop


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event that waits to be consumed."""

    id: int
    event: Event


def append(uow: UnitOfWork, events: Sequence[tuple[int, Event]]) -> None:
    """Append (loop id, event) pairs in order. What no loop decides anything upon is on its time line, and consumed."""
    events = sorted(events, key=lambda pair: pair[0])  # the lock order; each loop's own events keep theirs
    rows = [
        {
            "id": row_id,
            "loop_id": loop_id,
            "kind": type(event).__name__,
            "at": event.at,
            "body": write_event(event),
            "actor": str(uow.actor),
        }
        for row_id, (loop_id, event) in zip(uow.next_ids(len(events)), events, strict=True)
    ]
    uow.insert(loop_event, [row for row in rows if row["kind"] not in _ONLY_TELL])
    over = {"consumed_at": uow.now, "effects": []}
    uow.insert(loop_event, [row | over for row in rows if row["kind"] in _ONLY_TELL])


def write_event(event: Event) -> dict[str, Any]:
    """Return the stored form of an event."""
    kind = type(event).__name__
    written: dict[str, Any] = _ADAPTERS[kind].dump_python(event, mode="json", exclude=_LEFT_OUT.get(kind))
    return written


def read_event(kind: str, body: Mapping[str, Any]) -> Event:
    """Return the event that `write_event` stored."""
    event: Event = _ADAPTERS[kind].validate_python(body, strict=False)
    return event


def waiting(uow: UnitOfWork, loop_ids: Iterable[int]) -> dict[int, list[StoredEvent]]:
    """Return each loop's unconsumed events, oldest first."""
    query = select(loop_event.c.loop_id, loop_event.c.id, loop_event.c.kind, loop_event.c.body)
    rows = rows_in(uow, query.where(loop_event.c.consumed_at.is_(None)), loop_event.c.loop_id, loop_ids)
    found: dict[int, list[StoredEvent]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.id):
        found[row.loop_id].append(StoredEvent(row.id, read_event(row.kind, row.body)))
    return found


def loops_waiting(uow: UnitOfWork, limit: int) -> list[int]:
    """Return up to `limit` loops that have something to consume, longest waiting first."""
    query = (
        select(loop_event.c.loop_id)
        .where(loop_event.c.consumed_at.is_(None))
        .group_by(loop_event.c.loop_id)
        .order_by(func.min(loop_event.c.id))
        .limit(limit)
    )
    return [row.loop_id for row in uow.all(query)]


def consume(uow: UnitOfWork, decided: Sequence[tuple[int, list[str]]]) -> None:
    """Mark events as consumed, each with what was decided."""
    rows = [{"id": event_id, "consumed_at": uow.now, "effects": effects} for event_id, effects in decided]
    update_rows(uow, loop_event, ("id",), rows)
