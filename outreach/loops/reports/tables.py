"""One measure for each group of a partition: what is shown of it, what is held back, and how far groups lie apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from outreach.loops.reports.cells import LEAST, held_back
from outreach.loops.reports.intervals import newcombe
from outreach.loops.reports.measures import Counted, Measure, Tally

OTHER = ""  # several small groups as one


@dataclass(frozen=True, slots=True)
class Line:
    """One group; `counted` is None where it is held back. `groups` is how many stand together under OTHER."""

    key: str
    counted: Counted | None
    groups: int = 1
    gap: tuple[float, float, float] | None = None  # to the reference: difference, and its 95 % interval


@dataclass(frozen=True, slots=True)
class Table:
    """A measure by group. `total` is None when nothing may be shown; `reference` is what gaps are measured to.

    Groups in which there is nothing to count have no line.
    """

    measure: Measure
    lines: tuple[Line, ...]
    total: Counted | None
    reference: str | None = None

    @property
    def spread(self) -> float | None:
        """Return the highest minus the lowest rate of the groups shown; None with fewer than two."""
        rates = [line.counted.rate for line in self.lines if line.counted and line.counted.rate is not None]
        return max(rates) - min(rates) if len(rates) > 1 else None

    @property
    def held(self) -> frozenset[str]:
        """Return the groups that are held back."""
        return frozenset(line.key for line in self.lines if line.counted is None)

    @property
    def held_beside(self) -> frozenset[str]:
        """Return the groups of which what is not known is held back, whether or not their rate is."""
        return frozenset(line.key for line in self.lines if line.counted is None or line.counted.unknown is None)


def together(tallies: Mapping[str, Tally]) -> tuple[dict[str, Tally], int]:
    """Return the groups with those of fewer than 11 put together under OTHER, and how many those are."""
    sizes = {key: sum(tally.values()) for key, tally in tallies.items()}
    few = [key for key, size in sizes.items() if 0 < size < LEAST]
    kept = {key: tally for key, tally in tallies.items() if sizes[key] >= LEAST}
    if not few:
        return kept, 0
    return kept | {OTHER: _pooled(tallies[key] for key in few)}, len(few)


def table(
    measure: Measure,
    tallies: Mapping[str, Tally],
    others: int = 0,
    before: Mapping[str, Table] | None = None,
    prefer: str | None = None,
) -> Table:
    """Return the table of a measure, the largest groups first; `others` is how many OTHER stands for.

    `before` are tables of other measures by their names: what one of `within` holds back is held back here. With
    `prefer`, gaps are measured to that group, or to the largest where that one is not shown.
    """
    rows = {key: measure.parts(each) for key, each in tallies.items() if any(_all(measure, each))}
    if not rows:
        return Table(measure, (), Counted(0, 0))
    outer = [before[name] for name in measure.within if before and name in before]
    barred = any(each.total is None for each in outer)
    hidden = None if barred else held_back(rows, frozenset[str]().union(*(each.held for each in outer)))
    if hidden is None:
        return Table(measure, (), None)
    beside = {key: (measure.beside(tallies[key]),) for key in rows}
    silent = held_back(beside, hidden.union(*(each.held_beside for each in outer)))
    shown = rows.keys() - hidden
    counted = {key: _counted(measure, tallies[key], silent is None or key in silent) for key in shown}
    reference = _reference(counted, prefer) if prefer is not None else None
    lines = tuple(
        Line(key, counted.get(key), others if key == OTHER else 1, _gap(key, counted, reference))
        for key in sorted(rows, key=lambda key: (key == OTHER, key in hidden, -_size(counted, key), key))
    )
    total = _counted(measure, _pooled(tallies[key] for key in rows), silent is None)
    return Table(measure, lines, total, reference)


def _all(measure: Measure, tally: Tally) -> tuple[int, ...]:
    return (*measure.parts(tally), measure.beside(tally))


def _counted(measure: Measure, tally: Tally, silent: bool) -> Counted:
    found = measure.counted(tally)
    return replace(found, unknown=None) if silent else found


def _size(counted: Mapping[str, Counted], key: str) -> int:
    return counted[key].whole if key in counted else 0


def _pooled(tallies: Iterable[Tally]) -> Tally:
    pooled: Counter[str] = Counter()
    for tally in tallies:
        pooled.update(tally)
    return pooled


def _reference(shown: Mapping[str, Counted], prefer: str) -> str | None:
    known = [key for key, found in shown.items() if found.whole and key != OTHER]
    return prefer if prefer in known else max(known, key=lambda key: (shown[key].whole, key), default=None)


def _gap(key: str, shown: Mapping[str, Counted], reference: str | None) -> tuple[float, float, float] | None:
    if reference is None or key == reference or key not in shown or not shown[key].whole:
        return None
    one, other = shown[key], shown[reference]
    return newcombe(one.part, one.whole, other.part, other.whole)
