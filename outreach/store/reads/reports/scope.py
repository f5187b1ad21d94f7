"""Which visits a report is about, and by what it groups them: every measure counts around visits of these days."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import CTE, ColumnElement, Join, Select, String, case, cast, func, select

from outreach.loops.anchor import Sensitivity
from outreach.loops.rides import RideNeed
from outreach.store.reads.reports.instants import monday
from outreach.store.tables import anchor, loop, member

Tallies = dict[str, Counter[str]]  # group -> code -> how many


@dataclass(frozen=True, slots=True)
class Both:
    """The same rows counted by group, and by week."""

    groups: Tallies
    weeks: Tallies


class By(StrEnum):
    """What visits are grouped by; besides, every report counts by week, from Monday on, by the clinic's calendar."""

    LANGUAGE = "language"
    CLINIC = "clinic"
    PROGRAM = "program"
    TIER = "tier"
    RIDE = "ride"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Scope:
    """Visits from `first` to `last`, both included; None is all of them."""

    first: date
    last: date
    program: int | None = None
    clinic: int | None = None
    language: str | None = None


GROUPS: dict[By, ColumnElement[Any]] = {
    By.LANGUAGE: member.c.language,
    By.CLINIC: anchor.c.clinic_id,
    By.PROGRAM: loop.c.program_id,
    By.TIER: member.c.tier,
    By.RIDE: case(
        (loop.c.ride_need == RideNeed.UNKNOWN, "unknown"), (loop.c.ride_need == RideNeed.OWN, "no"), else_="yes"
    ),
}
BOTH = ("grouped", "week")
SPEAKABLE = anchor.c.sensitivity != Sensitivity.SILENT  # others are in no measure of messages (rulebook 6.2)
VISITS: Join = anchor.join(loop, loop.c.anchor_id == anchor.c.id).join(member, member.c.id == loop.c.member_id)


def bounds(scope: Scope) -> list[ColumnElement[bool]]:
    """Return what a visit must be like to be in a report."""
    chosen: list[ColumnElement[bool]] = [anchor.c.day >= scope.first, anchor.c.day <= scope.last]
    if scope.program is not None:
        chosen.append(loop.c.program_id == scope.program)
    if scope.clinic is not None:
        chosen.append(anchor.c.clinic_id == scope.clinic)
    if scope.language is not None:
        chosen.append(member.c.language == scope.language)
    return chosen


def visits(scope: Scope, by: By, *columns: Any) -> Select[Any]:
    """Return a query of the visits of a report: `grouped`, `week` and these columns of each."""
    both = (GROUPS[by].label("grouped"), monday(anchor.c.day).label("week"))
    return select(*both, *columns).select_from(VISITS).where(*bounds(scope))


def visits_once(scope: Scope, by: By) -> CTE:
    """Return the visits that messages may be about, for a statement that asks several things of each.

    The database makes it first, and goes from there: a few visits lead to their texts, not all texts to a few visits.
    """
    columns = (loop.c.id.label("loop_id"), loop.c.member_id, loop.c.opened_at, anchor.c.starts_at, member.c.language)
    return visits(scope, by, *columns).where(SPEAKABLE).cte("here")


def counted(query: Select[Any], *keys: str) -> Select[Any]:
    """Return how many rows a query has of each kind: the keys, and `n`."""
    rows = query.subquery()
    named = [rows.c[name] for name in keys]
    return select(*named, func.count().label("n")).group_by(*named)


def text_of(column: Any) -> ColumnElement[str]:
    """Return a column of JSON as text, by which rows can be grouped on every database."""
    return cast(column, String)


def tallied(rows: Iterable[tuple[Any, date, str, int]]) -> Both:
    """Return the tallies of (group, Monday of the week, code, how many)."""
    groups: Tallies = defaultdict(Counter)
    weeks: Tallies = defaultdict(Counter)
    for group, week, code, count in rows:
        groups[str(group)][code] += count
        weeks[week.isoformat()][code] += count
    return Both(dict(groups), dict(weeks))


def coded(rows: Iterable[Any]) -> Both:
    """Return the tallies of rows that `counted` by BOTH and "code"."""
    return tallied((row.grouped, row.week, row.code, row.n) for row in rows)
