"""A curve of weekly rates with its band, and bars of intervals, as numbers for SVG; the table beside is the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from admin.language import gettext as _
from admin.report_words import percent, week
from outreach.loops.reports.tables import Line, Table

WIDTH, HEIGHT = 680, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 16, 12, 44
_TICKS, _LABELS = 4, 7
BAR = 220  # how wide the bar of a gap is


@dataclass(frozen=True, slots=True)
class Point:
    """One week that is shown."""

    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Curve:
    """The curve of one measure. `runs` are stretches of weeks shown one after another; a gap is a week held back."""

    runs: tuple[tuple[Point, ...], ...]
    ticks: tuple[tuple[float, str], ...]
    labels: tuple[tuple[float, str, str], ...]
    axis: str
    last: tuple[float, float, str] | None

    def bands(self) -> list[str]:
        """Return the band of each run of two weeks or more, as points of a polygon."""
        runs = [run for run in self.runs if len(run) > 1]
        return [
            " ".join([f"{p.x:.1f},{p.high:.1f}" for p in run] + [f"{p.x:.1f},{p.low:.1f}" for p in reversed(run)])
            for run in runs
        ]

    def lines(self) -> list[str]:
        """Return each run as points of a line."""
        return [" ".join(f"{p.x:.1f},{p.y:.1f}" for p in run) for run in self.runs if len(run) > 1]


def curve(found: Table) -> Curve | None:
    """Return the curve of a table by week; None where fewer than two weeks can be shown."""
    lines = sorted(found.lines, key=lambda line: line.key)
    shown = [line.counted for line in lines if line.counted is not None and line.counted.whole]
    if len(shown) < 2:
        return None
    bottom = floor(min(each.interval[0] for each in shown) * 20) / 20
    top = max(ceil(max(each.interval[1] for each in shown) * 20) / 20, bottom + 0.05)
    runs = _runs(lines, bottom, top)
    marks = [bottom + (top - bottom) * step / (_TICKS - 1) for step in range(_TICKS)]
    every = ceil(len(lines) / _LABELS)
    labels = tuple(
        (_x(place, len(lines)), week(line.key).partition(",")[0], _of(line))
        for place, line in enumerate(lines)
        if (len(lines) - 1 - place) % every == 0
    )
    ticks = tuple((_y(mark, bottom, top), f"{mark * 100:.0f}%") for mark in marks)
    return Curve(runs, ticks, labels, _axis(bottom, top), _last(runs, lines))


def _runs(lines: Sequence[Line], bottom: float, top: float) -> tuple[tuple[Point, ...], ...]:
    found: list[list[Point]] = [[]]
    for place, line in enumerate(lines):
        if line.counted is None or line.counted.rate is None:
            found.append([])
            continue
        low, high = line.counted.interval
        ys = (_y(value, bottom, top) for value in (line.counted.rate, low, high))
        found[-1].append(Point(_x(place, len(lines)), *ys))
    return tuple(tuple(run) for run in found if run)


def _last(runs: Sequence[Sequence[Point]], lines: Sequence[Line]) -> tuple[float, float, str] | None:
    known = [line.counted for line in lines if line.counted is not None and line.counted.rate is not None]
    point = runs[-1][-1]
    return (point.x, point.y - 8, percent(known[-1].rate)) if known else None


def _axis(bottom: float, top: float) -> str:
    return _("Axis %(low)s to %(high)s%%", low=f"{bottom * 100:.0f}", high=f"{top * 100:.0f}")


def _of(line: Line) -> str:
    return _("of %(num)s", num=f"{line.counted.whole:,}") if line.counted else _("held back")


def _x(place: int, count: int) -> float:
    return _LEFT + 24 + (WIDTH - _LEFT - _RIGHT - 48) * place / max(1, count - 1)


def _y(value: float, bottom: float, top: float) -> float:
    return _TOP + (HEIGHT - _TOP - _BOTTOM) * (top - value) / (top - bottom)


@dataclass(frozen=True, slots=True)
class Gap:
    """The bar of a difference: its ends, its middle, and whether it leaves out nought."""

    low: float
    middle: float
    high: float
    apart: bool


def reach(found: Table) -> float:
    """Return how far the axis of gaps goes to both sides of nought: a share, in whole tens of points."""
    ends = [abs(end) for line in found.lines if line.gap for end in line.gap]
    return max(0.1, ceil(max(ends, default=0.1) * 10) / 10)


def bar(line: Line, span: float) -> Gap | None:
    """Return the bar of a line's gap on an axis that goes `span` to both sides."""
    if line.gap is None:
        return None
    middle, low, high = (BAR / 2 + BAR / 2 * each / span for each in line.gap)
    return Gap(low, middle, high, line.gap[1] > 0 or line.gap[2] < 0)
