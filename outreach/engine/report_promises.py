"""Work with a time of its own as reports show it: crises seen in time, interpreters booked in time, language gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from outreach.loops.reports.measures import Counted, Measure
from outreach.loops.reports.work import ACKNOWLEDGED, INTERPRETED, Kept
from outreach.store.reads.reports import promises
from outreach.store.reads.reports.promises import Gaps
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Promise:
    """A measure of work; `overdue` of its denominator is not done yet. Work is counted as it is: no cell is small."""

    measure: Measure
    counted: Counted
    overdue: int


@dataclass(frozen=True, slots=True)
class Promises:
    """What had a time of its own in the days of a report, and the language gaps of these days."""

    rows: tuple[Promise, ...]
    gaps: Gaps


def kept_promises(uow: UnitOfWork, days: tuple[datetime, datetime], program: int | None) -> Promises:
    """Return how many crises and interpreters had somebody in time."""
    rows = (
        _promise(ACKNOWLEDGED, promises.crises(uow, days, program)),
        _promise(INTERPRETED, promises.interpreters(uow, days, program)),
    )
    return Promises(rows, promises.gaps(uow, days, program))


def _promise(measure: Measure, found: Mapping[str, int]) -> Promise:
    return Promise(measure, measure.counted(found), found.get(Kept.OVERDUE, 0))
