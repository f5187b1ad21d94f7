"""The rows of the send protocol: what is due, what was decided about it, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from outreach.loops.cadence import Queue
from outreach.loops.tasks import TaskKind
from outreach.store.batches import rows_in, update_rows
from outreach.store.tables import attempt, member_contact, task, touch
from outreach.store.tables.touches import UNDER_WAY
from outreach.store.unit_of_work import UnitOfWork

BODY = "attempt:body"
LONGEST_CAP = timedelta(days=9)
PRESSING = timedelta(days=2)
COUNTED = ("claimed", "unknown", "accepted", "failed")  # it left, or it may have: caps count it


def still_due(uow: UnitOfWork, touch_ids: Sequence[int]) -> list[Any]:
    """Lock and return these touches, in this order, as they are now: a later statement than the phones' locks."""
    query = select(touch).where(touch.c.state == "planned", touch.c.due_at <= uow.now).order_by(touch.c.id)
    rows = rows_in(uow, query.with_for_update(key_share=True), touch.c.id, touch_ids)
    # Each column of a touch is asked for several times, and a row finds one by its name rather slowly.
    found = {row.id: SimpleNamespace(**dict(zip(touch.c.keys(), row, strict=True))) for row in rows}
    return [found[touch_id] for touch_id in touch_ids if touch_id in found]


def times_throttled(uow: UnitOfWork, touch_id: int) -> int:
    """Return how often the carrier turned a touch away for its rate."""
    query = select(func.count()).where(attempt.c.touch_id == touch_id, attempt.c.outcome == "throttled")
    return int(uow.execute(query).scalar_one())


def loops_of(uow: UnitOfWork, touch_ids: Iterable[int]) -> list[int]:
    """Return the loops of these touches."""
    rows = rows_in(uow, select(touch.c.loop_id).where(touch.c.loop_id.is_not(None)), touch.c.id, touch_ids)
    return sorted({row.loop_id for row in rows})


def lock_touches(uow: UnitOfWork, touch_ids: Iterable[int]) -> dict[int, Row[Any]]:
    """Lock and return touches by id."""
    query = select(touch).order_by(touch.c.id).with_for_update(key_share=True)
    return {row.id: row for row in rows_in(uow, query, touch.c.id, sorted(set(touch_ids)))}


def set_touches(uow: UnitOfWork, changes: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Store changed columns of locked touches; rows that change the same columns go in one batch."""
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for touch_id, values in changes:
        by_columns[tuple(sorted(values))].append({"id": touch_id, **values})
    for rows in by_columns.values():
        update_rows(uow, touch, ("id",), rows)


def insert_attempts(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store attempts, before anything is posted."""
    uow.insert(attempt, rows)


def end_attempts(uow: UnitOfWork, ended: Sequence[tuple[int, int, str]]) -> None:
    """Store outcomes of (touch, fencing, outcome)."""
    rows = [{"touch_id": touch_id, "fencing": fencing, "outcome": what} for touch_id, fencing, what in ended]
    update_rows(uow, attempt, ("touch_id", "fencing"), rows)


@dataclass(frozen=True, slots=True)
class Attempts:
    """When one phone was written to lately, doubtful attempts included."""

    proactive: list[datetime] = field(default_factory=list)
    of_booked_rides: list[datetime] = field(default_factory=list)
    answers: list[datetime] = field(default_factory=list)


_LATELY = select(attempt.c.contact_point_id, attempt.c.touch_id, attempt.c.claimed_at, attempt.c.proactive).where(
    attempt.c.claimed_at > bindparam("since"), attempt.c.outcome.in_(COUNTED)
)


def attempts_to(uow: UnitOfWork, contact_point_ids: Iterable[int], rides: Collection[int]) -> dict[int, Attempts]:
    """Return the attempts to each phone that caps may count; `rides` are the touches about a booked ride."""
    found: dict[int, Attempts] = defaultdict(Attempts)
    rows = rows_in(uow, _LATELY, attempt.c.contact_point_id, contact_point_ids, since=uow.now - LONGEST_CAP)
    for phone, touch_id, claimed_at, proactive in rows:
        lately = found[phone]
        unasked = lately.of_booked_rides if touch_id in rides else lately.proactive
        (unasked if proactive else lately.answers).append(claimed_at)
    return found


def pressing_to(uow: UnitOfWork, contact_point_ids: Iterable[int]) -> dict[int, list[datetime]]:
    """Return when what cannot wait is planned for each phone in the days a cap looks ahead to (LAW-35)."""
    found: dict[int, list[datetime]] = defaultdict(list)
    query = select(touch.c.contact_point_id, touch.c.due_at).where(
        touch.c.state == "planned", touch.c.queue == Queue.DAY_OF, touch.c.answers_at.is_(None),
        touch.c.of_a_booked_ride.is_(False), touch.c.due_at <= uow.now + PRESSING,
    )  # fmt: skip
    for row in rows_in(uow, query, touch.c.contact_point_id, contact_point_ids):
        found[row.contact_point_id].append(row.due_at)
    return found


def unheard_since(uow: UnitOfWork, signs: Mapping[int, datetime | None], long: timedelta) -> dict[int, datetime]:
    """Return the first text to each phone after its last sign of life, where that sign is `long` ago, or none.

    A sign is a reply or a delivery: after it, nobody answered and no carrier delivered (LAW-36).
    """
    silent = [phone for phone, at in signs.items() if at is None or at <= uow.now - long]
    first: dict[int, datetime] = {}
    query = select(attempt.c.contact_point_id, attempt.c.claimed_at).order_by(attempt.c.claimed_at)
    query = query.where(attempt.c.outcome.in_(COUNTED), attempt.c.proactive)
    for row in rows_in(uow, query, attempt.c.contact_point_id, silent):
        sign = signs[row.contact_point_id]
        if sign is None or row.claimed_at > sign:
            first.setdefault(row.contact_point_id, row.claimed_at)
    return first


_OF_A_MEMBER = (TaskKind.CRISIS, TaskKind.POSSIBLE_REFUSAL)  # all their phones
_ALARMS = select(task.c.contact_point_id, task.c.member_id, task.c.kind).where(
    task.c.state == "open", task.c.kind.in_((*_OF_A_MEMBER, TaskKind.SAFETY_REVIEW))
)


def alarms(uow: UnitOfWork, contact_point_ids: Iterable[int]) -> dict[int, set[str]]:
    """Return what no person has cleared on these phones yet.

    `crisis` (CRI-11) and `possible_refusal` (TWI-43) are the member's and hold all their phones; `safety_review`
    (LAW-23), a text that nobody has read, holds its own.
    """
    rows = uow.all(_ALARMS)
    found: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        found[row.contact_point_id].add(row.kind)
    for kind in _OF_A_MEMBER:
        theirs = {row.member_id for row in rows if row.kind == kind and row.member_id is not None}
        for row in rows_in(uow, select(member_contact.c.contact_point_id), member_contact.c.member_id, theirs):
            found[row.contact_point_id].add(kind)
    return {phone: found[phone] for phone in contact_point_ids if phone in found}


def past_lease(uow: UnitOfWork, state: str, real_now: datetime, limit: int) -> Sequence[Row[Any]]:
    """Return (id, loop_id, contact_point_id, attempts, looks, sender, sid) of touches whose lease or look is over."""
    query = select(*_LEASED).where(touch.c.state == state, touch.c.lease_until <= real_now)
    return uow.all(query.order_by(touch.c.lease_until, touch.c.id).limit(limit))


_LEASED = [touch.c[name] for name in ("id", "loop_id", "contact_point_id", "attempts", "looks", "sender", "sid")]


def calls_unended(uow: UnitOfWork, real_now: datetime, limit: int) -> Sequence[Row[Any]]:
    """Return the same of calls that left, and of whose end nobody has said anything in time."""
    query = select(*_LEASED, touch.c.call_outcome).where(UNDER_WAY, touch.c.lease_until <= real_now)
    return uow.all(query.order_by(touch.c.lease_until, touch.c.id).limit(limit))


def in_flight_to(uow: UnitOfWork, contact_point_id: int) -> int:
    """Return how many texts to a phone are being posted right now."""
    query = select(touch.c.id).where(touch.c.contact_point_id == contact_point_id, touch.c.state == "claimed")
    return len(uow.all(query))


def any_in_flight(uow: UnitOfWork) -> bool:
    """Whether any text is being posted, or in doubt with a look-up to come."""
    query = select(touch.c.id).where(touch.c.state.in_(("claimed", "unknown")), touch.c.lease_until.is_not(None))
    return bool(uow.all(query.limit(1)))


def get_attempt(uow: UnitOfWork, touch_id: int, fencing: int) -> Row[Any] | None:
    """Return one attempt, or None."""
    rows = uow.all(select(attempt).where(attempt.c.touch_id == touch_id, attempt.c.fencing == fencing))
    return rows[0] if rows else None


def known_sids(uow: UnitOfWork, sids: Iterable[str]) -> set[str]:
    """Return those carrier ids that some touch already has, or had before it was tried again."""
    asked = list(sids)
    failed = rows_in(uow, select(attempt.c.failed_sid), attempt.c.failed_sid, asked)
    return {row.sid for row in rows_in(uow, select(touch.c.sid), touch.c.sid, asked)} | {sid for (sid,) in failed}


def unresolved_of(uow: UnitOfWork, loop_id: int | None, contact_point_id: int | None) -> Sequence[Row[Any]]:
    """Lock and return the touches of a loop, or of a phone outside any loop, that only a person can settle."""
    mine = touch.c.loop_id == loop_id
    if loop_id is None:
        mine = touch.c.loop_id.is_(None) & (touch.c.contact_point_id == contact_point_id)
    query = select(touch).where(mine, touch.c.state == "unknown", touch.c.lease_until.is_(None))
    return uow.all(query.order_by(touch.c.id).with_for_update(key_share=True))
