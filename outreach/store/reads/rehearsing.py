"""Which visits a cadence is tried on, and how members and clinics answered of late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from outreach.loops.outcomes import Outcome
from outreach.store.everywhere import anywhere
from outreach.store.tables import anchor, clinic, loop, prompt, touch
from outreach.store.unit_of_work import UnitOfWork

_OF_A_CALL = touch.c.channel == "voice"


@dataclass(frozen=True, slots=True)
class Sample:
    """Some of the visits asked for, each with the instant it became known, and how many there are in all."""

    visits: tuple[tuple[int, datetime], ...]
    whole: int


@dataclass(frozen=True, slots=True)
class Lately:
    """What was counted of a program: of each pair, how many in all and how many of them."""

    asked: int
    answered: int
    rides_asked: int
    rides_answered: int
    visits: int
    declined: int
    reported: int
    kept: int
    rides_needed: int
    calls: int
    reached: int


def open_loops(uow: UnitOfWork, program_id: int, most: int, clinic_id: int | None = None) -> Sample:
    """Return open visits of a program, or of one of its clinics."""
    return _sample(uow, _visits(program_id, clinic_id, loop.c.closed.is_(None)), most)


def on_days(uow: UnitOfWork, program_id: int, since: date, before: date, most: int) -> Sample:
    """Return visits of these days that were known before they began."""
    days = (anchor.c.day >= since) & (anchor.c.day < before) & ~anchor.c.cancelled
    return _sample(uow, _visits(program_id, None, days), most)


def become_known(uow: UnitOfWork, program_id: int, since: datetime, before: datetime, most: int) -> Sample:
    """Return visits that became known in a time."""
    known = (loop.c.opened_at >= since) & (loop.c.opened_at < before)
    return _sample(uow, _visits(program_id, None, known), most)


def _visits(program_id: int, clinic_id: int | None, which: ColumnElement[bool]) -> Select[Any]:
    query = select(loop.c.id, loop.c.opened_at).join(anchor, anchor.c.id == loop.c.anchor_id)
    query = query.where(loop.c.program_id == program_id, which)
    return query if clinic_id is None else query.where(anchor.c.clinic_id == clinic_id)


def _sample(uow: UnitOfWork, query: Select[Any], most: int) -> Sample:
    """Return every one, or every n-th by id: the same ones each time."""
    whole = int(uow.all(select(func.count()).select_from(query.subquery()))[0][0])
    every = -(-whole // most) or 1
    query = query.where(loop.c.id % every == 0) if every > 1 else query
    rows = uow.all(query.order_by(loop.c.id).limit(most))
    return Sample(tuple((row.id, row.opened_at) for row in rows), whole)


def clinics(uow: UnitOfWork, program_id: int) -> list[tuple[int, str]]:
    """Return a program's clinics by name."""
    query = select(clinic.c.id, clinic.c.name).where(clinic.c.program_id == program_id).order_by(clinic.c.name)
    return [(row.id, row.name) for row in uow.all(query)]


def lately(uow: UnitOfWork, program_id: int, since: datetime, today: date) -> Lately:
    """Count what members and clinics answered since then."""
    asked = select(prompt.c.key, prompt.c.state, func.count().label("n")).join(loop, loop.c.id == prompt.c.loop_id)
    asked = asked.where(loop.c.program_id == program_id, prompt.c.opened_at >= since, prompt.c.state != "open")
    by_key: Counter[tuple[bool, bool]] = Counter()
    for row in anywhere(uow, asked.group_by(prompt.c.key, prompt.c.state)):
        by_key[row.key.startswith("transport"), row.state == "answered"] += row.n
    called = select(touch.c.call_outcome, func.count().label("n")).where(touch.c.program_id == program_id, _OF_A_CALL)
    called = called.where(touch.c.call_outcome.is_not(None), touch.c.due_at >= since).group_by(touch.c.call_outcome)
    calls: Counter[str] = Counter()
    for row in anywhere(uow, called):
        calls[row.call_outcome] += row.n
    ended = select(loop.c.outcome, loop.c.ride_need, func.count().label("n"))
    ended = ended.join(anchor, anchor.c.id == loop.c.anchor_id).where(loop.c.program_id == program_id)
    ended = ended.where(anchor.c.day >= since.date(), anchor.c.day < today).group_by(loop.c.outcome, loop.c.ride_need)
    rows = uow.all(ended)
    return Lately(
        asked=by_key[False, True] + by_key[False, False],
        answered=by_key[False, True],
        rides_asked=by_key[True, True] + by_key[True, False],
        rides_answered=by_key[True, True],
        visits=sum(row.n for row in rows),
        declined=_count(rows, Outcome.CANCELLED_BY_PATIENT_TIMELY, Outcome.CANCELLED_BY_PATIENT_LATE),
        reported=_count(rows, *_SEEN, *_NOT_SEEN),
        kept=_count(rows, *_SEEN),
        rides_needed=sum(row.n for row in rows if row.ride_need in ("needed", "booked", "failed")),
        calls=calls.total(),
        reached=calls["reached"],
    )


_SEEN = (Outcome.KEPT, Outcome.KEPT_LATE)
_NOT_SEEN = (Outcome.NO_SHOW, Outcome.LEFT_WITHOUT_BEING_SEEN)


def _count(rows: Sequence[Any], *outcomes: Outcome) -> int:
    return sum(row.n for row in rows if row.outcome in outcomes)
