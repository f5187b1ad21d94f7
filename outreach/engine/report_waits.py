"""How long things take: until a member is first heard, and until a ride that was asked for is booked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from outreach.loops.reports.measures import Measure
from outreach.loops.reports.spans import percentile
from outreach.loops.reports.tables import OTHER, Line, table, together
from outreach.store.reads.reports.waiting import Spans

HALF, MOST = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Wait:
    """A group, how much of it came at all, and within how many hours half and nine tenths of it did; None: never."""

    line: Line
    half: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Waits:
    """What was waited for, as a measure, and each group's wait: the largest first."""

    measure: Measure
    rows: tuple[Wait, ...]


def waits(measure: Measure, found: Mapping[str, Spans]) -> Waits:
    """Return each group's wait; groups held back have a line without numbers."""
    rows, others = together({key: _tally(measure, spans) for key, spans in found.items()})
    pooled = Spans()
    for key in found.keys() - rows.keys():
        pooled.hours.update(found[key].hours)
        pooled.never += found[key].never
    spans = {**found, OTHER: pooled}
    return Waits(measure, tuple(_wait(line, spans[line.key]) for line in table(measure, rows, others).lines))


def _tally(measure: Measure, spans: Spans) -> dict[str, int]:
    counts = ((measure.part, spans.hours.total()), (measure.rest, spans.never), (measure.unknown, spans.apart))
    return {code: count for codes, count in counts for code in codes}


def _wait(line: Line, spans: Spans) -> Wait:
    if line.counted is None:
        return Wait(line, None, None)
    return Wait(line, *(percentile(spans.hours, spans.never, share) for share in (HALF, MOST)))
