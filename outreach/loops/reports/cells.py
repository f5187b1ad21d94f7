"""Small cells: a number of 1 to 10 people is not shown, nor can it be computed from what is (rulebook 6.2).

A row is shown whole or held back. The rows held back are at least two, and together they would pass as one row, so
what a total minus the shown rows gives away is never a small cell. Zero is no small cell (CMS).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import product

LEAST = 11
Parts = tuple[int, ...]  # the numbers of a row that would be known if it were shown; they add up with those of others
Grid = Mapping[tuple[str, str], int]


def small(count: int) -> bool:
    """Whether a count may not be shown."""
    return 0 < count < LEAST


def safe(parts: Parts) -> bool:
    """Whether a row may be shown."""
    return not any(small(part) for part in parts)


def held_back(rows: Mapping[str, Parts], already: Collection[str] = ()) -> frozenset[str] | None:
    """Return the rows to hold back, those in `already` among them; None when not even the total may be shown.

    `rows` are disjoint and their sum is the total. Where the unsafe rows alone would give themselves away, the
    smallest of the others are held back with them.
    """
    if not safe(_sum(rows.values())):
        return None
    hidden = {name for name, parts in rows.items() if name in already or not safe(parts)}
    others = sorted(rows.keys() - hidden, key=lambda name: (sum(rows[name]), name))
    while hidden and (len(hidden) < 2 or not safe(_sum(rows[name] for name in hidden))) and others:
        hidden.add(others.pop(0))
    return frozenset(hidden)


def _sum(rows: Iterable[Parts]) -> Parts:
    return tuple(sum(column) for column in zip(*rows, strict=True))


def held_cells(grid: Grid) -> frozenset[tuple[str, str]] | None:
    """Return the cells to hold back of a table whose sums by row and by column are known; None for every cell.

    Each small cell is the corner of a rectangle of held cells around which one can be moved: the sums would be the
    same, and so would everything that is shown.
    """
    hidden = {place for place, count in grid.items() if small(count)}
    for place in sorted(hidden, key=lambda each: (grid[each], each)):
        around = min(_rectangles(grid, place), key=lambda corners: _cost(grid, hidden, corners), default=None)
        if around is None:
            return None
        hidden |= around
    return frozenset(hidden)


def _rectangles(grid: Grid, place: tuple[str, str]) -> list[frozenset[tuple[str, str]]]:
    """Return the rectangles with `place`, from which one may go to the opposite corner's neighbours."""
    row, column = place
    rows, columns = sorted({each[0] for each in grid} - {row}), sorted({each[1] for each in grid} - {column})
    return [
        frozenset({place, (row, other_column), (other_row, column), (other_row, other_column)})
        for other_row, other_column in product(rows, columns)
        if grid[other_row, other_column] > 0 or (grid[row, other_column] > 0 and grid[other_row, column] > 0)
    ]


def _cost(
    grid: Grid, hidden: Collection[tuple[str, str]], corners: Collection[tuple[str, str]]
) -> tuple[int, list[tuple[str, str]]]:
    return sum(grid[each] for each in corners if each not in hidden), sorted(corners)
