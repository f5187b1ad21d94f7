"""The work of people as reports show it: open tasks by age, how long finished ones took, what was opened again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from outreach.engine.report_waits import HALF
from outreach.loops.business_days import NO_PROGRAM
from outreach.loops.reports.measures import Counted
from outreach.loops.reports.spans import AGES, age_bounds, percentile
from outreach.loops.reports.work import TAKEN_BACK
from outreach.store import programs
from outreach.store.reads.reports.endings import taken_back
from outreach.store.reads.reports.work import QueueAges, queue_ages
from outreach.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue's open tasks by age in business days, and within how many hours half of the finished ones were."""

    queue: str
    ages: tuple[int, ...]
    past_due: int
    finished: int
    half: int | None
    taken_back: Counted  # endings that were taken back, of all endings

    @property
    def open(self) -> int:
        """Return how many are open."""
        return sum(self.ages)


def queue_rows(uow: UnitOfWork, finished: tuple[datetime, datetime], program: int | None) -> tuple[QueueRow, ...]:
    """Return every queue, the fullest first. Ages go by the office of the program, or of the first one."""
    known = programs.programs(uow)
    office = known[program].office if program in known else next((each.office for each in known.values()), NO_PROGRAM)
    ages, again = queue_ages(uow, age_bounds(office, uow.now), finished, program), taken_back(uow, finished, program)
    rows = [
        QueueRow(
            queue,
            tuple(found.ages[name] for name, _ in AGES),
            found.past_due,
            found.finished.total(),
            percentile(found.finished, 0, HALF) if found.finished else None,
            TAKEN_BACK.counted({"taken_back": again[queue], "ended": found.finished.total()}),
        )
        for queue, found in (ages | {queue: QueueAges() for queue in again.keys() - ages.keys()}).items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.open, row.queue)))
