"""How promises ended, and what it took: the figures of the visits from one day on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select, text

from locales.segments import segments
from outreach.loops.consent import Channel
from outreach.store.claims import BODY
from outreach.store.everywhere import anywhere
from outreach.store.tables import anchor, attempt, loop, task, touch
from outreach.store.unit_of_work import UnitOfWork

MOST_BODIES = 2_000  # each body is opened and counted: more than these would be felt
_KEPT = ("kept", "kept_late")
_UNHELD = text("SELECT loop_id FROM loop_health").columns(loop.c.id.label("loop_id")).subquery("broken")


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """Loops of visits from one day on, each counted once, and the texts of those loops.

    promises == kept + sum of not_kept + unknown + owned + waiting + unheld. `not_kept` counts reasons, or closing codes
    where no reason is known, most first. An open loop is `unheld` if nothing holds it, else `owned` if a person has an
    open task for it, else `waiting`.

    `texts` left us, in `segments` billed parts (None where there are too many to open). `held` waited for a rule,
    `refused` never left because of one, and `not_delivered` were refused or given up by the carrier.
    """

    promises: int
    kept: int
    not_kept: tuple[tuple[str, int], ...]
    unknown: int
    owned: int
    waiting: int
    unheld: int
    texts: int
    segments: int | None
    held: int
    refused: int
    not_delivered: int


def scoreboard(uow: UnitOfWork, since: date) -> Scoreboard:
    """Count the visits whose day is `since` or later."""
    ends = _ends(uow, since)
    kept, unknown = ends.pop("kept", 0), ends.pop("unknown", 0)
    counted = _open(uow, since)
    texts = _texts(uow, since)
    return Scoreboard(
        promises=kept + unknown + sum(ends.values()) + sum(counted.values()),
        kept=kept,
        not_kept=tuple(sorted(ends.items(), key=lambda found: (-found[1], found[0]))),
        unknown=unknown,
        owned=counted["owned"],
        waiting=counted["waiting"],
        unheld=counted["unheld"],
        texts=texts["texts"],
        segments=_segments(uow, since) if texts["texts"] <= MOST_BODIES else None,
        held=texts["held"],
        refused=texts["refused"],
        not_delivered=texts["not_delivered"],
    )


def visit_days(uow: UnitOfWork) -> tuple[date, date]:
    """Return the first and the last day that has a visit of an open loop; there must be one."""
    query = select(func.min(anchor.c.day).label("first"), func.max(anchor.c.day).label("last")).select_from(anchor)
    row = uow.all(query.join(loop, loop.c.anchor_id == anchor.c.id).where(loop.c.closed.is_(None)))[0]
    return row.first, row.last


def _since(query: Select[Any], since: date) -> Select[Any]:
    return query.join(anchor, anchor.c.id == loop.c.anchor_id).where(anchor.c.day >= since)


def _ends(uow: UnitOfWork, since: date) -> Counter[str]:
    """Return how closed loops ended: kept, unknown, or the reason."""
    keys = (loop.c.closed, loop.c.outcome, loop.c.reason)
    query = _since(select(*keys, func.count().label("loops")).select_from(loop), since)
    found: Counter[str] = Counter()
    for row in uow.all(query.where(loop.c.closed.is_not(None)).group_by(*keys)):
        found[_end(row.closed, row.outcome, row.reason)] += row.loops
    return found


def _end(closed: str, outcome: str | None, reason: str | None) -> str:
    if outcome in _KEPT:
        return "kept"
    if outcome == "unknown" or closed == "outcome_unknown":
        return "unknown"
    return reason or closed


def _open(uow: UnitOfWork, since: date) -> Counter[str]:
    """Return what holds the open loops; the view of the unheld ones is read once."""
    owned = exists().where(task.c.loop_id == loop.c.id, task.c.state == "open")
    holds = case((_UNHELD.c.loop_id.is_not(None), "unheld"), (owned, "owned"), else_="waiting").label("holds")
    query = select(holds, func.count().label("loops")).select_from(loop).outerjoin(
        _UNHELD, _UNHELD.c.loop_id == loop.c.id
    )  # fmt: skip
    rows = uow.all(_since(query, since).where(loop.c.closed.is_(None)).group_by(holds))
    return Counter({row.holds: row.loops for row in rows})


def _texts(uow: UnitOfWork, since: date) -> Counter[str]:
    arrived = func.coalesce(touch.c.carrier_status, "").in_(("delivered", "read"))
    counts = {
        "texts": touch.c.state == "sent",
        "held": touch.c.due_at > touch.c.planned_for,
        "refused": and_(touch.c.state == "refused", touch.c.error_code.is_(None)),
        "not_delivered": and_(touch.c.error_code.is_not(None), ~arrived),
    }
    columns: list[ColumnElement[Any]] = [_number_of(where).label(name) for name, where in counts.items()]
    query: Select[Any] = select(*columns).select_from(touch).join(loop, loop.c.id == touch.c.loop_id)
    found: Counter[str] = Counter()
    for row in anywhere(uow, _since(query, since)):
        found.update(row._asdict())
    return found


def _number_of(where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((where, 1), else_=0)), 0)


def _segments(uow: UnitOfWork, since: date) -> int:
    bodies = (
        select(attempt.c.touch_id, attempt.c.body).select_from(attempt).join(touch, touch.c.id == attempt.c.touch_id)
    )
    bodies = bodies.where(
        touch.c.state == "sent", touch.c.channel == Channel.SMS, attempt.c.fencing == touch.c.attempts
    )
    rows = anywhere(uow, _since(bodies.join(loop, loop.c.id == touch.c.loop_id), since))
    return sum(segments(uow.keyring.open(BODY, row.touch_id, row.body)).parts for row in rows)
