"""Visits by how they ended, by whose word, and why they did not take place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, literal, or_

from conversations.meaning import Reason
from outreach.loops.reports.fates import MISSED, Fate, fate, firm, outcomes_of
from outreach.store.reads.reports.scope import BOTH, Both, By, Scope, coded, counted, tallied, text_of, visits
from outreach.store.tables import anchor, loop
from outreach.store.unit_of_work import UnitOfWork

_COUNTED = frozenset({Fate.KEPT, Fate.NO_SHOW, Fate.UNSEEN, Fate.LATE, Fate.UNKNOWN})
_NONE = "[]"
Pairs = Counter[tuple[str, str]]  # (reason, group)


@dataclass(frozen=True, slots=True)
class VisitTallies:
    """Fates of visits, and whether the outcome of those that should have one by now is firm."""

    fates: Both
    firm: Both


def visit_tallies(uow: UnitOfWork, scope: Scope, by: By, due_before: Mapping[int, date]) -> VisitTallies:
    """Count visits. Those of a program before its day in `due_before` should have an outcome by now."""
    past = case((anchor.c.starts_at <= uow.now, 1), else_=0).label("past")
    owed = [(loop.c.program_id == program) & (anchor.c.day < day) for program, day in due_before.items()]
    due = case((or_(*owed), 1), else_=0).label("due") if owed else literal(0).label("due")
    query = visits(scope, by, loop.c.outcome, loop.c.closed, anchor.c.cancelled, loop.c.source, past, due)
    kinds = uow.all(counted(query, *BOTH, "outcome", "closed", "cancelled", "source", "past", "due"))
    ended = [(row, fate(row.outcome, row.closed, row.cancelled, bool(row.past))) for row in kinds]
    known = [(row, became) for row, became in ended if became in _COUNTED]
    return VisitTallies(
        fates=tallied((row.grouped, row.week, became, row.n) for row, became in known),
        firm=tallied((row.grouped, row.week, _firm(row.source), row.n) for row, _ in known if row.due),
    )


def _firm(source: str | None) -> str:
    return "firm" if firm(source) else "not_firm"


def reasons(uow: UnitOfWork, scope: Scope, by: By) -> Pairs:
    """Count the reasons of visits that were missed."""
    found: Pairs = Counter()
    query = visits(scope, by, loop.c.reason).where(loop.c.outcome.in_(outcomes_of(*MISSED)))
    for row in uow.all(counted(query, "grouped", "reason")):
        found[row.reason or Reason.NOT_STATED, str(row.grouped)] += row.n
    return found


def barriers(uow: UnitOfWork, scope: Scope, by: By) -> Pairs:
    """Count what members said stands between, on all visits; one may have several."""
    found: Pairs = Counter()
    listed = text_of(loop.c.barriers)
    for row in uow.all(counted(visits(scope, by, listed.label("listed")).where(listed != _NONE), "grouped", "listed")):
        for barrier in json.loads(row.listed):
            found[barrier, str(row.grouped)] += row.n
    return found


def ride_misses(uow: UnitOfWork, scope: Scope, by: By) -> Both:
    """Count no-shows and late cancels, by whether the ride is the reason or among what stands between."""
    listed = text_of(loop.c.barriers).contains(f'"{Reason.TRANSPORT_FAILURE}"')
    code = case((or_(loop.c.reason == Reason.TRANSPORT_FAILURE, listed), "for_a_ride"), else_="otherwise").label("code")
    query = visits(scope, by, code).where(loop.c.outcome.in_(outcomes_of(Fate.NO_SHOW, Fate.LATE)))
    return coded(uow.all(counted(query, *BOTH, "code")))
