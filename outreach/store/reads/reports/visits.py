"""Visits by how they ended, by whose word, and why they did not take place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, literal, or_

from conversations.meaning import Reason
from outreach.loops.reports.fates import MISSED, Fate, fate, firm
from outreach.store.reads.reports.scope import BOTH, Both, By, Scope, counted, tallied, text_of, visits
from outreach.store.tables import anchor, loop
from outreach.store.unit_of_work import UnitOfWork

_COUNTED = frozenset({Fate.KEPT, Fate.NO_SHOW, Fate.UNSEEN, Fate.LATE, Fate.UNKNOWN})
Pairs = dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class VisitTallies:
    """By group: fates of visits; whether their outcome is firm; misses with and without a ride among the reasons.

    `reasons` are those of visits that were missed, `barriers` what members said stands between, each by group.
    """

    fates: Both
    firm: Both
    ride_misses: Both
    reasons: Pairs
    barriers: Pairs


@dataclass(frozen=True, slots=True)
class _Kind:
    """Visits that are alike."""

    group: object
    day: date
    fate: Fate
    firm: bool
    due: bool
    reason: str
    barriers: str
    count: int


def visit_tallies(uow: UnitOfWork, scope: Scope, by: By, due_before: Mapping[int, date]) -> VisitTallies:
    """Count visits. Those of a program before its day in `due_before` should have an outcome by now."""
    kinds = _kinds(uow, scope, by, due_before)
    missed = [kind for kind in kinds if kind.fate in MISSED]
    not_there = [kind for kind in kinds if kind.fate in (Fate.NO_SHOW, Fate.LATE)]
    reasons: Counter[tuple[str, str]] = Counter()
    barriers: Counter[tuple[str, str]] = Counter()
    for kind in missed:
        reasons[kind.reason or Reason.NOT_STATED, str(kind.group)] += kind.count
    for kind in kinds:
        for barrier in json.loads(kind.barriers):
            barriers[barrier, str(kind.group)] += kind.count
    return VisitTallies(
        fates=tallied((kind.group, kind.day, kind.fate, kind.count) for kind in kinds if kind.fate in _COUNTED),
        firm=tallied(
            (kind.group, kind.day, "firm" if kind.firm else "not_firm", kind.count) for kind in kinds if kind.due
        ),
        ride_misses=tallied((kind.group, kind.day, _ride(kind), kind.count) for kind in not_there),
        reasons=dict(reasons),
        barriers=dict(barriers),
    )


def _firm(kind: _Kind) -> str:
    return "firm" if kind.firm else "not_firm"


def _ride(kind: _Kind) -> str:
    reasons = {kind.reason, *json.loads(kind.barriers)}
    return "for_a_ride" if Reason.TRANSPORT_FAILURE in reasons else "otherwise"


def _kinds(uow: UnitOfWork, scope: Scope, by: By, due_before: Mapping[int, date]) -> list[_Kind]:
    past = case((anchor.c.starts_at <= uow.now, 1), else_=0).label("past")
    owed = [(loop.c.program_id == program) & (anchor.c.day < day) for program, day in due_before.items()]
    due = case((or_(*owed), 1), else_=0).label("due") if owed else literal(0).label("due")
    barriers = text_of(loop.c.barriers).label("barriers")
    columns = (loop.c.outcome, loop.c.closed, anchor.c.cancelled, loop.c.source, loop.c.reason, barriers, past, due)
    query = visits(scope, by, *columns)
    rows = uow.all(
        counted(query, *BOTH, "outcome", "closed", "cancelled", "source", "reason", "barriers", "past", "due")
    )
    found = []
    for row in rows:
        became = fate(row.outcome, row.closed, row.cancelled, bool(row.past))
        due_now = bool(row.due) and became in _COUNTED
        found.append(
            _Kind(row.grouped, row.day, became, firm(row.source), due_now, row.reason or "", row.barriers, row.n)
        )
    return found
