"""Reasons by group: two lists that cross, with the sums of both, and the small cells held back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from outreach.loops.reports.cells import held_back, held_cells
from outreach.loops.reports.tables import OTHER, Table

MOST_COLUMNS = 7


@dataclass(frozen=True, slots=True)
class GridLine:
    """One reason: how often in all, and in each column; None where that is held back. OTHER stands for `groups`."""

    key: str
    total: int
    cells: tuple[int | None, ...]
    groups: int = 1


@dataclass(frozen=True, slots=True)
class Crossed:
    """Reasons by column, the most frequent first. `columns` has OTHER for what stands together."""

    columns: tuple[str, ...]
    lines: tuple[GridLine, ...]
    total: int | None


def crossed(counts: Mapping[tuple[str, str], int], beside: Table | None) -> Crossed:
    """Return counts of (reason, group). Groups that the table `beside` holds back stand together here.

    That table says how many visits each group has, so a group that is shown there may not be hidden among others here
    together with one that is not: what those make is a sum that is safe.
    """
    rows, columns = _sums(counts, 0), _sums(counts, 1)
    if not rows:
        return Crossed((), (), 0)
    hidden = held_back({reason: (count,) for reason, count in rows.items()})
    if hidden is None or (beside is not None and beside.total is None):
        return Crossed((), (), None)
    widest = sorted(_shown(columns, beside), key=lambda key: (-columns[key], key))[:MOST_COLUMNS]
    folded: Counter[tuple[str, str]] = Counter()
    for (reason, group), count in counts.items():
        folded[OTHER if reason in hidden else reason, group if group in widest else OTHER] += count
    places = [*widest, *([OTHER] if any(column == OTHER for _, column in folded) else [])]
    return Crossed(tuple(places), _lines(folded, places, len(hidden)), sum(rows.values()))


def _shown(columns: Mapping[str, int], beside: Table | None) -> set[str]:
    if beside is not None:
        return {line.key for line in beside.lines if line.counted is not None and line.key in columns} - {OTHER}
    hidden = held_back({group: (count,) for group, count in columns.items()})
    return set() if hidden is None else columns.keys() - hidden - {OTHER}


def _sums(counts: Mapping[tuple[str, str], int], side: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for place, count in counts.items():
        found[place[side]] += count
    return found


def _lines(folded: Mapping[tuple[str, str], int], places: list[str], others: int) -> tuple[GridLine, ...]:
    rows = _sums(folded, 0)
    order = sorted(rows, key=lambda key: (key == OTHER, -rows[key], key))
    grid = {(row, place): folded.get((row, place), 0) for row in order for place in places}
    held = held_cells(grid) if len(places) > 1 else frozenset()

    def cells(row: str) -> tuple[int | None, ...]:
        return tuple(None if held is None or (row, place) in held else grid[row, place] for place in places)

    return tuple(GridLine(row, rows[row], cells(row), others if row == OTHER else 1) for row in order)
