"""A page of reports as CSV: what the page shows and nothing else, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from admin.language import gettext as _
from admin.report_words import FEW, MEASURES, NOTE, TABS, group, hours, queue, reason
from admin.words import plain
from outreach.engine.report_promises import Promises
from outreach.engine.report_waits import Waits
from outreach.engine.reports import Report
from outreach.loops.reports.grids import Crossed
from outreach.loops.reports.spans import AGES
from outreach.loops.reports.tables import Line, Table
from outreach.store.reads.reports.scope import By

_RUNS: tuple[str, ...] = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")
_RUNS += ("\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")
_HEAD = (
    "measure", "by", "group", "numerator", "denominator", "apart", "apart_is", "rate", "ci95_low", "ci95_high",
    "gap", "gap_low", "gap_high", "gap_to",
)  # fmt: skip
Row = Sequence[str | int | float | None]


def sheet(found: Report, names: Mapping[str, str]) -> str:
    """Return one page as CSV. `names` are those of clinics or programs by their ids."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([quiet(cell) for cell in row] for row in _rows(found, names))
    return out.getvalue()


def quiet(cell: str | int | float | None) -> str:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers (OWASP: CSV injection)."""
    if isinstance(cell, float):
        return f"{cell:.4f}"
    if cell is None or isinstance(cell, int):
        return "" if cell is None else str(cell)
    text = cell.replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_RUNS) else text


def _rows(found: Report, names: Mapping[str, str]) -> Iterable[Row]:
    scope = found.scope
    days = {"tab": TABS[found.tab], "first": scope.first.isoformat(), "last": scope.last.isoformat()}
    yield [_("%(tab)s: %(first)s to %(last)s, by the day of the visit", **days)]
    for what, chosen in (("program", scope.program), ("clinic", scope.clinic), ("language", scope.language)):
        if chosen is not None:
            yield [_("Only %(what)s %(chosen)s", what=plain(what), chosen=chosen)]
    yield [_("Counted %(when)s", when=found.counted_at.isoformat(timespec="minutes"))]
    yield [_(NOTE)]
    yield [_("%(few)s: a number of 1 to 10, or one that would give such a number away", few=FEW)]
    yield []
    yield list(_HEAD)
    for tables, by in ((found.groups, found.by), (found.weekly, By.WEEK)):
        for table in tables:
            yield from _measure(table, by, names)
    yield from _beside(found, names)


def _measure(table: Table, by: By, names: Mapping[str, str]) -> Iterable[Row]:
    name = table.measure.name
    if table.total is None:
        yield [name, by.value, "all", FEW, FEW]
        return
    yield [name, by.value, "all", *_counts(Line("", table.total), name)]
    to = group(table.reference, by, 1, names) if table.reference is not None else None
    for line in table.lines:
        label = line.key if by is By.WEEK else group(line.key, by, line.groups, names)
        gaps = [*line.gap, to] if line.gap else []
        yield [name, by.value, label, *_counts(line, name), *gaps]


def _counts(line: Line, name: str) -> Row:
    apart = MEASURES[name].apart
    found = line.counted
    if found is None:
        return [FEW, FEW, FEW if apart else None, apart, None, None, None]
    ends: tuple[float | None, float | None] = found.interval if found.whole else (None, None)
    unknown = FEW if found.unknown is None else found.unknown
    return [found.part, found.whole, unknown if apart else None, apart, found.rate, *ends]


def _beside(found: Report, names: Mapping[str, str]) -> Iterable[Row]:
    for title, crossed in (("reasons", found.reasons), ("barriers", found.barriers)):
        if crossed is not None and crossed.total is not None:
            yield from ([], *_grid(title, crossed, found.by, names))
    if found.waits is not None and found.waits.rows:
        yield from _waits(found.waits, found.by, names)
    if found.costs is not None and found.costs.total is not None:
        yield from ([], ["cost", "group", "texts", "segments_at_most"])
        yield ["", "all", found.costs.total.texts, found.costs.total.segments]
        for cost in found.costs.lines:
            few = cost.texts is None
            yield ["", group(cost.key, found.by, 2, names), FEW if few else cost.texts, FEW if few else cost.segments]
    if found.queues:
        yield from ([], ["tasks", "queue", "open", *(name for name, _ in AGES), *_OF_QUEUES])
    for row in found.queues:
        half = hours(row.half) if row.finished else ""
        again = row.taken_back
        yield ["", queue(row.queue), row.open, *row.ages, row.past_due, row.finished, half, again.part, again.rate]
    if found.promises is not None:
        yield from _promises(found.promises)


_OF_QUEUES = ("past_due", "finished", "half_within", "taken_back", "taken_back_rate")


def _promises(found: Promises) -> Iterable[Row]:
    yield from ([], ["work", "what", "in_time", "of", "rate", "ci95_low", "ci95_high", "overdue", "still_has_time"])
    for row in found.rows:
        ends: tuple[float | None, float | None] = row.counted.interval if row.counted.whole else (None, None)
        title, of = MEASURES[row.measure.name].title, row.counted
        yield ["", title, of.part, of.whole, of.rate, *ends, row.overdue, of.unknown]
    yield from ([], ["language_gaps", "", "opened", "open_now"])
    yield ["", "", found.gaps.opened, found.gaps.open]


_WAITS = {
    "contacted": ("time_to_first_contact", "group", "loops", "heard"),
    "booked": ("ask_to_book_time", "group", "asked", "booked"),
}


def _waits(found: Waits, by: By, names: Mapping[str, str]) -> Iterable[Row]:
    apart = MEASURES[found.measure.name].apart
    beside = ["apart", "apart_is"] if apart else []
    yield from ([], [*_WAITS[found.measure.name], "half", "nine_tenths", *beside])
    for wait in found.rows:
        counted, label = wait.line.counted, group(wait.line.key, by, wait.line.groups, names)
        if counted is None:
            yield ["", label, FEW, FEW, None, None, *([FEW, apart] if apart else [])]
            continue
        unknown = FEW if counted.unknown is None else counted.unknown
        spans = (hours(wait.half), hours(wait.most))
        yield ["", label, counted.whole, counted.part, *spans, *([unknown, apart] if apart else [])]


def _grid(title: str, crossed: Crossed, by: By, names: Mapping[str, str]) -> Iterable[Row]:
    yield [title, "reason", *(group(each, by, 2, names) for each in crossed.columns), "all"]
    for line in crossed.lines:
        cells = (FEW if cell is None else cell for cell in line.cells)
        yield ["", reason(line.key, line.groups), *cells, line.total]
