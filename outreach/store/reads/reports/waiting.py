"""How long something took, in whole sets: rows of a group by an upper bound in hours, and what never came."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast

from outreach.loops.reports.spans import HOURS
from outreach.store.reads.reports.instants import hours_between
from outreach.store.unit_of_work import UnitOfWork

NEVER, APART = "never", "apart"
_LONGER = str(HOURS[-1] + 1)


@dataclass(slots=True)
class Spans:
    """What a group waited for: how soon it came, by an upper bound in hours; what never did, and what stands apart."""

    hours: Counter[int] = field(default_factory=Counter)
    never: int = 0
    apart: int = 0


def took(uow: UnitOfWork, begin: Any, end: Any) -> ColumnElement[str]:
    """Return the code of a wait: its hours, begun ones counted; NEVER where it has no end."""
    hours = hours_between(uow, begin, end)
    return case((end.is_(None), NEVER), (hours > HOURS[-1], _LONGER), else_=cast(hours, String)).label("code")


def waited(rows: Iterable[tuple[Any, str, int]]) -> dict[str, Spans]:
    """Return the spans of (group, code, how many), by the group."""
    found: dict[str, Spans] = defaultdict(Spans)
    for group, code, count in rows:
        spans = found[str(group)]
        if code == NEVER:
            spans.never += count
        elif code == APART:
            spans.apart += count
        else:
            spans.hours[_bound(int(code))] += count
    return dict(found)


def _bound(hours: int) -> int:
    return next((bound for bound in HOURS if hours <= bound), HOURS[-1] * 2)
