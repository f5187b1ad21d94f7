"""How long things take: until a member is first heard, and until a task is finished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from outreach.loops.business_days import NO_PROGRAM
from outreach.loops.reports.measures import CONTACTED
from outreach.loops.reports.spans import AGES, age_bounds, percentile
from outreach.loops.reports.tables import OTHER, Line, table, together
from outreach.store import programs
from outreach.store.reads.reports.outreach import Spans
from outreach.store.reads.reports.work import queue_ages
from outreach.store.unit_of_work import UnitOfWork

HALF, MOST = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Wait:
    """A group, who of it was heard at all, and within how many hours half and nine tenths of it were; None: never."""

    line: Line
    half: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue's open tasks by age in business days, and within how many hours half of the finished ones were."""

    queue: str
    ages: tuple[int, ...]
    past_due: int
    finished: int
    half: int | None

    @property
    def open(self) -> int:
        """Return how many are open."""
        return sum(self.ages)


def waits(found: Mapping[str, Spans]) -> tuple[Wait, ...]:
    """Return each group's wait, the largest first; groups held back have a line without numbers."""
    tallies = {key: {"contacted": spans.hours.total(), "not_contacted": spans.never} for key, spans in found.items()}
    rows, others = together(tallies)
    pooled = Spans()
    for key in found.keys() - rows.keys():
        pooled.hours.update(found[key].hours)
        pooled.never += found[key].never
    spans = {**found, OTHER: pooled}
    return tuple(_wait(line, spans[line.key]) for line in table(CONTACTED, rows, others).lines)


def _wait(line: Line, spans: Spans) -> Wait:
    if line.counted is None:
        return Wait(line, None, None)
    return Wait(line, *(percentile(spans.hours, spans.never, share) for share in (HALF, MOST)))


def queue_rows(uow: UnitOfWork, finished: tuple[datetime, datetime], program: int | None) -> tuple[QueueRow, ...]:
    """Return every queue, the fullest first. Ages go by the office of the program, or of the first one."""
    known = programs.programs(uow)
    office = known[program].office if program in known else next((each.office for each in known.values()), NO_PROGRAM)
    rows = [
        QueueRow(
            queue,
            tuple(found.ages[name] for name, _ in AGES),
            found.past_due,
            found.finished.total(),
            percentile(found.finished, 0, HALF) if found.finished else None,
        )
        for queue, found in queue_ages(uow, age_bounds(office, uow.now), finished, program).items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.open, row.queue)))
